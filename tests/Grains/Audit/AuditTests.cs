using System.Text.Json;
using Orrery.Interfaces;
using Orrery.Interfaces.Audit;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Tests.Audit;

public sealed class AuditTests
{
    static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Records_are_paged_newest_first_filtered_and_there_after_a_restart()
    {
        await using var fleet = await TestFleet.StartAsync();
        for (int each = 0; each < 250; each++)
            await Of(fleet, "acme").Add(Record(each, each % 2 == 0 ? "mei" : "jan"));
        await fleet.RestartAsync();
        Page<AuditRecord> first = await Of(fleet, "acme").List(new AuditQuery(new PageRequest(100)));
        (first.Items.Count, first.Items[0].Number, first.Items[^1].Number).ShouldBe((100, 250, 151));
        Page<AuditRecord> last = await Of(fleet, "acme").List(new AuditQuery(new PageRequest(500, first.Next)));
        (last.Items.Count, last.Items[^1].Number, last.Next).ShouldBe((150, 1, null));
        Page<AuditRecord> few = await Of(fleet, "acme").List(new AuditQuery(new PageRequest(500, null, "boards/b4"), "mei", At.AddMinutes(40), At.AddMinutes(50)));
        few.Items.Select(record => record.Object).ShouldBe(["/tenants/acme/boards/b48", "/tenants/acme/boards/b46", "/tenants/acme/boards/b44", "/tenants/acme/boards/b42", "/tenants/acme/boards/b40"]);
        await Should.ThrowAsync<InvalidInputException>(() => Of(fleet, "acme").List(new AuditQuery(new PageRequest(10, "what"))));
        await Of(fleet, "acme").TenantDeleted();
        (await Of(fleet, "acme").List(new AuditQuery(new PageRequest()))).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_record_of_the_fleet_is_in_the_topic_once_also_after_its_process_ended()
    {
        await using var fleet = await TestFleet.StartAsync();
        for (int each = 0; each < 3; each++)
            await Of(fleet, EntityKeys.Fleet).Add(Record(each, "mei"));
        await fleet.RestartAsync();
        await Of(fleet, EntityKeys.Fleet).Add(Record(3, "mei"));
        var partition = fleet.Grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(AuditRecord.Topic, 0));
        var objects = new List<string>();
        for (TopicRead read = await partition.Read(0, 1 << 20, TimeSpan.Zero); ; read = await partition.Read(read.Next, 1 << 20, TimeSpan.Zero))
        {
            foreach (LogBatch batch in LogBatches.Parse(read.EncodedBatches))
                foreach (LogRecord record in batch)
                    objects.Add(JsonDocument.Parse(record.Value.ToArray()).RootElement.GetProperty("object").GetString()!);
            if (read.Next >= read.End)
                break;
        }

        objects.ShouldBe([.. Enumerable.Range(0, 4).Select(each => $"/tenants/acme/boards/b{each}")]);
    }

    static IAuditGrain Of(TestFleet fleet, string key) => fleet.Grains.GetGrain<IAuditGrain>(key);

    static AuditRecord Record(int each, string user) =>
        new(At.AddMinutes(each), user, "127.0.0.1", "acme", "PUT /tenants/{tenant}/boards/{board}", $"/tenants/acme/boards/b{each}", "Makes or changes a board.", null, each, true);
}

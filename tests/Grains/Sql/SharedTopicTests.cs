using System.Text;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Tests.Sql;

/// <summary>Several tables over one topic.</summary>
public sealed class SharedTopicTests
{
    [Fact]
    public async Task All_tables_over_a_topic_get_on_while_more_comes_than_an_epoch_takes_and_after_a_crash()
    {
        const int Tables = 12, Records = 3_000;
        await using SqlFleet fleet = await SqlFleet.StartAsync(options => (options.ReadBytes, options.EpochBytesMax) = (4 << 10, 8 << 10));
        await fleet.Grains.GetGrain<ITopicGrain>("acme.clicks").Create(new TopicSettings { Partitions = 1 });
        for (int table = 0; table < Tables; table++)
        {
            await fleet.RunAsync($"""
                CREATE TABLE clicks_{table} (page STRING, ms BIGINT) WITH ('connector' = 'topic', 'topic' = 'acme.clicks', 'format' = 'json');
                CREATE MATERIALIZED VIEW total_{table} AS SELECT COUNT(*) AS n, SUM(ms) AS ms FROM clicks_{table};
                """);
        }

        await GiveAsync(fleet, 0, Records / 2);
        await fleet.CrashAsync();
        await GiveAsync(fleet, Records / 2, Records);

        for (int table = 0; table < Tables; table++)
            await fleet.UntilAsync($"SELECT n, ms FROM total_{table}", $"[[{Records},{Records * (Records - 1L) / 2}]]");
    }

    static async Task GiveAsync(SqlFleet fleet, int from, int to)
    {
        var writer = new TopicWriter(fleet.Grains, "acme.clicks", 1, 7, 1, TimeProvider.System, new Random(1));
        for (int record = from; record < to; record++)
        {
            writer.Add([], Encoding.UTF8.GetBytes($$"""{"page":"page {{record % 7}}","ms":{{record}}}"""), 1);
            if (record % 100 == 99)
                await writer.FlushAsync(record, TestContext.Current.CancellationToken);
        }
    }
}

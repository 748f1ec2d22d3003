using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.Tags;
using Orrery.Grains.Tests.Alarms;
using Orrery.Grains.Tests.Sql;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Tests.Tags;

/// <summary>Who enters and leaves a segment, told to a real receiver; and what a page's cursor means over a restart.</summary>
public sealed class SegmentHookTests
{
    static readonly TagTitle Title = new("标签", "tag");
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120), Look = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task A_receiver_that_fails_is_sent_the_same_again_signed_and_each_event_has_one_number_over_a_crash()
    {
        await using SqlFleet fleet = await StartAsync(allowsInternal: true);
        using var receiver = new WebhookReceiver();
        foreach (int status in new[] { 500, 302, 503 })
            receiver.Statuses.Enqueue(status);
        SegmentHook hook = await Book(fleet).AddHook("customer", "many", new SegmentHookDraft(receiver.Url, "the secret"), "ann");
        hook.IsSigned.ShouldBeTrue();
        await fleet.RunAsync("INSERT INTO customers VALUES (4, 9)");
        WebhookRequest[] tries = [await NextAsync(receiver), await NextAsync(receiver), await NextAsync(receiver), await NextAsync(receiver)];
        tries.Select(static request => (request.Delivery, request.Body)).Distinct().Count().ShouldBe(1);
        tries[0].Signature.ShouldBe("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes("the secret"), Encoding.UTF8.GetBytes(tries[0].Body))));
        tries[0].Event.ShouldBe("segment");
        await UntilAsync(async () => (await HookAsync(fleet)) is { Delivered: 1, Status: "200 OK", RetryAt: null });

        var told = new SortedDictionary<long, string>(Events(tries[^1].Body).ToDictionary(static said => said.Id, static said => $"{said.Event} {said.Object}"));
        await fleet.RunAsync("INSERT INTO customers VALUES (5, 9), (4, 1)");
        await fleet.CrashAsync();
        await fleet.Grains.GetGrain<ITagDirectoryGrain>(EntityKeys.Fleet).WakeAll();
        await fleet.RunAsync("INSERT INTO customers VALUES (1, 0)");
        while (told.Count < 4)
            foreach (SegmentEvent said in Events((await NextAsync(receiver)).Body))
            {
                // What comes again, since a crash came before the note, has the number that it had.
                if (told.TryGetValue(said.Id, out string? before))
                    before.ShouldBe($"{said.Event} {said.Object}");
                told[said.Id] = $"{said.Event} {said.Object}";
            }

        told.Values.Order().ShouldBe(["enter 4", "enter 5", "leave 1", "leave 4"]);
        told.Keys.ShouldBe(Enumerable.Range(0, 4).Select(place => told.Keys.First() + place));
    }

    [Theory]
    [InlineData("http://127.0.0.1/x")]
    [InlineData("http://localhost:8080/")]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://[::ffff:10.0.0.1]/")]
    [InlineData("http://user:word@example.com/")]
    [InlineData("ftp://example.com/")]
    public async Task A_webhook_to_an_internal_address_is_refused(string url)
    {
        await using SqlFleet fleet = await StartAsync(allowsInternal: false);
        (await Should.ThrowAsync<InvalidInputException>(() => Book(fleet).AddHook("customer", "many", new SegmentHookDraft(url), "ann"))).Field.ShouldBe("url");
        (await Book(fleet).Segment("customer", "many")).Webhooks.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pages_cursor_goes_on_where_it_was_after_a_crash_and_after_an_orderly_end()
    {
        await using SqlFleet fleet = await StartAsync(allowsInternal: false);
        await fleet.RunAsync($"INSERT INTO customers VALUES {string.Join(", ", Enumerable.Range(10, 20).Select(static id => $"({id}, 7)"))}");
        await UntilAsync(async () => (await Index(fleet).Sizes()).Segments["many"] == 22);
        Page<string> whole = await Index(fleet).SegmentMembers("many", new PageRequest(100));
        Page<string> first = await Index(fleet).SegmentMembers("many", new PageRequest(8));
        await fleet.CrashAsync();
        await fleet.Grains.GetGrain<ITagDirectoryGrain>(EntityKeys.Fleet).WakeAll();
        await UntilAsync(async () => (await Index(fleet).Sizes()).Segments["many"] == 22);
        Page<string> second = await Index(fleet).SegmentMembers("many", new PageRequest(8, first.Next));
        await fleet.RestartAsync();
        await fleet.Grains.GetGrain<ITagDirectoryGrain>(EntityKeys.Fleet).WakeAll();
        await UntilAsync(async () => (await Index(fleet).Sizes()).Segments["many"] == 22);
        Page<string> third = await Index(fleet).SegmentMembers("many", new PageRequest(8, second.Next));
        third.Next.ShouldBeNull();
        first.Items.Concat(second.Items).Concat(third.Items).ShouldBe(whole.Items);
        (await Should.ThrowAsync<InvalidInputException>(() => Index(fleet).SegmentMembers("many", new PageRequest(8, "x")))).Field.ShouldBe("cursor");
    }

    static async Task<SqlFleet> StartAsync(bool allowsInternal)
    {
        SqlFleet fleet = await SqlFleet.StartAsync(services: services =>
        {
            services.Configure<WebhookOptions>(options => options.AllowInternalAddresses = allowsInternal);
            services.Configure<TagOptions>(options => options.RetryPause = TimeSpan.FromMilliseconds(20));
        });
        await fleet.RunAsync("CREATE TABLE customers (id BIGINT, orders INT, PRIMARY KEY (id) NOT ENFORCED); INSERT INTO customers VALUES (1, 7), (2, 1), (3, 6)");
        await Book(fleet).PutType("customer", new ObjectTypeDraft(Title, [new TagFacts("customers", "id")]), "ann", null);
        await Book(fleet).PutTag("customer", "frequent", new TagDraft(Title, TagKind.Boolean, new TagRule(Condition: "orders >= 5")), "ann", null);
        await UntilAsync(async () => (await Index(fleet).Sizes()) is { Objects: 3 } sizes && sizes.Tags["frequent"] == 2);
        // Whoever is in it when it is made did not enter.
        await Book(fleet).PutSegment("customer", "many", new SegmentDraft(Title, "frequent"), "ann", null);
        return fleet;
    }

    static async Task<SegmentHook> HookAsync(SqlFleet fleet) => (await Book(fleet).Segment("customer", "many")).Webhooks.Single();

    static async Task<WebhookRequest> NextAsync(WebhookReceiver receiver)
    {
        WebhookRequest? request = null;
        await UntilAsync(() => Task.FromResult(receiver.TryNext(out request)));
        return request!;
    }

    static SegmentEvent[] Events(string body) => JsonSerializer.Deserialize<SegmentEvent[]>(body, JsonSerializerOptions.Web)!;

    static ITagBookGrain Book(SqlFleet fleet) => fleet.Grains.GetGrain<ITagBookGrain>(SqlFleet.Tenant);

    static ITagIndexGrain Index(SqlFleet fleet) => fleet.Grains.GetGrain<ITagIndexGrain>($"{SqlFleet.Tenant}/customer");

    static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (!await isSo())
            await looks.WaitForNextTickAsync(late.Token);
    }
}

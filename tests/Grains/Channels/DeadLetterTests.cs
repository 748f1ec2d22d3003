using System.Text.Json;
using Orrery.Connectors.Landing;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.Tests.Channels;

public sealed class DeadLetterTests
{
    const int Partitions = 2, Batches = 60, LettersPerBatch = 40;
    const long At = 1_760_000_000_000, Step = 1_000;
    const string Origin = "acme/north/erp";

    [Fact]
    public async Task Dead_letters_of_a_time_range_are_read_again_once_while_the_silo_is_killed_and_the_ledger_stays_closed()
    {
        await using ChannelFleet fleet = await StartAsync("json", batch => [.. Enumerable.Range(0, LettersPerBatch).Select(line => AccessLine(batch, line)), JsonLine(batch)]);
        LetterSummary dead = await Letters(fleet).Summarize(new LetterQuery());
        dead.Letters.ShouldBe(Batches * LettersPerBatch);
        dead.IsComplete.ShouldBeTrue();
        dead.Reasons.ShouldHaveSingleItem().Samples[0].ShouldContain("GET /order/0-0");

        // The first half, killed again and again; then all of it: the second half follows, the first is not given a second time.
        DateTimeOffset half = DateTimeOffset.FromUnixTimeMilliseconds(At + (Batches / 2 * Step));
        (await Letters(fleet).Try(new ReplayDraft(new LetterQuery(To: half), "access"))).Readable.ShouldBe(Batches / 2 * LettersPerBatch);
        await Letters(fleet).Replay(new ReplayDraft(new LetterQuery(To: half), "access"), "somebody");
        for (int crash = 0; crash < 4; crash++)
        {
            long least = crash * 150;
            await fleet.UntilAsync("the replay moves", async () => (await Letters(fleet).Replays())[0] is var replay && (replay.State == "done" || replay.Given >= least), fleet.DescribeAsync);
            await fleet.CrashAsync();
        }

        Replay first = await EndedAsync(fleet);
        first.State.ShouldBe("done");
        first.Given.ShouldBe(Batches / 2 * LettersPerBatch);
        (await Letters(fleet).Summarize(new LetterQuery())).Letters.ShouldBe(Batches / 2 * LettersPerBatch);
        await Letters(fleet).Replay(new ReplayDraft(new LetterQuery(), "access"), "somebody");
        (await EndedAsync(fleet)).Given.ShouldBe(Batches / 2 * LettersPerBatch);
        await Letters(fleet).Replay(new ReplayDraft(new LetterQuery(), "access"), "somebody");
        (await EndedAsync(fleet)).Given.ShouldBe(0);

        await fleet.SettleAsync(Batches * (LettersPerBatch + 1));
        List<LandingRecord> records = [.. await fleet.LandedAsync(ChannelFleet.Topic, 0), .. await fleet.LandedAsync(ChannelFleet.Topic, 1)];
        records.Select(IdOf).Distinct().Count().ShouldBe(Batches * (LettersPerBatch + 1));
        records.Count.ShouldBe(Batches * (LettersPerBatch + 1));
        records.ShouldAllBe(record => record.Origin == Origin);
        ChannelView view = await fleet.Ledger.Get();
        Dictionary<string, HopView> hops = view.Hops.ToDictionary(hop => hop.Name);
        hops["source"].Gave.Records.ShouldBe(Batches * (LettersPerBatch + 1));
        hops["letters"].Gave.Records.ShouldBe(Batches * LettersPerBatch);
        hops["collector"].Took.Records.ShouldBe(Batches * ((2 * LettersPerBatch) + 1));
        hops["collector"].Rejected.Records.ShouldBe(Batches * LettersPerBatch);
        hops["lander"].Took.Records.ShouldBe(Batches * (LettersPerBatch + 1));
        (await fleet.Ledger.ListGaps(open: null, new PageRequest())).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_letter_that_stays_dead_shows_the_new_reason_and_is_not_replayed_in_a_circle()
    {
        await using ChannelFleet fleet = await StartAsync("json", static batch => [$"neither this nor that {batch}"]);
        await Letters(fleet).Replay(new ReplayDraft(new LetterQuery(), "syslog"), "somebody");
        Replay ended = await EndedAsync(fleet);
        (ended.Given, ended.Remained).ShouldBe((0, Batches));
        Page<DeadLetter> letters = await Letters(fleet).List(new LetterQuery(), new PageRequest(Limit: 7));
        letters.Items.Count.ShouldBe(7);
        letters.Items.ShouldAllBe(letter => letter.Attempts == 2 && letter.Format == "syslog" && letter.Reason == "no time where syslog has it");
        (await ReadAllAsync(fleet, new LetterQuery())).Select(static letter => letter.Text).Distinct().Count().ShouldBe(Batches);

        // The same again has nothing new to say.
        await Letters(fleet).Replay(new ReplayDraft(new LetterQuery(), "syslog"), "somebody");
        await EndedAsync(fleet);
        (await ReadAllAsync(fleet, new LetterQuery())).ShouldAllBe(static letter => letter.Attempts == 2);
        await Should.ThrowAsync<InvalidInputException>(() => Letters(fleet).Replay(new ReplayDraft(new LetterQuery(), "esperanto"), "somebody"));
        await fleet.UntilAsync("every window is closed", async () => await fleet.Ledger.GetSummary() is { OpenWindows: 0, OpenGaps: 0 }, fleet.DescribeAsync);
    }

    [Fact]
    public async Task Only_letters_of_the_asked_reason_and_time_are_replayed_and_a_replay_of_a_paused_channel_is_cancelled_at_once()
    {
        await using ChannelFleet fleet = await StartAsync("access", static batch => [JsonLine(batch), $"127.0.0.1 - - [nonsense {batch}"]);
        LetterSummary dead = await Letters(fleet).Summarize(new LetterQuery());
        dead.Letters.ShouldBe(2 * Batches);
        await fleet.TheChannel.Pause();
        await fleet.UntilAsync("it stands", async () => (await fleet.TheChannel.Get()).Source?.Phase == "stopped");
        Replay waiting = await Letters(fleet).Replay(new ReplayDraft(new LetterQuery(), "json"), "somebody");
        await Should.ThrowAsync<ConflictException>(() => Letters(fleet).Replay(new ReplayDraft(new LetterQuery(), "json"), "another"));
        (await Letters(fleet).Cancel(waiting.Id)).State.ShouldBe("cancelled");
        await Should.ThrowAsync<ConflictException>(() => Letters(fleet).Cancel(waiting.Id));
        await Should.ThrowAsync<NotFoundException>(() => Letters(fleet).Cancel(1));
        await fleet.TheChannel.Resume();

        var some = new LetterQuery(DateTimeOffset.FromUnixTimeMilliseconds(At + (10 * Step)), DateTimeOffset.FromUnixTimeMilliseconds(At + (20 * Step)), dead.Reasons[0].Reason);
        await Letters(fleet).Replay(new ReplayDraft(some, "json"), "somebody");
        Replay ended = await EndedAsync(fleet);
        (ended.Given + ended.Remained).ShouldBe(dead.Reasons.Count == 1 ? 20 : 10);
        ended.Given.ShouldBe(10);
    }

    static async Task<ChannelFleet> StartAsync(string format, Func<int, string[]> lines)
    {
        ChannelFleet fleet = await ChannelFleet.StartAsync(new ChangeScript(1, 1), spec: null);
        var agent = new ShippedBatches(fleet.Shipped, Origin);
        long shipped = 0;
        for (int batch = 0; batch < Batches; batch++)
        {
            string[] texts = lines(batch);
            shipped += texts.Length;
            await agent.ShipAsync(At + (batch * Step), isLast: batch == Batches - 1, texts);
        }

        await fleet.TheChannel.Put(
            new ChannelSpec
            {
                Partitions = Partitions,
                Source = new SourceSpec { Kind = "objects", Connection = $"file://{fleet.Shipped}", Format = format },
                Landing = new LandingSpec { RollSeconds = 1 },
            },
            null);
        await fleet.UntilAsync("all lines are collected", async () => (await fleet.TheChannel.Get()).Source is { } source && source.Records + source.Rejected == shipped, fleet.DescribeAsync);
        return fleet;
    }

    static IDeadLettersGrain Letters(ChannelFleet fleet) => fleet.Grains.GetGrain<IDeadLettersGrain>(ChannelFleet.Channel);

    static async Task<Replay> EndedAsync(ChannelFleet fleet)
    {
        Replay? newest = null;
        await fleet.UntilAsync("the replay has ended", async () => (newest = (await Letters(fleet).Replays())[0]).State != "running", fleet.DescribeAsync);
        return newest!;
    }

    static async Task<List<DeadLetter>> ReadAllAsync(ChannelFleet fleet, LetterQuery query)
    {
        var all = new List<DeadLetter>();
        string? cursor = null;
        do
        {
            Page<DeadLetter> page = await Letters(fleet).List(query, new PageRequest(Limit: 50, After: cursor));
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }

    static string IdOf(LandingRecord record)
    {
        using JsonDocument entry = JsonDocument.Parse(record.Value);
        return entry.RootElement.GetProperty("id").GetString()!;
    }

    static string JsonLine(int batch) => $$"""{"time":"2026-11-21T08:00:00Z","level":"info","message":"order {{batch}}"}""";

    static string AccessLine(int batch, int line) => $"127.0.0.1 - - [21/Nov/2026:08:00:00 +0000] \"GET /order/{batch}-{line} HTTP/1.1\" 200 512 \"-\" \"curl\"";
}

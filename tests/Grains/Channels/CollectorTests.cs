using System.Text;
using System.Text.Json;
using Orrery.Connectors.Landing;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Tests.Channels;

public sealed class CollectorTests
{
    const int Partitions = 2, Batches = 20, LinesPerBatch = 30;
    const long At = 1_760_000_000_000;

    [Fact]
    public async Task Shipped_log_lines_are_parsed_landed_once_and_accounted_for_from_the_agent_on_while_the_silo_is_killed()
    {
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(new ChangeScript(1, 1), spec: null);
        var north = new ShippedBatches(fleet.Shipped, "acme/north/erp");
        var south = new ShippedBatches(fleet.Shipped, "acme/south/erp");
        await fleet.TheChannel.Put(Spec(fleet), null);
        for (int batch = 0; batch < Batches; batch++)
        {
            bool isLast = batch == Batches - 1;
            await north.ShipAsync(At + batch * 700, isLast, [.. Enumerable.Range(0, LinesPerBatch).Select(line => Line(batch, line))]);
            await south.ShipAsync(At + batch * 900, isLast, Line(batch, 0), "{\"this is\": no json");
            if (batch % 8 == 7)
                await fleet.CrashAsync();
        }

        int entries = Batches * (LinesPerBatch + 1);
        await fleet.SettleAsync(entries);
        List<LandingRecord> records = [.. await fleet.LandedAsync(ChannelFleet.Topic, 0), .. await fleet.LandedAsync(ChannelFleet.Topic, 1)];
        records.Count.ShouldBe(entries);
        using JsonDocument first = JsonDocument.Parse(records.First(record => record.Origin == "acme/north/erp").Value);
        first.RootElement.GetProperty("level").GetString().ShouldBe("warning");
        first.RootElement.GetProperty("message").GetString()!.ShouldStartWith("订单");
        ChannelView view = await fleet.Ledger.Get();
        view.Hops.Select(hop => hop.Name).ShouldBe(["source", "letters", "collector", "log", "lander"]);
        view.Hops[0].Gave.Records.ShouldBe(entries + Batches);
        view.Hops[2].Rejected.Records.ShouldBe(Batches);
        view.Origins.ShouldBe(2);
        (await fleet.TheChannel.Get()).Source!.Rejected.ShouldBe(Batches);
        TopicRead dead = await fleet.Grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition($"{ChannelFleet.Topic}-dead", 0)).Read(0, 1 << 20, TimeSpan.Zero);
        dead.End.ShouldBe(Batches);
        using JsonDocument letter = JsonDocument.Parse(FirstOf(dead.EncodedBatches));
        letter.RootElement.GetProperty("reason").GetString().ShouldNotBeNullOrEmpty();
        letter.RootElement.GetProperty("line").GetProperty("text").GetString().ShouldBe("{\"this is\": no json");
    }

    [Fact]
    public async Task What_was_landed_fills_another_topic_again_and_the_ledger_proves_it()
    {
        var script = new ChangeScript(seed: 8, length: 700);
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(script, Partitions);
        await fleet.TheChannel.Drill(1);
        Gap[] gaps = [];
        await fleet.UntilAsync("the gap is known", async () => (gaps = [.. (await fleet.Ledger.ListGaps(true, new(10))).Items]) is [{ Kind: GapKind.Missing }], fleet.DescribeAsync);
        await fleet.Ledger.Repair(gaps[0].Id, "somebody");
        await fleet.SettleAsync(script.Records(Partitions));

        IChannelGrain again = fleet.Grains.GetGrain<IChannelGrain>("acme/again");
        await again.Put(
            new ChannelSpec { Partitions = Partitions, Source = new SourceSpec { Kind = "landed", Tables = [ChannelFleet.Topic] }, Landing = new LandingSpec { RollSeconds = 1 } }, null);
        await fleet.CrashAsync();
        await fleet.SettleAsync(script.Records(Partitions), "acme/again");
        for (int partition = 0; partition < Partitions; partition++)
        {
            List<LandingRecord> before = await fleet.LandedAsync(ChannelFleet.Topic, partition), after = await fleet.LandedAsync("acme.again", partition);
            after.Select(Text).Order().ShouldBe(before.Select(Text).Order());
        }

        IChannelGrain narrow = fleet.Grains.GetGrain<IChannelGrain>("acme/narrow");
        await narrow.Put(new ChannelSpec { Partitions = 1, Source = new SourceSpec { Kind = "landed", Tables = [ChannelFleet.Topic] } }, null);
        await fleet.UntilAsync("it says that it has too few partitions", async () => (await narrow.Get()).Source?.Problem?.Contains("2 partitions and more", StringComparison.Ordinal) == true);

        ChannelView view = await fleet.Grains.GetGrain<ILedgerGrain>("acme/again").Get();
        view.Hops[0].Gave.Records.ShouldBe(script.Records(Partitions));
        view.Hops[^1].Took.ShouldBe(view.Hops[0].Gave);
    }

    [Fact]
    public async Task Files_of_another_tenant_are_not_restored()
    {
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(new ChangeScript(1, 1), spec: null);
        var refused = await Should.ThrowAsync<InvalidInputException>(() => fleet.TheChannel.Put(new ChannelSpec { Source = new SourceSpec { Kind = "landed", Tables = ["globex.shop"] } }, null));
        refused.Message.ShouldContain("globex.shop");
    }

    static ChannelSpec Spec(ChannelFleet fleet) => new()
    {
        Partitions = Partitions,
        Source = new SourceSpec { Kind = "objects", Connection = $"file://{fleet.Shipped}", Format = "json" },
        Landing = new LandingSpec { RollSeconds = 1 },
    };

    static string Line(int batch, int line) => $$"""{"time":"2026-11-21T08:00:00Z","level":"warn","message":"订单 {{batch}}-{{line}}","order":{{line}}}""";

    static string Text(LandingRecord record) => $"{record.TimestampMilliseconds} {Convert.ToHexString(record.Key.Span)} {Convert.ToHexString(record.Value.Span)} {record.Origin}";

    static string FirstOf(byte[] encodedBatches)
    {
        foreach (LogBatch batch in LogBatches.Parse(encodedBatches))
            foreach (LogRecord record in batch)
                return Encoding.UTF8.GetString(record.Value.Span);
        throw new InvalidOperationException("No record.");
    }
}

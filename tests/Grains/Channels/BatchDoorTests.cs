using System.Text.Json;
using Orrery.Connectors.Landing;
using Orrery.Connectors.LogObjects;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.Tests.Channels;

public sealed class BatchDoorTests
{
    const int Partitions = 2, Batches = 24, LinesPerBatch = 30;
    const long At = 1_760_000_000_000;

    [Fact]
    public async Task Batches_that_agents_send_are_collected_once_and_accounted_for_while_the_silo_is_killed_and_answers_are_lost()
    {
        await using ChannelFleet fleet = await StartAsync();
        // Servers of one name at two sites are two origins.
        var north = new ShippedBatches("", "erp");
        var south = new ShippedBatches("", "erp");
        for (int batch = 0; batch < Batches; batch++)
        {
            bool isLast = batch == Batches - 1;
            await SendAsync(fleet, "north", north.Make(At + (batch * 700), isLast, [.. Enumerable.Range(0, LinesPerBatch).Select(line => Line(batch, line)), "no json"]), crash: batch % 8 == 3);
            await SendAsync(fleet, "south", south.Make(At + (batch * 900), isLast, Line(batch, 0)), crash: false);
        }

        await fleet.SettleAsync(Batches * (LinesPerBatch + 1));
        List<LandingRecord> records = [.. await fleet.LandedAsync(ChannelFleet.Topic, 0), .. await fleet.LandedAsync(ChannelFleet.Topic, 1)];
        records.CountBy(record => record.Origin).ToDictionary().ShouldBe(new Dictionary<string, int> { ["north/erp"] = Batches * LinesPerBatch, ["south/erp"] = Batches }, ignoreOrder: true);
        records.Select(record => (record.Origin, IdOf(record))).Distinct().Count().ShouldBe(records.Count);
        ChannelView view = await fleet.Ledger.Get();
        Dictionary<string, HopView> hops = view.Hops.ToDictionary(hop => hop.Name);
        hops["source"].Gave.Records.ShouldBe(Batches * (LinesPerBatch + 2));
        hops["collector"].Rejected.Records.ShouldBe(Batches);
        (await fleet.Ledger.ListGaps(open: null, new PageRequest())).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_copied_folder_an_older_one_and_a_damaged_batch_are_refused_by_name_and_change_nothing()
    {
        await using ChannelFleet fleet = await StartAsync();
        var agent = new ShippedBatches("", "erp", "20261121-b");
        (LogObjectManifest first, byte[] content) = agent.Make(At, isLast: false, Line(0, 0));
        (await Door(fleet).Take("north", first.ToBytes(), content)).ShouldBe(new BatchTaken("north/erp", 1, false));
        (await Door(fleet).Take("north", first.ToBytes(), content)).ShouldBe(new BatchTaken("north/erp", 1, true));

        (LogObjectManifest copy, byte[] copied) = new ShippedBatches("", "erp", "20261121-b").Make(At, isLast: false, Line(7, 7));
        (await Should.ThrowAsync<ConflictException>(() => Door(fleet).Take("north", copy.ToBytes(), copied))).Message.ShouldContain("copies of one folder");
        (LogObjectManifest old, byte[] older) = new ShippedBatches("", "erp", "20261121-a").Make(At, isLast: false, Line(8, 8));
        (await Should.ThrowAsync<ConflictException>(() => Door(fleet).Take("north", old.ToBytes(), older))).Message.ShouldContain("20261121-a");

        (LogObjectManifest second, byte[] whole) = agent.Make(At + 1_000, isLast: false, Line(1, 0), Line(1, 1));
        byte[] damaged = [.. whole];
        damaged[^9] ^= 1;
        (await Should.ThrowAsync<InvalidInputException>(() => Door(fleet).Take("north", second.ToBytes(), damaged))).Field.ShouldBe("content");
        (await Should.ThrowAsync<InvalidInputException>(() => Door(fleet).Take("north", second.ToBytes(), whole[..^1]))).Field.ShouldBe("content");
        (await Should.ThrowAsync<InvalidInputException>(() => Door(fleet).Take("north", "{}"u8.ToArray(), whole))).Field.ShouldBe("manifest");
        await Should.ThrowAsync<InvalidInputException>(() => Door(fleet).Take("north", (second with { Sum = second.Sum with { Hash = 5 } }).ToBytes(), whole));
        await Should.ThrowAsync<InvalidInputException>(() => Door(fleet).Take("north", (second with { Origin = "../south/erp" }).ToBytes(), whole));
        await Should.ThrowAsync<InvalidInputException>(() => Door(fleet).Take("north", (second with { PlainLength = 1L << 40 }).ToBytes(), whole));
        await Should.ThrowAsync<InvalidInputException>(() => Door(fleet).Take("north", (second with { PlainLength = second.PlainLength - 1 }).ToBytes(), whole));
        await fleet.TheChannel.Pause();
        (await Should.ThrowAsync<ConflictException>(() => Door(fleet).Take("north", second.ToBytes(), whole))).Message.ShouldContain("paused");
        await fleet.TheChannel.Resume();
        (await Door(fleet).Take("north", second.ToBytes(), whole)).IsRepeated.ShouldBeFalse();
        (await fleet.TheChannel.Get()).Source!.Records.ShouldBe(3);

        (LogObjectManifest later, byte[] rest) = new ShippedBatches("", "erp", "20261121-c").Make(At + 2_000, isLast: true, Line(2, 0));
        (await Door(fleet).Take("north", later.ToBytes(), rest)).IsRepeated.ShouldBeFalse();
        await fleet.SettleAsync(4);
        await Should.ThrowAsync<NotFoundException>(() => fleet.Grains.GetGrain<IBatchDoorGrain>("acme/none").Take("north", later.ToBytes(), rest));
    }

    [Fact]
    public async Task More_batches_at_a_time_than_may_wait_are_sent_back_and_taken_later_and_a_batch_of_one_large_file_comes_in_parts()
    {
        await using ChannelFleet fleet = await StartAsync();
        string text = new('x', 4_000);
        (LogObjectManifest Manifest, byte[] Content)[] batches =
            [.. Enumerable.Range(0, 30).Select(agent => new ShippedBatches("", $"erp-{agent}").Make(At, isLast: true, [.. Enumerable.Range(0, agent == 0 ? 3_000 : 20).Select(line => $$"""{"message":"{{text}}{{line}}"}""")]))];
        await Task.WhenAll(batches.Select(batch => SendAsync(fleet, "north", batch, crash: false)));
        await fleet.SettleAsync(3_000 + (29 * 20));
        (await fleet.Ledger.ListGaps(open: null, new PageRequest())).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Channels_of_other_kinds_take_no_batches()
    {
        await using ChannelFleet fleet = await ChannelFleet.StartAsync(new ChangeScript(1, 1), partitions: 1);
        (LogObjectManifest manifest, byte[] content) = new ShippedBatches("", "erp").Make(At, isLast: true, Line(0, 0));
        await Should.ThrowAsync<ConflictException>(() => Door(fleet).Take("north", manifest.ToBytes(), content));
        await Should.ThrowAsync<InvalidInputException>(() => fleet.Grains.GetGrain<IChannelGrain>("acme/other").Put(
            new ChannelSpec { Source = new SourceSpec { Kind = "agents", Connection = "file:///tmp", Format = "json" } }, null));
    }

    /// <summary>Sends as an agent does: until it is taken, and again where the answer was lost.</summary>
    static async Task SendAsync(ChannelFleet fleet, string site, (LogObjectManifest Manifest, byte[] Content) batch, bool crash)
    {
        Task lost = Task.CompletedTask;
        if (crash)
        {
            lost = Door(fleet).Take(site, batch.Manifest.ToBytes(), batch.Content);
            await fleet.CrashAsync();
        }

        await fleet.UntilAsync("the batch is taken", async () =>
        {
            try
            {
                await Door(fleet).Take(site, batch.Manifest.ToBytes(), batch.Content);
                return true;
            }
            catch (Exception passing) when (passing is not RefusalException)
            {
                return false;
            }
        });
        await lost.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    static Task<ChannelFleet> StartAsync() => ChannelFleet.StartAsync(
        new ChangeScript(1, 1), new ChannelSpec { Partitions = Partitions, Source = new SourceSpec { Kind = "agents", Format = "json" }, Landing = new LandingSpec { RollSeconds = 1 } });

    static IBatchDoorGrain Door(ChannelFleet fleet) => fleet.Grains.GetGrain<IBatchDoorGrain>(ChannelFleet.Channel);

    static string IdOf(LandingRecord record)
    {
        using JsonDocument entry = JsonDocument.Parse(record.Value);
        return entry.RootElement.GetProperty("id").GetString()!;
    }

    static string Line(int batch, int line) => $$"""{"time":"2026-11-21T08:00:00Z","level":"warn","message":"订单 {{batch}}-{{line}}"}""";
}

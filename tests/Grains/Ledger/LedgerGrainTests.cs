using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Orrery.Grains.Ledger;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Ledger;

public sealed class LedgerGrainTests
{
    static readonly FlowRecord[] Records = [.. Enumerable.Range(1, 100).Select(number => new FlowRecord("site", 5, (UInt128)number * 0x9e3779b97f4a7c15UL << 33, 100, 300_000 + number))];

    [Fact]
    public async Task A_lost_record_raises_an_alarm_is_sent_again_and_the_alarm_ends()
    {
        await using var fleet = await TestFleet.StartAsync();
        var ledger = await DefineAsync(fleet, "mended");
        await FillAsync(ledger, "mended", Records[..99]);
        var lander = HopStore.Of("mended/lander");
        HopStore.Of("mended/log").SendsTo = async record =>
        {
            lock (lander)
                lander.Kept.Add((HopSide.Took, record));
            await ledger.Report([new HopReport("lander", "0", 100, 101, [new HopEntry("site", 5, HopSide.Took, record.Receipt)])]);
        };

        await fleet.UntilAsync("the gap compared", async () => (await ledger.ListGaps(true, new(10))).Items is [{ Counts: not null }], TimeSpan.FromMinutes(2));
        var gap = (await ledger.ListGaps(true, new(10))).Items[0];
        (gap.Hop, gap.Origin, gap.Stamp, gap.Kind, gap.Records).ShouldBe(("lander", "site", 5L, GapKind.Missing, 1L));
        gap.Counts.ShouldBe(new GapCounts(1, 0, 0));
        await fleet.UntilAsync("the alarm", async () => (await fleet.Book("acme").List(new AlarmQuery(true), new(10))).Items.Count == 1, TimeSpan.FromMinutes(1));
        var alarm = (await fleet.Book("acme").List(new AlarmQuery(true), new(10))).Items[0];
        alarm.Labels["hop"].ShouldBe("lander");
        alarm.Severity.ShouldBe(Severity.Critical);

        (await ledger.Repair(gap.Id, "ops")).Repair!.By.ShouldBe("ops");
        await fleet.UntilAsync("the gap closed", async () => (await ledger.GetGap(gap.Id)).State == GapState.Closed, TimeSpan.FromMinutes(3));
        var mended = await ledger.GetGap(gap.Id);
        mended.Repair.ShouldBe(new GapRepair(RepairState.Done, 1, 1, 1, "ops", mended.Repair!.StartedAt, null), mended.Repair.ToString());
        await fleet.UntilAsync("the alarm's end", async () => (await fleet.Book("acme").List(new AlarmQuery(true), new(10))).Items.Count == 0, TimeSpan.FromMinutes(1));
        (await fleet.Book("acme").List(new AlarmQuery(false), new(10))).Items.Count.ShouldBe(1);
        (await ledger.GetSummary()).ShouldSatisfyAllConditions(summary => summary.OpenGaps.ShouldBe(0), summary => summary.OpenWindows.ShouldBe(0), summary => summary.ClosedWindows.ShouldBe(1));
    }

    [Fact]
    public async Task After_a_crash_the_account_goes_on_and_repeated_reports_count_once()
    {
        await using var fleet = await TestFleet.StartAsync();
        var ledger = await DefineAsync(fleet, "crashed");
        await FillAsync(ledger, "crashed", Records[..98]);
        await fleet.CrashAsync();
        ledger = fleet.Grains.GetGrain<ILedgerGrain>(LedgerKeys.Channel("acme", "crashed"));
        await FillAsync(ledger, "crashed", Records[..98]);
        var view = await ledger.Get(10);
        view.Summary.OpenGaps.ShouldBe(1);
        view.Gaps[0].Records.ShouldBe(2);
        view.Hops.Single(hop => hop.Name == "lander").Took.Records.ShouldBe(98);
        view.Windows.Single().Hops.Single(hop => hop.Hop == "lander").ShouldBe(new WindowHop("lander", WindowState.Gap, 98, 0, 0, 2));
        await fleet.UntilAsync("the alarm", async () => (await fleet.Book("acme").List(new AlarmQuery(true), new(10))).Items.Count == 1, TimeSpan.FromMinutes(3));
    }

    [Fact]
    public async Task A_hop_that_stays_silent_is_late_and_no_longer_when_it_comes()
    {
        await using var fleet = await TestFleet.StartAsync();
        var ledger = await DefineAsync(fleet, "silent");
        await ledger.Report([Report("log", 0, 100, HopSide.Gave, Records)]);
        await ledger.Seal("site", 5);
        await fleet.UntilAsync("the late gap", async () => (await ledger.ListGaps(true, new(10))).Items.Count == 1, TimeSpan.FromMinutes(5));
        (await ledger.ListGaps(true, new(10))).Items[0].ShouldSatisfyAllConditions(gap => gap.Kind.ShouldBe(GapKind.Late), gap => gap.Records.ShouldBe(100));
        await ledger.Report([Report("lander", 0, 100, HopSide.Took, Records)]);
        (await ledger.ListGaps(true, new(10))).Items.ShouldBeEmpty();
        (await ledger.ListGaps(false, new(10))).Items.Single().ShouldSatisfyAllConditions(gap => gap.Kind.ShouldBe(GapKind.Late), gap => gap.Late.ShouldBe(100));
    }

    [Fact]
    public async Task A_hole_or_an_overlap_in_an_instance_s_ranges_is_refused_by_name()
    {
        await using var fleet = await TestFleet.StartAsync();
        var ledger = await DefineAsync(fleet, "holed");
        await ledger.Report([Report("log", 40, 100, HopSide.Gave, Records[..60])]);
        (await Should.ThrowAsync<ConflictException>(() => ledger.Report([Report("log", 120, 130, HopSide.Gave, Records[..10])]))).Message.ShouldContain("100 to 120 is a hole");
        await Should.ThrowAsync<ConflictException>(() => ledger.Report([Report("log", 90, 110, HopSide.Gave, Records[..20])]));
        (await ledger.Report([Report("log", 40, 100, HopSide.Gave, Records[..60])]))[0].ShouldSatisfyAllConditions(answer => answer.Repeated.ShouldBeTrue(), answer => answer.To.ShouldBe(100));
        (await ledger.LastOf("log", "0")).ShouldBe(100);
        await Should.ThrowAsync<NotFoundException>(() => ledger.Report([Report("nobody", 0, 1, HopSide.Gave, [])]));
    }

    [Fact]
    public async Task An_accepted_gap_stays_closed_and_says_who_and_why()
    {
        await using var fleet = await TestFleet.StartAsync();
        var ledger = await DefineAsync(fleet, "accepted");
        await FillAsync(ledger, "accepted", [.. Records, Records[7]]);
        await ledger.Seal("site", 6);
        var gap = (await ledger.ListGaps(true, new(10))).Items.Single();
        gap.Kind.ShouldBe(GapKind.Doubled);
        await Should.ThrowAsync<ConflictException>(() => ledger.Repair(gap.Id, "ops"));
        await Should.ThrowAsync<InvalidInputException>(() => ledger.Accept(gap.Id, "ops", " "));
        await ledger.Accept(gap.Id, "ops", "A test doubled it.");
        (await ledger.GetGap(gap.Id)).ShouldSatisfyAllConditions(ended => ended.State.ShouldBe(GapState.Accepted), ended => ended.AcceptedBy.ShouldBe("ops"));
        (await ledger.GetSummary()).OpenWindows.ShouldBe(0);
    }

    [Fact]
    public async Task Channels_go_with_their_tenant()
    {
        await using var fleet = await TestFleet.StartAsync();
        var ledger = await DefineAsync(fleet, "gone");
        (await fleet.Grains.GetGrain<ILedgerDirectoryGrain>("acme").List()).ShouldBe(["gone"]);
        await fleet.Tenant("acme").Delete(null);
        await Should.ThrowAsync<NotFoundException>(() => ledger.GetSummary());
        await Should.ThrowAsync<NotFoundException>(() => ledger.Define(FlowWorld.Definition));
    }

    [Fact]
    public async Task Reports_windows_and_gaps_are_counted()
    {
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        await using var fleet = await TestFleet.StartAsync();
        var meter = ((IMeterFactory)fleet.Silo.ServiceProvider.GetService(typeof(IMeterFactory))!).Create(LedgerInstruments.MeterName);
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => counted.AddOrUpdate($"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}".Trim(), value, (_, sum) => sum + value));
        listener.Start();
        await FillAsync(await DefineAsync(fleet, "even"), "even", Records);
        await FillAsync(await DefineAsync(fleet, "uneven"), "uneven", Records[..99]);
        counted["orrery.ledger.reports taken"].ShouldBe(6);
        counted["orrery.ledger.records gave"].ShouldBe(200);
        counted["orrery.ledger.records took"].ShouldBe(199);
        counted["orrery.ledger.closed_windows"].ShouldBe(1);
        counted["orrery.ledger.gap_changes opened missing"].ShouldBe(1);
        counted["orrery.ledger.open_gaps"].ShouldBe(1);
    }

    static async Task<ILedgerGrain> DefineAsync(TestFleet fleet, string channel)
    {
        try
        {
            await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        }
        catch (ConflictException)
        {
            // An earlier channel of the test made it.
        }

        var ledger = fleet.Grains.GetGrain<ILedgerGrain>(LedgerKeys.Channel("acme", channel));
        await ledger.Define(new ChannelDefinition(
            "Log to lake",
            [
                new("log", HopKind.Log, [], HopAccount.None, $"{channel}/log", typeof(KeepingHopGrain).FullName),
                new("lander", HopKind.Lander, ["log"], HopAccount.None, $"{channel}/lander", typeof(KeepingHopGrain).FullName),
            ]));
        return ledger;
    }

    /// <summary>The log gives all records, the lander takes these and states that it is through.</summary>
    static async Task FillAsync(ILedgerGrain ledger, string channel, FlowRecord[] taken)
    {
        Keep($"{channel}/log", HopSide.Gave, Records);
        Keep($"{channel}/lander", HopSide.Took, taken);
        await ledger.Report([Report("log", 0, 100, HopSide.Gave, Records)]);
        await ledger.Seal("site", 5);
        var answer = (await ledger.Report([Report("lander", 0, 100, HopSide.Took, taken)]))[0];
        await ledger.Report([new HopReport("lander", "0", 100, 100, [], answer.Sequence)]);
    }

    static void Keep(string hop, HopSide side, FlowRecord[] records)
    {
        var store = HopStore.Of(hop);
        lock (store)
        {
            store.Kept.Clear();
            store.Kept.AddRange(records.Select(record => (side, record)));
        }
    }

    static HopReport Report(string hop, long from, long to, HopSide side, FlowRecord[] records) =>
        new(hop, "0", from, to, [new HopEntry("site", 5, side, records.Aggregate(Receipt.Empty, (sum, record) => sum + record.Receipt))]);
}

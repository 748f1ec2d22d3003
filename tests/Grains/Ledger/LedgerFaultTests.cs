using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Tests.Ledger;

public sealed class LedgerFaultTests
{
    const int FaultsMin = 10_000;

    [Theory]
    [InlineData(20301)]
    public void Ten_thousand_faults_are_each_named_by_hop_window_kind_and_count(int seed)
    {
        var random = new Random(seed);
        long faults = 0;
        for (int round = 0; faults < FaultsMin; round++)
        {
            var world = new FlowWorld(random, faultRate: 0.002 + (random.NextDouble() * 0.02), crashes: round % 2 == 1);
            string where = $"seed {seed}, round {round}";
            world.Run(windowCount: 12);
            world.Settle();
            world.CompareOpenGaps();
            ShouldBeNamed(world, where, delayedCame: false);

            world.ReleaseDelayed();
            world.CompareOpenGaps();
            ShouldBeNamed(world, where, delayedCame: true);
            faults += world.Faults.Values.Sum(window => window.All);
        }
    }

    [Fact]
    public void Clean_histories_with_crashes_and_repeated_reports_show_no_gap()
    {
        var random = new Random(77);
        for (int round = 0; round < 30; round++)
        {
            var world = new FlowWorld(random, faultRate: 0, crashes: true);
            world.Run(windowCount: 15);
            world.Settle();
            world.Gaps.ShouldBeEmpty($"round {round}");
            world.State.Windows.ShouldBeEmpty($"round {round}: every window closes");
            world.State.Totals["log"].Took.Records.ShouldBe(world.Records);
        }
    }

    [Fact]
    public void What_lacks_is_sent_again_exactly_and_the_gaps_close()
    {
        var random = new Random(5);
        var world = new FlowWorld(random, faultRate: 0.01, crashes: true);
        world.Run(windowCount: 20);
        world.Settle();
        world.CompareOpenGaps();
        var lacking = world.State.OpenGaps.Values.Where(gap => gap.Counts is { Missing: > 0, Doubled: 0, Altered: 0 }).ToArray();
        lacking.Length.ShouldBeGreaterThan(5);

        // Only what comes of faults upstream is mended first; a mended hop gives to those below.
        for (int pass = 0; pass < Orrery.Grains.Ledger.LedgerDefinitions.HopsMax && world.State.OpenGaps.Values.Any(gap => gap.Counts is { Missing: > 0 }); pass++)
        {
            world.RepairOpenGaps();
            world.Settle();
            world.CompareOpenGaps();
        }

        foreach (var gap in lacking)
        {
            var ended = world.Gaps[gap.Id];
            ended.State.ShouldBe(GapState.Closed, ended.ToString());
            ended.Repair!.State.ShouldBe(RepairState.Done);
            ended.Repair.Sent.ShouldBe(gap.Counts!.Missing);
            ended.Repair.Arrived.ShouldBe(gap.Counts.Missing);
        }

        world.State.OpenGaps.Values.ShouldAllBe(gap => gap.Counts!.Missing == 0);
    }

    [Fact]
    public void Too_many_windows_are_counted_together_and_nothing_is_lost_of_the_sums()
    {
        var world = new FlowWorld(new Random(9), faultRate: 0.01, crashes: true);
        world.Options.WindowsMax = 12;
        world.Run(windowCount: 60);
        world.Settle();
        world.ReleaseDelayed();
        world.State.Windows.Count.ShouldBeLessThanOrEqualTo(12);
        var faults = world.Faults.Values;
        long uneven = world.State.Windows.Sum(window => window.Hops["log"].TookAll.Records - window.Hops["agent"].GaveAll.Records - window.Hops["other"].GaveAll.Records);
        uneven.ShouldBe(world.Faults.Where(window => window.Key.Hop == "log").Sum(window => window.Value.Doubled - window.Value.Dropped));
    }

    static void ShouldBeNamed(FlowWorld world, string where, bool delayedCame)
    {
        var expected = world.Faults.Where(window => !delayedCame || window.Value.All > window.Value.Delayed).ToDictionary();
        var open = world.State.OpenGaps.Values.ToDictionary(gap => (gap.Hop, gap.Origin, gap.Stamp));
        open.Values.ShouldAllBe(gap => !gap.Inside);
        string.Join("; ", open.Values.Where(gap => !expected.ContainsKey((gap.Hop, gap.Origin, gap.Stamp)))).ShouldBeEmpty($"{where}: no gap without a fault");
        string.Join("; ", expected.Keys.Except(open.Keys)).ShouldBeEmpty($"{where}: no fault without a gap");
        foreach (var (window, faults) in expected)
        {
            var gap = open[window];
            string at = $"{where}: {string.Join('\n', world.Gaps.Values.Where(other => (other.Hop, other.Origin, other.Stamp) == window))}";
            gap.Counts.ShouldNotBeNull(at);
            gap.Counts.Missing.ShouldBe(faults.Dropped + (delayedCame ? 0 : faults.Delayed), at);
            gap.Counts.Doubled.ShouldBe(faults.Doubled, at);
            gap.Counts.Altered.ShouldBe(faults.Altered, at);
            // A window that was even again may get another gap, by a record that was late upstream.
            LateIn(world, window).ShouldBe(delayedCame ? faults.Delayed : 0, at);
            gap.Records.ShouldBe(gap.Counts.Missing - gap.Counts.Doubled, at);
            gap.Kind.ShouldBe(gap.Counts.Missing > 0 ? GapKind.Missing : gap.Counts.Altered > 0 ? GapKind.Altered : GapKind.Doubled, at);
        }

        if (!delayedCame)
            return;
        foreach (var (window, faults) in world.Faults.Where(window => window.Value.All == window.Value.Delayed))
        {
            world.Gaps.Values.Where(gap => (gap.Hop, gap.Origin, gap.Stamp) == window).ShouldAllBe(gap => gap.State == GapState.Closed && gap.Kind == GapKind.Late, where);
            LateIn(world, window).ShouldBe(faults.Delayed, where);
        }
    }

    static long LateIn(FlowWorld world, (string Hop, string Origin, long Stamp) window) =>
        world.Gaps.Values.Where(gap => (gap.Hop, gap.Origin, gap.Stamp) == window).Sum(gap => gap.Late);
}

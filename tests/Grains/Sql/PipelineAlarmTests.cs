using Orrery.Grains.Alarms.Rules;
using Orrery.Grains.Sql.Schemas;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Tests.Sql;

/// <summary>The rules that servers have, at work on pipelines.</summary>
public sealed class PipelineAlarmTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);
    static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_pipeline_that_lags_for_long_enough_fires_once_and_ends_when_it_has_caught_up_or_is_gone()
    {
        PipelineWatch watch = Watch();
        watch.Observe([Pipeline("totals", lagSeconds: 90), Pipeline("other")], Noon);
        watch.Changes.ShouldBeEmpty();
        watch.Observe([Pipeline("totals", lagSeconds: 120)], Noon.AddSeconds(61));
        AlarmReport fired = watch.Changes.Values.Single();
        (fired.Rule.Id, fired.Server, fired.Holds, fired.Value, fired.Since, fired.Labels["pipeline"]).ShouldBe(("pipeline-lag", "acme/~:totals", true, 120.0, Noon, "totals"));
        watch.Changes.Clear();
        watch.Observe([Pipeline("totals", lagSeconds: 30)], Noon.AddSeconds(70));
        watch.Changes.ShouldBeEmpty();
        watch.Observe([Pipeline("totals", lagSeconds: 1)], Noon.AddSeconds(80));
        watch.Changes.Values.Single().Holds.ShouldBeFalse();
        watch.Changes.Clear();
        watch.Observe([Pipeline("totals", lagSeconds: 90)], Noon.AddSeconds(90));
        watch.Observe([Pipeline("totals", lagSeconds: 90)], Noon.AddSeconds(160));
        watch.Changes.Clear();
        watch.Observe([], Noon.AddSeconds(170));
        (watch.Changes.Values.Single().Holds, watch.Changes.Values.Single().Server).ShouldBe((false, "acme/~:totals"));
    }

    [Fact]
    public void What_fired_before_a_restart_ends_after_it_and_each_trouble_has_its_rule()
    {
        PipelineWatch watch = Watch();
        var open = new Alarm(
            "1", "acme/~:totals/pipeline-failed/pipeline_up", "acme", "acme/~:totals", "pipeline-failed", "x", Severity.Critical, AlarmState.Firing, false,
            new Dictionary<string, string> { ["__name__"] = "pipeline_up", ["pipeline"] = "totals" }, 0, 0, 1, Comparison.Below, "x", Noon, Noon, null, null, null, null);
        watch.Resume([open]);
        watch.Observe([Pipeline("totals")], Noon.AddSeconds(1));
        watch.Changes.Values.Single().Holds.ShouldBeFalse();
        watch = Watch();
        PipelineInfo[] sick =
        [
            Pipeline("failed") with { Status = "failed" }, Pipeline("paused") with { Status = "paused" }, Pipeline("held") with { IsHeld = true }, Pipeline("stale") with { FreshnessSeconds = 1_000 },
            Pipeline("sink#1") with { Kind = "insert", Sink = new SinkProgress(5, 0, null, "It is away.", null) },
        ];
        watch.Observe(sick, Noon);
        watch.Observe(sick, Noon.AddHours(1));
        watch.Changes.Values.Select(static report => $"{report.Rule.Id} {report.Labels["pipeline"]}").Order(StringComparer.Ordinal).ShouldBe(
            ["pipeline-failed failed", "pipeline-held held", "pipeline-paused paused", "pipeline-sink sink#1", "pipeline-stale stale"]);
    }

    [Fact]
    public async Task A_view_that_fails_is_an_alarm_of_the_tenant_until_it_is_mended()
    {
        await using SqlFleet fleet = await SqlFleet.StartAsync(static options => options.WatchPeriod = TimeSpan.FromMilliseconds(100));
        IAlarmRulesGrain rules = fleet.Grains.GetGrain<IAlarmRulesGrain>(EntityKeys.Fleet);
        AlarmRule rule = (await rules.List()).Single(static rule => rule.Id == "pipeline-failed");
        await rules.Set(rule with { ForSeconds = 0 }, rule.Version);
        await fleet.RunAsync("""
            CREATE TABLE orders (id BIGINT NOT NULL, n BIGINT, PRIMARY KEY (id) NOT ENFORCED);
            CREATE MATERIALIZED VIEW parts AS SELECT id, 10 / n AS part FROM orders;
            INSERT INTO orders VALUES (1, 0);
            """);
        Alarm open = await AlarmAsync(fleet, isOpen: true);
        (open.RuleId, open.Server, open.Severity).ShouldBe(("pipeline-failed", "acme/~:parts", Severity.Critical));
        await fleet.CrashAsync();
        await fleet.RunAsync("CREATE OR REPLACE MATERIALIZED VIEW parts AS SELECT id, 10 / NULLIF(n, 0) AS part FROM orders");
        (await AlarmAsync(fleet, isOpen: false)).Id.ShouldBe(open.Id);
    }

    static async Task<Alarm> AlarmAsync(SqlFleet fleet, bool isOpen)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (true)
        {
            if ((await fleet.Grains.GetGrain<IAlarmBookGrain>(SqlFleet.Tenant).List(new AlarmQuery(isOpen), new PageRequest())).Items is [var alarm, ..])
                return alarm;
            await looks.WaitForNextTickAsync(late.Token);
        }
    }

    static PipelineWatch Watch()
    {
        var watch = new PipelineWatch("acme");
        watch.SetRules(new EffectiveRules(1, VendorRules.Pipelines));
        return watch;
    }

    static PipelineInfo Pipeline(string name, double? lagSeconds = null) =>
        new(name, "materializedView", null, [], null, null, "running", null, 0, 0, 0, lagSeconds, null, 0, 0, 0, null, false, false);
}

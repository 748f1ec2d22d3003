using Orrery.Grains.Health;
using Orrery.Grains.Health.Rules;
using Orrery.Grains.Health.Series;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health.Rules;

public sealed class ServerWatchTests
{
    const string Server = "acme/berlin/erp-01";
    static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly HealthOptions options = new();
    readonly SeriesStore store = new(new SeriesStoreOptions());
    readonly ServerWatch watch;
    DateTimeOffset now = Start;
    DateTimeOffset? arrived;
    long revision;

    public ServerWatchTests() => watch = new ServerWatch(Server, options);

    [Fact]
    public void Only_series_that_a_rule_matches_are_watched()
    {
        Rules(Rule("busy", "m") with { Matchers = [new("__name__", MatchKind.Equal, "m"), new("core", MatchKind.Matches, "[01]")] });
        Send("m", 99, ("core", "0"));
        Send("m", 99, ("core", "2"));
        Send("n", 99);

        watch.WatchedSeries.ShouldBe(1);
        Take().ShouldHaveSingleItem().Labels["core"].ShouldBe("0");
    }

    [Fact]
    public void A_disabled_rule_watches_nothing_and_ends_what_it_raised()
    {
        Rules(Rule("busy", "m"));
        Send("m", 99);
        Take().ShouldHaveSingleItem().Holds.ShouldBeTrue();

        Rules(Rule("busy", "m") with { Enabled = false });

        Take().ShouldHaveSingleItem().Holds.ShouldBeFalse();
        watch.WatchedSeries.ShouldBe(0);
    }

    [Fact]
    public void A_rule_with_a_time_fires_when_the_time_has_passed_though_no_further_sample_came()
    {
        Rules(Rule("busy", "m") with { ForSeconds = 30 });
        Send("m", 99);
        Pass(TimeSpan.FromSeconds(29));
        Take().ShouldBeEmpty();
        Pass(TimeSpan.FromSeconds(1));

        var report = Take().ShouldHaveSingleItem();
        report.Holds.ShouldBeTrue();
        report.Since.ShouldBe(Start);
    }

    [Fact]
    public void A_server_whose_clock_is_hours_off_is_judged_all_the_same()
    {
        Rules(Rule("busy", "m") with { ForSeconds = 30 });
        Send("m", 99, at: now.AddHours(-5));
        Pass(TimeSpan.FromSeconds(31));

        Take().ShouldHaveSingleItem().Since.ShouldBe(Start, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_series_that_goes_stale_ends_its_alarm_while_the_others_go_on()
    {
        Rules(Rule("busy", "m"));
        Send("m", 99, ("process", "a"));
        Send("m", 99, ("process", "b"));
        Take().Count.ShouldBe(2);
        for (int minute = 0; minute < 6; minute++)
        {
            Pass(TimeSpan.FromMinutes(1));
            Send("m", 99, ("process", "b"));
        }

        Pass(TimeSpan.FromSeconds(1));

        var ended = Take().Where(report => !report.Holds).ShouldHaveSingleItem();
        ended.Labels["process"].ShouldBe("a");
    }

    [Fact]
    public void While_the_whole_server_is_silent_alarms_stay_as_they_are_and_silence_is_told()
    {
        Rules(Rule("busy", "m"), Rule("silent", "silent_seconds") with { Threshold = 120, Recovery = null });
        Send("m", 99);
        Take();
        for (int minute = 0; minute < 10; minute++)
            Pass(TimeSpan.FromMinutes(1));

        var report = Take().ShouldHaveSingleItem();
        report.Rule.Id.ShouldBe("silent");
        report.Since.ShouldBe(Start);
        Send("m", 99);
        Pass(TimeSpan.FromSeconds(1));
        Take().ShouldHaveSingleItem().ShouldSatisfyAllConditions(end => end.Rule.Id.ShouldBe("silent"), end => end.Holds.ShouldBeFalse());
    }

    [Fact]
    public void The_mark_by_which_Prometheus_ends_a_series_ends_its_alarm_at_once()
    {
        Rules(Rule("busy", "m"));
        Send("m", 99);
        Take();
        Send("m", BitConverter.UInt64BitsToDouble(0x7FF0000000000002));

        Take().ShouldHaveSingleItem().Holds.ShouldBeFalse();
    }

    [Fact]
    public void A_rate_is_growth_per_second_and_a_fall_is_a_restart_from_zero()
    {
        Rules(Rule("errors", "errors_total") with { Signal = "rate", Threshold = 5, Recovery = null });
        Send("errors_total", 1_000);
        Take().ShouldBeEmpty("one sample has no rate");
        Pass(TimeSpan.FromSeconds(10));
        Send("errors_total", 1_100);
        Take().ShouldHaveSingleItem().Value.ShouldBe(10, 0.01);
        Pass(TimeSpan.FromSeconds(10));
        Send("errors_total", 20);

        Take().ShouldHaveSingleItem().ShouldSatisfyAllConditions(end => end.Holds.ShouldBeFalse(), end => end.Value.ShouldBe(2, 0.01));
    }

    [Fact]
    public void An_open_alarm_of_the_book_is_taken_up_after_a_restart_and_one_whose_series_never_returns_is_ended()
    {
        string key = $"{Server}/busy/{SeriesKey.Hash(Samples.KeyOf("m")):x16}";
        Rules([OpenAlarm(key), OpenAlarm($"{Server}/gone/0000000000000001")], Rule("busy", "m"));
        Send("m", 80);
        Take().ShouldBeEmpty("80 is between recovery and threshold: it goes on");
        Send("m", 70);
        Take().ShouldHaveSingleItem().Key.ShouldBe(key);

        watch.EndUnclaimed();

        Take().ShouldHaveSingleItem().ShouldSatisfyAllConditions(end => end.Key.ShouldEndWith("0001"), end => end.Holds.ShouldBeFalse());
    }

    [Fact]
    public void What_a_series_said_long_before_the_restart_is_not_judged_again()
    {
        store.Apply(Samples.One("m", now.AddHours(-2), 99, ("process", "old")), 0, long.MaxValue);
        Rules(Rule("busy", "m"));
        Send("m", 10, ("process", "new"));

        Take().ShouldBeEmpty();
    }

    [Fact]
    public void An_anomaly_is_scored_by_minutes_held_for_a_while_and_learned_across_a_restart()
    {
        Rules(Rule("odd", "cpu_usage_percent") with { Signal = "anomaly", Threshold = 0.6, Recovery = 0.5 });
        var random = new Random(7);
        Minutes(60 * 24, () => 20 + (random.NextDouble() * 4));
        Take().Where(report => report.Holds).Count().ShouldBeLessThanOrEqualTo(3, "a calm day has next to no anomalies");
        var saved = watch.ExportAnomalies();
        saved.ShouldHaveSingleItem();

        var restarted = new ServerWatchTests { now = now };
        restarted.watch.RestoreAnomalies(saved);
        restarted.Rules(Rule("odd", "cpu_usage_percent") with { Signal = "anomaly", Threshold = 0.6, Recovery = 0.5 });
        restarted.Minutes(3, () => 95);
        var fired = restarted.Take().ShouldHaveSingleItem();
        fired.Holds.ShouldBeTrue();
        fired.Value.ShouldBeGreaterThan(0.6);
        restarted.Minutes(15, () => 95);
        restarted.Take().ShouldContain(report => !report.Holds);
    }

    [Fact]
    public void The_headline_shows_the_fullest_disk_and_leaves_out_series_that_have_ended()
    {
        Rules(Rule("busy", "m"));
        Send("disk_used_percent", 10, ("mount", "/"));
        Send("disk_used_percent", 70, ("mount", "/data"));
        Send("cpu_usage_percent", 33);
        watch.Headline(now.ToUnixTimeMilliseconds()).ShouldBe(new Dictionary<string, double> { ["disk"] = 70, ["cpu"] = 33 }, ignoreOrder: true);
        Pass(TimeSpan.FromMinutes(10));
        Send("cpu_usage_percent", 44);

        watch.Headline(now.ToUnixTimeMilliseconds()).ShouldBe(new Dictionary<string, double> { ["cpu"] = 44 });
    }

    [Fact]
    public void Infinite_values_are_reported_as_numbers_that_can_be_written_down()
    {
        Rules(Rule("busy", "m"));
        Send("m", double.PositiveInfinity);

        double.IsFinite(Take().ShouldHaveSingleItem().Value).ShouldBeTrue();
    }

    void Rules(params AlarmRule[] rules) => Rules([], rules);

    void Rules(Alarm[] open, params AlarmRule[] rules) => watch.SetRules(new EffectiveRules(++revision, rules), store.Entries, open, now.ToUnixTimeMilliseconds());

    void Send(string metric, double value, params (string, string)[] labels) => Send(metric, value, now, labels);

    void Send(string metric, double value, DateTimeOffset at, params (string, string)[] labels)
    {
        arrived = now;
        store.Apply(Samples.One(metric, at > now.AddHours(-1) ? at.AddMilliseconds(++sent) : at, value, labels), 0, long.MaxValue);
        watch.Observe(store.Entries, now.ToUnixTimeMilliseconds());
    }

    int sent;

    void Minutes(int count, Func<double> value)
    {
        for (int minute = 0; minute < count; minute++)
        {
            Send("cpu_usage_percent", value());
            Pass(TimeSpan.FromMinutes(1));
        }
    }

    void Pass(TimeSpan time)
    {
        now += time;
        watch.Pass(arrived is { } last ? (long)(now - last).TotalMilliseconds : null, now.ToUnixTimeMilliseconds());
    }

    IReadOnlyList<AlarmReport> Take()
    {
        AlarmReport[] taken = [.. watch.Changes.Values];
        foreach (var report in taken)
            watch.Taken(report);
        return taken;
    }

    static AlarmRule Rule(string id, string metric) =>
        new(id, id, [new LabelMatcher("__name__", MatchKind.Equal, metric)], "value", Comparison.Above, 85, 75, 0, Severity.Warning, null, true, null, 1);

    static Alarm OpenAlarm(string key) => new(
        "id", key, "acme", Server, "busy", "busy", Severity.Warning, AlarmState.Firing, false, new Dictionary<string, string>(), 99, 99, 85, Comparison.Above, "text",
        Start.AddHours(-1), Start.AddHours(-1), null, null, null, null);
}

using Orrery.Grains.Health.Fleet;
using Orrery.Grains.Health.Servers;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health.Fleet;

public sealed class HealthScoresTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(new int[0], 100)]
    [InlineData(new[] { 100 }, 100)]
    [InlineData(new[] { 0 }, 0)]
    [InlineData(new[] { 100, 0 }, 25)]
    [InlineData(new[] { 100, 100, 100, 0 }, 38)]
    [InlineData(new[] { 75, 100 }, 81)]
    public void A_group_scores_half_its_worst_and_half_its_mean(int[] scores, int expected) => HealthScores.Combine(scores).ShouldBe(expected);

    [Fact]
    public void Penalties_add_up_to_what_is_missing_from_a_hundred()
    {
        var (score, status, causes) = ServerScore.Compute(
            [(Alarm("a", "cpu", Severity.Warning), null), (Alarm("b", "disk", Severity.Information), null)], silentSince: null, Now);

        score.ShouldBe(65);
        status.ShouldBe(HealthStatus.Degraded);
        causes.Sum(cause => cause.Penalty).ShouldBe(35);
        causes.Select(cause => cause.Code).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Two_rules_about_one_series_are_one_trouble()
    {
        var (score, _, causes) = ServerScore.Compute([(Alarm("warn", "cpu", Severity.Warning), null), (Alarm("crit", "cpu", Severity.Critical), null)], null, Now);

        score.ShouldBe(50);
        causes.ShouldHaveSingleItem().Code.ShouldBe("crit");
    }

    [Fact]
    public void An_acknowledged_alarm_weighs_half_and_a_silenced_one_nothing()
    {
        ServerScore.Compute([(Alarm("a", "cpu", Severity.Critical) with { State = AlarmState.Acknowledged }, null)], null, Now).Score.ShouldBe(75);
        ServerScore.Compute([(Alarm("a", "cpu", Severity.Critical) with { Silenced = true }, null)], null, Now).Score.ShouldBe(100);
    }

    [Fact]
    public void A_rules_own_penalty_counts_instead_of_its_severitys()
    {
        var rule = new AlarmRule("a", "A", [], "value", Comparison.Above, 1, null, 0, Severity.Critical, Penalty: 7, true, null, 1);
        ServerScore.Compute([(Alarm("a", "cpu", Severity.Critical), rule)], null, Now).Score.ShouldBe(93);
    }

    [Fact]
    public void Of_many_causes_ten_are_listed_and_they_still_add_up()
    {
        var (score, _, causes) = ServerScore.Compute(Enumerable.Range(0, 14).Select(number => (Alarm($"r{number}", $"m{number}", Severity.Information), (AlarmRule?)Rule(number))), null, Now);

        causes.Count.ShouldBe(10);
        causes[^1].Code.ShouldBe("more");
        causes.Sum(cause => cause.Penalty).ShouldBe(100 - score);
        score.ShouldBeGreaterThan(0);

        static AlarmRule Rule(int number) => new($"r{number}", "R", [], "value", Comparison.Above, 1, null, 0, Severity.Information, Penalty: 3 + (number % 3), true, null, 1);
    }

    [Fact]
    public void A_silent_server_has_nothing_left_and_says_for_how_long()
    {
        var (score, status, causes) = ServerScore.Compute([], Now - TimeSpan.FromMinutes(7), Now);

        score.ShouldBe(0);
        status.ShouldBe(HealthStatus.Silent);
        causes.ShouldHaveSingleItem().Text.ShouldBe("No sample has come for 7 minutes.");
    }

    [Fact]
    public void Sites_without_servers_are_well_and_a_site_of_silent_servers_is_silent()
    {
        var tenant = HealthScores.Tenant("acme", ["acme/empty", "acme/quiet"], [Summary("acme/quiet/a", 0, HealthStatus.Silent), Summary("acme/loud/b", 60, HealthStatus.Degraded)], Now);

        tenant.Sites.Select(site => (site.Site, site.Score, site.Status)).ShouldBe(
            [("acme/quiet", 0, HealthStatus.Silent), ("acme/loud", 60, HealthStatus.Degraded), ("acme/empty", 100, HealthStatus.Healthy)]);
        tenant.Score.ShouldBe(27);
        tenant.Counts.ShouldBe(new StatusCounts(0, 1, 0, 1));
        tenant.Worst.Select(server => server.Server).ShouldBe(["acme/quiet/a", "acme/loud/b"]);
        HealthScores.Fleet([tenant], Now).Tenants[0].Worst.ShouldBeEmpty();
    }

    static HealthSummary Summary(string server, int score, HealthStatus status) => new(server, score, status, [], null, null, new Dictionary<string, double>(), 0, Now);

    static Alarm Alarm(string rule, string metric, Severity severity) => new(
        "id", rule, "acme", "acme/berlin/erp-01", rule, rule, severity, AlarmState.Firing, false, new Dictionary<string, string> { ["__name__"] = metric },
        1, 1, 0, Comparison.Above, "text", Now, Now, null, null, null, null);
}

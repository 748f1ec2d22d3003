using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health.Fleet;

public sealed class FleetHealthTests
{
    [Fact]
    public async Task A_sick_server_is_seen_at_its_site_its_tenant_and_the_fleet_and_nowhere_else()
    {
        await using var fleet = await TestFleet.StartAsync();
        string[] servers = ["acme/berlin/erp-01", "acme/berlin/erp-02", "acme/paris/erp-01", "zenith/oslo/erp-01"];
        foreach (string server in servers)
        {
            await fleet.AddServerAsync(server);
            await fleet.SendAsync(server, "cpu_usage_percent", 10);
        }

        await Fleet(fleet).Get();
        await fleet.UntilAsync("all servers to be seen", async () => (await Fleet(fleet).Get()).Counts.Healthy == 4, TimeSpan.FromMinutes(2));

        await fleet.SendAsync(servers[0], "db_up", 0, ("database", "erp"));
        await fleet.UntilAsync("the fleet to know", async () => (await Fleet(fleet).Get()).Counts.Healthy == 3, TimeSpan.FromSeconds(30));

        var seen = await Fleet(fleet).Get();
        seen.Worst.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            worst => worst.Server.ShouldBe(servers[0]),
            worst => worst.Score.ShouldBe(50),
            worst => worst.Causes.ShouldHaveSingleItem().Code.ShouldBe("database-down"),
            worst => worst.UnwellSince.ShouldNotBeNull(),
            worst => worst.Headline["cpu"].ShouldBe(10));
        seen.Tenants.Select(tenant => (tenant.Tenant, tenant.Score)).ShouldBe([("acme", 72), ("zenith", 100)]);
        seen.Score.ShouldBe(79);
        var acme = await fleet.Grains.GetGrain<ITenantHealthGrain>("acme").Get();
        acme.Sites.Select(site => (site.Site, site.Score)).ShouldBe([("acme/berlin", 63), ("acme/paris", 100)]);
        (await fleet.Grains.GetGrain<ITenantHealthGrain>("zenith").ListServers(null)).ShouldHaveSingleItem().Server.ShouldBe("zenith/oslo/erp-01");
        (await fleet.Grains.GetGrain<ITenantHealthGrain>("acme").ListServers("acme/paris")).ShouldHaveSingleItem();
        (await fleet.Book("zenith").List(new AlarmQuery(), new(10))).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task After_a_crash_the_fleet_is_whole_again_before_anybody_sends()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync("acme/berlin/erp-01");
        await fleet.SendAsync("acme/berlin/erp-01", "db_up", 0, ("database", "erp"));
        await Fleet(fleet).Get();
        await fleet.UntilAsync("the alarm", async () =>
        {
            await fleet.SendAsync("acme/berlin/erp-01", "db_up", 0, ("database", "erp"));
            return (await Fleet(fleet).Get()).Score < 100;
        }, TimeSpan.FromMinutes(1));
        int before = (await Fleet(fleet).Get()).Score;

        await fleet.CrashAsync();
        await fleet.IntakeOf("acme/berlin/erp-01").CatchUp();
        await Fleet(fleet).Get();

        await fleet.UntilAsync("the same score", async () => await Fleet(fleet).Get() is { Counts.All: 1 } seen && seen.Score == before, TimeSpan.FromSeconds(20));
        (await fleet.Book("acme").List(new AlarmQuery(), new(10))).Items.ShouldHaveSingleItem().State.ShouldBe(AlarmState.Firing);
    }

    [Fact]
    public async Task Acknowledging_and_silencing_raise_the_score_at_once()
    {
        await using var fleet = await TestFleet.StartAsync();
        const string server = "acme/berlin/erp-01";
        await fleet.AddServerAsync(server);
        await fleet.UntilAsync("the alarm", async () =>
        {
            await fleet.SendAsync(server, "db_up", 0, ("database", "erp"));
            return (await fleet.Health(server).GetHealth()).Score == 50;
        }, TimeSpan.FromMinutes(1));
        var alarm = (await fleet.Book("acme").List(new AlarmQuery(Open: true), new(10))).Items.Single();

        await fleet.Book("acme").Acknowledge(alarm.Id, "ada", null);
        await fleet.UntilAsync("half the penalty", async () => (await fleet.Health(server).GetHealth()).Score == 75, TimeSpan.FromSeconds(6));
        var now = fleet.Time.GetUtcNow();
        await fleet.Book("acme").AddSilence(new SilenceDraft(server, null, "maintenance", null, now.AddMinutes(1)), "ada");
        await fleet.UntilAsync("no penalty", async () => (await fleet.Health(server).GetHealth()).Score == 100, TimeSpan.FromSeconds(6));
        await fleet.UntilAsync("the silence to end", async () =>
        {
            await fleet.SendAsync(server, "db_up", 0, ("database", "erp"));
            return (await fleet.Health(server).GetHealth()).Score == 75;
        }, TimeSpan.FromSeconds(80));
    }

    [Fact]
    public async Task Reports_of_another_tenants_server_are_refused()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync("acme/berlin/erp-01");
        var summary = await fleet.Health("acme/berlin/erp-01").GetHealth();

        await Should.ThrowAsync<InvalidInputException>(() => fleet.Grains.GetGrain<ITenantHealthGrain>("zenith").Report("acme/berlin/erp-01", summary));
        await Should.ThrowAsync<InvalidInputException>(() => fleet.Rules("zenith").Subscribe("acme/berlin/erp-01"));
    }

    [Fact]
    public async Task A_server_that_nobody_has_costs_nothing_for_long_and_is_not_counted()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync("acme/berlin/erp-01");
        await fleet.Health("acme/berlin/made-up").GetHealth();
        await fleet.PassAsync(TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(30));

        fleet.Silo.IsActive(fleet.Health("acme/berlin/made-up")).ShouldBeFalse();
        await Fleet(fleet).Get();
        await fleet.UntilAsync("the silent one", async () => (await Fleet(fleet).Get()).Counts is { All: 1, Silent: 1 }, TimeSpan.FromMinutes(6), TimeSpan.FromSeconds(10));
        await fleet.PassAsync(TimeSpan.FromMinutes(40), TimeSpan.FromMinutes(1));
        (await Fleet(fleet).Get()).Counts.Silent.ShouldBe(1);
    }

    static IFleetHealthGrain Fleet(TestFleet fleet) => fleet.Grains.GetGrain<IFleetHealthGrain>(EntityKeys.Fleet);
}

using System.Globalization;
using Orrery.Agent.Simulation;
using Orrery.Tests.Servers;

namespace Orrery.Agent.Tests.Simulation;

public sealed class FleetSimulatorTests
{
    [Fact]
    public void Twenty_sites_belong_to_about_six_tenants_and_have_unique_ids_that_the_cloud_takes()
    {
        IReadOnlyList<SimulatedSitePlan> plan = FleetSimulator.Plan(20, 1);
        plan.Count.ShouldBe(20);
        plan.Select(p => p.Tenant).Distinct().Count().ShouldBe(6);
        plan.Select(p => p.Tenant + "/" + p.Site).Distinct().Count().ShouldBe(20);
        plan.ShouldAllBe(p => ServerName.ToId(p.Tenant) == p.Tenant && ServerName.ToId(p.Site) == p.Site && ServerName.ToId(p.Server) == p.Server);
        plan.ShouldAllBe(p => TimeZoneInfo.FindSystemTimeZoneById(p.TimeZone) != null);
        FleetSimulator.Plan(20, 1).ShouldBe(plan);
        FleetSimulator.Plan(300, 9).Select(p => p.Tenant + "/" + p.Site).Distinct().Count().ShouldBe(300);
    }

    [Fact]
    public async Task A_fleet_brings_its_past_then_its_present_and_the_same_seed_gives_the_same_values()
    {
        await using DoorHost first = await DoorHost.Start();
        await Run(first, TimeSpan.FromMinutes(30));
        await using DoorHost second = await DoorHost.Start();
        await Run(second, TimeSpan.FromMinutes(30));

        var shared = first.Samples.Where(s => Past(s.Key) && second.Samples.ContainsKey(s.Key)).ToList();
        shared.Count.ShouldBeGreaterThan(8 * 25 * 50);
        shared.ShouldAllBe(s => second.Samples[s.Key] == s.Value);
        first.Samples.Where(s => s.Key.Contains("_percent{")).ShouldAllBe(s => s.Value >= 0 && (s.Value <= 100 || s.Key.Contains("process_cpu")));
        first.Samples.Select(s => s.Key[..s.Key.LastIndexOf('|')]).Where(s => s.StartsWith("erp-00|")).Distinct().Count().ShouldBeInRange(50, 80);
        first.DuplicateSamples.ShouldBe(0);
        first.Lines.Count.ShouldBeGreaterThan(0);
        first.Documents.Count(d => d.Path == "register").ShouldBe(8);
    }

    static bool Past(string key) => long.Parse(key[(key.LastIndexOf('|') + 1)..], CultureInfo.InvariantCulture) % 60_000 == 0 && !key.Contains("agent_");

    static async Task Run(DoorHost door, TimeSpan backfill)
    {
        using var simulator = new FleetSimulator(new FleetSimulatorOptions
        {
            Url = door.Url,
            Seed = 5,
            Backfill = backfill,
            Interval = TimeSpan.FromSeconds(1),
            Sites = [.. FleetSimulator.Plan(8, 5).Select((p, i) => new SimulatedSite(p.Tenant, p.Site, p.SiteName, $"erp-0{i}", "ok_test_secret", p.TimeZone))],
        }, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        Task run = simulator.RunAsync(stop.Token);
        await simulator.Backfilled.WaitAsync(TimeSpan.FromSeconds(30));
        int past = door.Samples.Count;
        await door.Until(() => door.Samples.Count > past + 500, "samples of the present");
        await stop.CancelAsync();
        await run;
    }
}

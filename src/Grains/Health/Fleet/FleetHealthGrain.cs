using Microsoft.Extensions.Logging;
using Orrery.Grains.Paging;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Health.Fleet;

/// <summary>The newest health of each tenant, in memory. A round each minute wakes tenants that did not report, so that a restarted fleet is looked after before anybody asks.</summary>
[Reentrant]
sealed class FleetHealthGrain : Grain, IFleetHealthGrain
{
    const int AskingConcurrencyMax = 16;

    static readonly TimeSpan RoundPeriod = TimeSpan.FromMinutes(1);
    static readonly TimeSpan ReportAgeMax = TimeSpan.FromMinutes(2);

    readonly TimeProvider time;
    readonly ILogger<FleetHealthGrain> logger;
    readonly Dictionary<string, Entry> tenants = [];
    FleetHealth? computed;

    public FleetHealthGrain(TimeProvider time, ILogger<FleetHealthGrain> logger)
    {
        this.time = time;
        this.logger = logger;
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(Round, new GrainTimerCreationOptions(TimeSpan.Zero, RoundPeriod) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task Report(string tenant, TenantHealth? health)
    {
        if (health is null)
            tenants.Remove(tenant);
        else
            tenants[tenant] = new Entry(health, time.GetUtcNow());
        computed = null;
        return Task.CompletedTask;
    }

    public Task<FleetHealth> Get() => Task.FromResult(computed ??= HealthScores.Fleet([.. tenants.Values.Select(static entry => entry.Health)], time.GetUtcNow()));

    async Task Round(CancellationToken cancellationToken)
    {
        var directory = GrainFactory.GetGrain<ITenantDirectoryGrain>(Interfaces.EntityKeys.Fleet);
        var found = new HashSet<string>();
        string? after = null;
        do
        {
            var page = await directory.List(new PageRequest(Pages.LimitMax, after));
            found.UnionWith(page.Items.Select(static tenant => tenant.Id));
            after = page.Next;
        }
        while (after is not null);

        foreach (string gone in tenants.Keys.Where(tenant => !found.Contains(tenant)).ToArray())
            tenants.Remove(gone);
        foreach (var part in found.Where(tenant => !tenants.TryGetValue(tenant, out var entry) || time.GetUtcNow() - entry.ReportedAt > ReportAgeMax).ToArray().Chunk(AskingConcurrencyMax))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.WhenAll(part.Select(Ask));
        }

        computed = null;
    }

    async Task Ask(string tenant)
    {
        try
        {
            await Report(tenant, await GrainFactory.GetGrain<ITenantHealthGrain>(tenant).Get());
        }
        catch (Exception failure)
        {
            HealthMessages.TenantNotAsked(logger, tenant, failure);
        }
    }

    readonly record struct Entry(TenantHealth Health, DateTimeOffset ReportedAt);
}

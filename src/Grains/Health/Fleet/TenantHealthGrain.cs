using Microsoft.Extensions.Logging;
using Orrery.Grains.Paging;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Health.Fleet;

/// <summary>
/// The newest summary of each of a tenant's servers, in memory. Servers report by themselves; a round each minute asks those that did not,
/// which also wakes the servers after a restart, so that one that stays silent is seen to be silent.
/// </summary>
/// <remarks>Reentrant: servers report while they are asked.</remarks>
[Reentrant]
sealed class TenantHealthGrain : Grain, ITenantHealthGrain
{
    const int AskingConcurrencyMax = 16;

    static readonly TimeSpan RoundPeriod = TimeSpan.FromMinutes(1);
    static readonly TimeSpan ReportAgeMax = TimeSpan.FromSeconds(90);
    static readonly TimeSpan TellPause = TimeSpan.FromMilliseconds(500);

    readonly TimeProvider time;
    readonly ILogger<TenantHealthGrain> logger;
    readonly Dictionary<string, Entry> servers = [];
    HashSet<string> sites = [];
    TenantHealth? computed;
    IGrainTimer? telling;
    bool tellingDue;
    bool deleted;

    public TenantHealthGrain(TimeProvider time, ILogger<TenantHealthGrain> logger)
    {
        this.time = time;
        this.logger = logger;
    }

    string Tenant => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(Round, new GrainTimerCreationOptions(TimeSpan.Zero, RoundPeriod) { Interleave = true, KeepAlive = true });
        telling = this.RegisterGrainTimer(Tell, new GrainTimerCreationOptions(Timeout.InfiniteTimeSpan, RoundPeriod) { Interleave = true });
        return Task.CompletedTask;
    }

    public Task Report(string server, HealthSummary? summary)
    {
        if (EntityKeys.TenantOf(server) != Tenant)
            throw new InvalidInputException("server", $"Server '{server}' does not belong to tenant '{Tenant}'.");
        if (deleted)
            return Task.CompletedTask;
        if (summary is null)
            servers.Remove(server);
        else
            servers[server] = new Entry(summary, time.GetUtcNow());
        Changed();
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<HealthSummary>> ListServers(string? site) => Task.FromResult<IReadOnlyList<HealthSummary>>(
        [.. HealthScores.WorstFirst(servers.Values.Select(static entry => entry.Summary).Where(summary => site is null || EntityKeys.SiteOf(summary.Server) == site))]);

    public Task<TenantHealth> Get() => Task.FromResult(Compute());

    public async Task TenantDeleted()
    {
        deleted = true;
        servers.Clear();
        sites.Clear();
        Changed();
        await GrainFactory.GetGrain<IFleetHealthGrain>(EntityKeys.Fleet).Report(Tenant, null);
        DeactivateOnIdle();
    }

    TenantHealth Compute() => computed ??= HealthScores.Tenant(Tenant, sites, [.. servers.Values.Select(static entry => entry.Summary)], time.GetUtcNow());

    void Changed()
    {
        computed = null;
        if (tellingDue || deleted)
            return;
        // Many servers report together: the fleet hears of all of them at once.
        tellingDue = true;
        telling?.Change(TellPause, RoundPeriod);
    }

    async Task Tell(CancellationToken cancellationToken)
    {
        tellingDue = false;
        if (!deleted)
            await GrainFactory.GetGrain<IFleetHealthGrain>(EntityKeys.Fleet).Report(Tenant, Compute());
    }

    async Task Round(CancellationToken cancellationToken)
    {
        try
        {
            await LookForServers(cancellationToken);
        }
        catch (NotFoundException)
        {
            // No such tenant (any more): nothing to ask, and the fleet shall not show it.
            DeactivateOnIdle();
            return;
        }

        Changed();
    }

    async Task LookForServers(CancellationToken cancellationToken)
    {
        var tenant = GrainFactory.GetGrain<ITenantGrain>(Tenant);
        var foundSites = new HashSet<string>();
        var foundServers = new HashSet<string>();
        await foreach (var site in Everything(tenant.ListSites, cancellationToken))
        {
            string siteKey = EntityKeys.Site(Tenant, site.Id);
            foundSites.Add(siteKey);
            foreach (string server in await GrainFactory.GetGrain<ISiteGrain>(siteKey).ListServerIds())
                foundServers.Add($"{siteKey}/{server}");
        }

        sites = foundSites;
        foreach (string gone in servers.Where(entry => !foundServers.Contains(entry.Key) && IsOld(entry.Value)).Select(entry => entry.Key).ToArray())
            servers.Remove(gone);
        foreach (var part in foundServers.Where(server => !servers.TryGetValue(server, out var entry) || IsOld(entry)).ToArray().Chunk(AskingConcurrencyMax))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.WhenAll(part.Select(Ask));
        }
    }

    async Task Ask(string server)
    {
        try
        {
            var summary = await GrainFactory.GetGrain<IServerHealthGrain>(server).GetHealth();
            servers[server] = new Entry(summary, time.GetUtcNow());
            computed = null;
        }
        catch (Exception failure)
        {
            HealthMessages.ServerNotAsked(logger, server, failure);
        }
    }

    bool IsOld(Entry entry) => time.GetUtcNow() - entry.ReportedAt > ReportAgeMax;

    static async IAsyncEnumerable<T> Everything<T>(
        Func<PageRequest, Task<Page<T>>> list, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await list(new PageRequest(Pages.LimitMax, after));
            foreach (var item in page.Items)
                yield return item;
            after = page.Next;
        }
        while (after is not null);
    }

    readonly record struct Entry(HealthSummary Summary, DateTimeOffset ReportedAt);
}

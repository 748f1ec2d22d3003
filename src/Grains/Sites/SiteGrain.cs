using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Input;
using Orrery.Grains.Paging;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.AccountSets;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Keys;
using Orrery.Interfaces.Operations;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Servers;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Sites;

/// <remarks>
/// Reentrant, because servers call their site while the site asks or deletes its servers. Every change of the state is made between two
/// awaits and then written, so calls see it whole.
/// </remarks>
[Reentrant]
sealed class SiteGrain : Grain, ISiteGrain
{
    const int LocationLengthMax = 200;
    const int ConcurrencyMax = 16;

    readonly IPersistentState<SiteState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly SiteOptions options;
    readonly TimeProvider time;
    bool creating;

    public SiteGrain([PersistentState("site")] IPersistentState<SiteState> stored, IOptions<SiteOptions> options, TimeProvider time, ILogger<SiteGrain> logger)
    {
        this.stored = stored;
        this.options = options.Value;
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "entry at the tenant", Announce, logger);
    }

    string Key => this.GetPrimaryKeyString();

    string TenantId => EntityKeys.TenantOf(Key);

    SiteState State => stored.State;

    bool Exists => State is { Version: > 0, Deleting: false } && !creating;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Version > 0)
            announcement.Soon();
        return Task.CompletedTask;
    }

    public async Task<SiteInfo> Create(SiteDraft draft)
    {
        EntityKeys.CheckPart("id", EntityKeys.Leaf(Key));
        if (creating || State.Version > 0)
            throw new ConflictException(State.Deleting
                ? $"Site '{Key}' is being deleted. Try again in a moment."
                : $"Site '{Key}' exists already. Choose another id, or change the existing site.");
        string name = InputChecks.Name("name", draft.Name);
        string? location = InputChecks.Text("location", draft.Location, LocationLengthMax);
        string? zone = CheckTimeZone(draft.TimeZone);
        creating = true;
        try
        {
            stored.State = new SiteState { Name = name, Location = location, TimeZone = zone, CreatedAt = time.GetUtcNow(), Version = 1 };
            await writer.WriteAsync();
            await announcement.TryNow();
        }
        catch (RefusalException)
        {
            await writer.ClearAsync();
            throw;
        }
        finally
        {
            creating = false;
        }

        return Info();
    }

    public Task<SiteInfo> Get()
    {
        MustExist();
        return Task.FromResult(Info());
    }

    public async Task<SiteInfo> Update(SiteDraft draft, long? version)
    {
        MustExist();
        InputChecks.Version($"Site '{Key}'", version, State.Version);
        string name = InputChecks.Name("name", draft.Name);
        string? location = InputChecks.Text("location", draft.Location, LocationLengthMax);
        string? zone = CheckTimeZone(draft.TimeZone);
        (State.Name, State.Location, State.TimeZone) = (name, location, zone);
        State.Version++;
        var info = Info();
        await writer.WriteAsync();
        await announcement.TryNow();
        return info;
    }

    public async Task Delete(long? version)
    {
        MustExist();
        InputChecks.Version($"Site '{Key}'", version, State.Version);
        State.Deleting = true;
        State.Version++;
        await writer.WriteAsync();
        await announcement.TryNow();
    }

    public async Task<Page<ServerInfo>> ListServers(PageRequest request)
    {
        MustExist();
        var page = Pages.Cut(State.Servers, server => server.Key, (server, text) => Pages.AnyContains(text, server.Key, server.Value.HostName), request);
        var infos = new List<ServerInfo>(page.Items.Count);
        foreach (var part in page.Items.Chunk(ConcurrencyMax))
            foreach (var info in await Task.WhenAll(part.Select(server => FindInfo(server.Key))))
                if (info is not null)
                    infos.Add(info);
        return new Page<ServerInfo>(infos, page.Next, page.Total);
    }

    public Task<bool> EnsureServer(string server)
    {
        MustExist();
        return State.Servers.ContainsKey(server) ? EnsuredBefore() : AddServer(server);
    }

    public Task<IReadOnlyList<string>> ListServerIds() => Task.FromResult<IReadOnlyList<string>>(Exists ? [.. State.Servers.Keys] : []);

    public Task<DateTimeOffset?> FindServer(string server) =>
        Task.FromResult(Exists && State.Servers.TryGetValue(server, out var known) ? known.CreatedAt : (DateTimeOffset?)null);

    public async Task SetServer(string server, ServerInfo? info)
    {
        if (info is null)
        {
            if (!State.Servers.Remove(server))
                return;
            await writer.WriteAsync();
            await announcement.TryNow();
            return;
        }

        MustExist();
        if (!State.Servers.TryGetValue(server, out var known))
            throw new NotFoundException($"Site '{Key}' has no server '{server}'.");
        if (known.HostName == info.Registration?.HostName)
            return;
        State.Servers[server] = known with { HostName = info.Registration?.HostName };
        await writer.WriteAsync();
    }

    async Task<bool> EnsuredBefore()
    {
        // Another call may have added it and still be writing.
        await writer.Pending;
        return false;
    }

    async Task<bool> AddServer(string server)
    {
        EntityKeys.CheckPart("server", server);
        if (State.Servers.Count >= options.ServersMax)
            throw new LimitReachedException($"Site '{Key}' has {State.Servers.Count} servers, the most it may have (SiteOptions.ServersMax). Server '{server}' was not added; delete one that is gone.");
        State.Servers[server] = new SiteServer(null, time.GetUtcNow());
        await writer.WriteAsync();
        await announcement.TryNow();
        return true;
    }

    async Task<ServerInfo?> FindInfo(string server)
    {
        try
        {
            return await GrainFactory.GetGrain<IServerGrain>($"{Key}/{server}").Get();
        }
        catch (NotFoundException)
        {
            // Deleted while the page was made.
            return null;
        }
    }

    async Task Announce()
    {
        var tenant = GrainFactory.GetGrain<ITenantGrain>(TenantId);
        string id = EntityKeys.Leaf(Key);
        if (!State.Deleting)
        {
            if (State.Version > 0)
                await tenant.SetSite(id, Info());
            return;
        }

        await DeleteServersAndKeys();
        await tenant.SetSite(id, null);
        await writer.ClearAsync();
    }

    async Task DeleteServersAndKeys()
    {
        await GrainFactory.GetGrain<IApiKeyDirectoryGrain>(Key).SiteDeleted();
        await GrainFactory.GetGrain<IAccountSetsGrain>(Key).SiteDeleted();
        await GrainFactory.GetGrain<IOperationsGrain>(Key).SiteDeleted();
        foreach (var part in State.Servers.Keys.ToArray().Chunk(ConcurrencyMax))
        {
            await Task.WhenAll(part.Select(server => GrainFactory.GetGrain<IServerGrain>($"{Key}/{server}").DeleteWithSite()));
            foreach (string server in part)
                State.Servers.Remove(server);
        }
    }

    void MustExist()
    {
        if (!Exists)
            throw new NotFoundException($"There is no site '{Key}'.");
    }

    static string? CheckTimeZone(string? zone)
    {
        if (string.IsNullOrWhiteSpace(zone))
            return null;
        return zone.Length <= 64 && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)
            ? zone
            : throw new InvalidInputException("timeZone", $"'{(zone.Length <= 64 ? zone : zone[..64])}' is no time zone known here. Use an IANA name such as Asia/Shanghai, or leave it out for UTC.");
    }

    SiteInfo Info() => new(EntityKeys.Leaf(Key), TenantId, State.Name, State.Location, State.TimeZone, State.Servers.Count, State.CreatedAt, State.Version);
}

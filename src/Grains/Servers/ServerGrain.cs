using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Servers;
using Orrery.Interfaces.Sites;

namespace Orrery.Grains.Servers;

/// <remarks>A server is there when its site has it: servers that only send samples never register, so nothing is stored here for them.</remarks>
sealed class ServerGrain : Grain, IServerGrain
{
    const int DatabasesMax = 32;
    const int DatabaseNameLengthMax = 64;

    readonly IPersistentState<ServerState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly TimeProvider time;
    readonly ServerLog log;
    ProcessTable? processes;

    public ServerGrain([PersistentState("server")] IPersistentState<ServerState> stored, TimeProvider time, ILogger<ServerGrain> logger)
    {
        this.stored = stored;
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "entry at the site", Announce, logger);
        log = new ServerLog(number => GrainFactory.GetGrain<IBlockGrain>($"logs/{Key}/{number}"));
    }

    string Key => this.GetPrimaryKeyString();

    ISiteGrain Site => GrainFactory.GetGrain<ISiteGrain>(EntityKeys.SiteOf(Key));

    ServerState State => stored.State;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Version > 0)
            announcement.Soon();
        return Task.CompletedTask;
    }

    public async Task<ServerInfo> Register(ServerRegistration registration)
    {
        CheckNotDeleting();
        await Site.EnsureServer(EntityKeys.Leaf(Key));
        await MustExist();
        var cut = RegistrationBounds.Cut(registration);
        bool changed = State.Registration is null || !JsonSerializer.SerializeToUtf8Bytes(State.Registration).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(cut));
        State.Registration = cut;
        State.RegisteredAt = time.GetUtcNow();
        if (changed)
            State.Version++;
        await writer.WriteAsync();
        await announcement.TryNow();
        return Info();
    }

    public async Task<ServerInfo> Get()
    {
        await MustExist();
        return Info();
    }

    public Task Delete() => Delete(withSite: false);

    public Task DeleteWithSite() => Delete(withSite: true);

    public async Task ReportProcesses(ProcessTable table)
    {
        await MustExist();
        processes = RegistrationBounds.Cut(table);
    }

    public async Task<ProcessTable?> GetProcesses()
    {
        await MustExist();
        return processes;
    }

    public async Task ReportDatabase(DatabaseReport report)
    {
        await MustExist();
        if (report.Name is not { Length: > 0 and <= DatabaseNameLengthMax })
            throw new InvalidInputException("name", $"The database's name has {report.Name?.Length ?? 0} characters; give it 1 to {DatabaseNameLengthMax}.");
        if (!State.Databases.ContainsKey(report.Name) && State.Databases.Count >= DatabasesMax)
        {
            // A name that is no longer in the agent's configuration makes room for a new one.
            var stalest = State.Databases.Values.MinBy(known => known.At)!;
            if (report.At - stalest.At < TimeSpan.FromHours(1))
                throw new LimitReachedException($"Server '{Key}' reports {DatabasesMax} databases, the most that are kept; '{report.Name}' is one more. Watch fewer.");
            State.Databases.Remove(stalest.Name);
        }

        State.Databases[report.Name] = RegistrationBounds.Cut(report);
        await writer.WriteAsync();
    }

    public async Task<IReadOnlyList<DatabaseReport>> GetDatabases()
    {
        await MustExist();
        return [.. State.Databases.Values.OrderBy(report => report.Name, StringComparer.Ordinal)];
    }

    public async Task<int> AppendLogs(IReadOnlyList<LogLine> lines)
    {
        await MustExist();
        return await log.AppendAsync(lines);
    }

    public async Task<IReadOnlyList<LogLine>> GetLogs(LogQuery query)
    {
        await MustExist();
        return await log.QueryAsync(query);
    }

    async Task Delete(bool withSite)
    {
        if (!withSite)
            await MustExist();
        State.Deleting = true;
        State.DeletingWithSite |= withSite;
        State.Version++;
        await writer.WriteAsync();
        if (withSite)
            await Announce();
        else
            await announcement.TryNow();
    }

    async Task Announce()
    {
        if (!State.Deleting)
        {
            await Site.SetServer(EntityKeys.Leaf(Key), Info());
            return;
        }

        string tenant = EntityKeys.TenantOf(Key);
        await GrainFactory.GetGrain<IServerHealthGrain>(Key).Delete();
        await GrainFactory.GetGrain<IAlarmBookGrain>(tenant).ServerDeleted(Key);
        await GrainFactory.GetGrain<ITenantHealthGrain>(tenant).Report(Key, null);
        await log.ClearAsync();
        if (!State.DeletingWithSite)
            await Site.SetServer(EntityKeys.Leaf(Key), null);
        processes = null;
        await writer.ClearAsync();
    }

    async ValueTask MustExist()
    {
        CheckNotDeleting();
        if (State.Version > 0)
            return;
        string id = EntityKeys.Leaf(Key);
        State.CreatedAt = await Site.FindServer(id) ?? throw new NotFoundException($"There is no server '{Key}'.");
        State.Version = 1;
    }

    void CheckNotDeleting()
    {
        if (State.Deleting)
            throw new NotFoundException($"There is no server '{Key}': it is being deleted.");
    }

    ServerInfo Info()
    {
        string site = EntityKeys.SiteOf(Key);
        return new ServerInfo(EntityKeys.Leaf(Key), EntityKeys.TenantOf(Key), EntityKeys.Leaf(site), State.Registration, State.CreatedAt, State.RegisteredAt, State.Version);
    }
}

using Microsoft.Extensions.Logging;
using Orrery.Grains.Input;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Catalog;

/// <remarks>
/// The entity stores itself first and is announced to the tenant's catalog then, see <see cref="Announcement"/>. What it holds changes all the time:
/// that is kept in memory, stored once a minute, and told to the catalog every few seconds.
/// </remarks>
[Reentrant]
sealed class EntityGrain : Grain, IEntityGrain
{
    static readonly TimeSpan StorePeriod = TimeSpan.FromMinutes(1);
    static readonly TimeSpan TellPause = TimeSpan.FromSeconds(5);

    readonly IPersistentState<EntityState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly TimeProvider time;
    IGrainTimer? storing;
    IGrainTimer? telling;
    bool reported;
    bool tellingDue;

    public EntityGrain([PersistentState("entity")] IPersistentState<EntityState> stored, TimeProvider time, ILogger<EntityGrain> logger)
    {
        this.stored = stored;
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "entry in the catalog", Announce, logger);
    }

    string Key => this.GetPrimaryKeyString();

    string Id => EntityKeys.Leaf(Key);

    EntityState State => stored.State;

    bool Exists => State is { Version: > 0, Deleting: false };

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Version > 0)
            announcement.Soon();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        reported && Exists && reason.ReasonCode != DeactivationReasonCode.ApplicationRequested ? writer.WriteAsync() : Task.CompletedTask;

    public async Task<EntityInfo> Register(EntityDraft draft)
    {
        draft = EntityChecks.Draft(Id, draft);
        if (State.Deleting)
            throw new ConflictException($"'{Key}' is being deleted. Try again in a moment.");
        bool isNew = State.Version == 0;
        if (isNew)
            await GrainFactory.GetGrain<ITenantGrain>(EntityKeys.TenantOf(Key)).Get();
        if (!Add(draft))
        {
            await writer.Pending;
            return Info();
        }

        await writer.WriteAsync();
        try
        {
            await announcement.TryNow();
        }
        catch (RefusalException) when (isNew)
        {
            await writer.ClearAsync();
            throw;
        }

        return Info();
    }

    public async Task<EntityInfo> Describe(EntityDescription description, long? version)
    {
        MustExist();
        InputChecks.Version($"'{Key}'", version, State.Version);
        description = EntityChecks.Description(description);
        (State.Layer, State.Owner, State.Description) = (description.Layer, description.Owner, description.Description);
        State.Version++;
        await StoreAndAnnounce();
        return Info();
    }

    public async Task<SchemaVersion> SetSchema(SchemaDraft schema)
    {
        MustExist();
        EntityChecks.Schema(schema);
        if (State.Schemas.Find(known => known.Fingerprint == schema.Fingerprint) is { } known)
        {
            await writer.Pending;
            return known;
        }

        if (State.Schemas.Count >= EntityChecks.SchemasMax)
            State.Schemas.RemoveAt(0);
        int number = State.Schemas.Count == 0 ? 1 : State.Schemas[^1].Number + 1;
        var version = new SchemaVersion(number, schema.Fingerprint, [.. schema.Columns], schema.Database, schema.Table, time.GetUtcNow());
        State.Schemas.Add(version);
        State.Version++;
        await StoreAndAnnounce();
        return version;
    }

    public Task<SchemaVersion?> FindSchema(ulong fingerprint) => Task.FromResult(Exists ? State.Schemas.Find(known => known.Fingerprint == fingerprint) : null);

    public Task Report(EntityReport report)
    {
        MustExist();
        string about = EntityChecks.About(report.About);
        var now = time.GetUtcNow();
        State.Records = Math.Max(0, report.Records ?? State.Records);
        State.Bytes = Math.Max(0, report.Bytes ?? State.Bytes);
        if (report.EventAt is { } at && !(State.EventAt >= at))
            State.EventAt = at;
        State.ChangedAt = now;
        if (report.Receipt is { } receipt)
        {
            State.Receipts.Add(new EntityReceipt(now, about, receipt));
            if (State.Receipts.Count > EntityChecks.ReceiptsMax)
                State.Receipts.RemoveAt(0);
        }

        reported = true;
        storing ??= this.RegisterGrainTimer(StoreReports, new GrainTimerCreationOptions(StorePeriod, StorePeriod) { KeepAlive = true });
        TellSoon();
        return Task.CompletedTask;
    }

    public Task<EntityView> Get()
    {
        MustExist();
        return Task.FromResult(new EntityView(
            Info(), [.. State.Upstream.Order(StringComparer.Ordinal)], [.. State.Downstream.Order(StringComparer.Ordinal)], [.. Enumerable.Reverse(State.Schemas)], [.. Enumerable.Reverse(State.Receipts)]));
    }

    public async Task Delete()
    {
        MustExist();
        State.Deleting = true;
        await writer.WriteAsync();
        await announcement.TryNow();
    }

    /// <returns>Whether it says something new.</returns>
    bool Add(EntityDraft draft)
    {
        bool changed = State.Version == 0;
        if (changed)
            (State.Kind, State.Name, State.CreatedAt) = (draft.Kind, draft.Name, time.GetUtcNow());
        changed |= Differs(draft.Layer, State.Layer) | Differs(draft.Owner, State.Owner) | Differs(draft.Description, State.Description)
            | Differs(draft.Place, State.Place) | Differs(draft.Channel, State.Channel);
        State.Layer = draft.Layer ?? State.Layer;
        State.Owner = draft.Owner ?? State.Owner;
        State.Description = draft.Description ?? State.Description;
        State.Place = draft.Place ?? State.Place;
        State.Channel = draft.Channel ?? State.Channel;
        changed |= Join(State.Upstream, draft.Upstream!) | Join(State.Downstream, draft.Downstream!);
        if (changed)
            State.Version++;
        return changed;
    }

    bool Join(HashSet<string> known, IReadOnlyList<string> named)
    {
        int before = known.Count;
        foreach (string neighbour in named)
            if (known.Count < EntityChecks.NeighboursMax)
                known.Add(neighbour);
        return known.Count > before;
    }

    static bool Differs<T>(T? said, T? known) => said is not null && !EqualityComparer<T>.Default.Equals(said, known);

    static bool Differs(EntityLayer? said, EntityLayer known) => said is { } layer && layer != known;

    Task StoreReports(CancellationToken cancellationToken)
    {
        if (!reported || !Exists)
            return Task.CompletedTask;
        reported = false;
        return writer.WriteAsync();
    }

    void TellSoon()
    {
        if (tellingDue)
            return;
        tellingDue = true;
        telling?.Dispose();
        telling = this.RegisterGrainTimer(Tell, new GrainTimerCreationOptions(TellPause, Timeout.InfiniteTimeSpan));
    }

    Task Tell(CancellationToken cancellationToken)
    {
        tellingDue = false;
        return Exists ? announcement.TryNow() : Task.CompletedTask;
    }

    async Task StoreAndAnnounce()
    {
        reported = false;
        await writer.WriteAsync();
        await announcement.TryNow();
    }

    async Task Announce()
    {
        var catalog = GrainFactory.GetGrain<ICatalogGrain>(EntityKeys.TenantOf(Key));
        if (!State.Deleting)
        {
            if (State.Version > 0)
                await catalog.Set(Id, new CatalogEntry(Info(), [.. State.Upstream], [.. State.Downstream], [.. State.Schemas.Select(schema => schema.Fingerprint)]));
            return;
        }

        await catalog.Set(Id, null);
        await writer.ClearAsync();
        DeactivateOnIdle();
    }

    void MustExist()
    {
        if (!Exists)
            throw new NotFoundException($"There is no entity '{Key}' in the catalog.");
    }

    EntityInfo Info() => new(
        EntityKeys.TenantOf(Key), Id, State.Kind, State.Name, State.Layer, State.Owner, State.Description, State.Place, State.Channel, State.EventAt, State.ChangedAt,
        State.Records, State.Bytes, State.Schemas.Count == 0 ? 0 : State.Schemas[^1].Number, State.CreatedAt, State.Version);
}

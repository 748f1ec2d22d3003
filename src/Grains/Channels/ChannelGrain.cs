using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Input;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Channels;

/// <summary>
/// Holds what the channel is to be and tells its workers: one source, one lander for each partition. Orders are told again at each wake, so a worker that was lost
/// with its silo is back within a period; workers that run as ordered answer their status and change nothing. A reminder wakes the channel itself.
/// </summary>
[Reentrant]
sealed class ChannelGrain : Grain, IChannelGrain, IChannelOrders, IRemindable
{
    const string WakeReminder = "wake";
    const int DrillRecordsMax = 1_000;
    static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1), TellPeriod = TimeSpan.FromSeconds(15);

    readonly IPersistentState<ChannelState> stored;
    readonly StateWriter writer;
    readonly SecretBox secrets;
    readonly ChannelOptions options;
    readonly TimeProvider time;
    readonly ILogger<ChannelGrain> logger;
    SourceStatus? source;
    LandingStatus[] landing = [];
    Task? waking;
    long toldAt;
    bool changing;

    public ChannelGrain(
        [PersistentState("channel")] IPersistentState<ChannelState> stored, SecretBox secrets, IOptions<ChannelOptions> options, TimeProvider time, ILogger<ChannelGrain> logger)
    {
        this.stored = stored;
        this.secrets = secrets;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    string Key => this.GetPrimaryKeyString();

    ChannelState State => stored.State;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(_ => Wake(), new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = options.WakePeriod, KeepAlive = State.Version > 0 });
        return Task.CompletedTask;
    }

    public async Task<ChannelInfo> Put(ChannelSpec spec, long? version)
    {
        EntityKeys.CheckPart("id", EntityKeys.Leaf(Key));
        if (EntityKeys.Leaf(Key).StartsWith(Sql.SqlKeys.Prefix, StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException("id", $"'{EntityKeys.Leaf(Key)}' begins with '{Sql.SqlKeys.Prefix}', as topics of SQL's own tables do. Name the channel otherwise.");
        InputChecks.Version($"Channel '{Key}'", version, State.Version);
        if (changing || State.IsDeleting)
            throw new ConflictException($"Channel '{Key}' is being {(State.IsDeleting ? "deleted" : "changed")}. Try again in a moment.");
        ChannelSpec kept = ChannelSpecs.Check(spec, State.SealedConnection is not null, State.SealedStore is not null, options);
        if (State.Version > 0 && kept.Partitions < State.Spec.Partitions)
            throw new InvalidInputException("partitions", $"Channel '{Key}' has {State.Spec.Partitions} partitions and cannot have fewer: keys would move and records stay unread.");
        if (State.Version > 0 && (kept.Source?.Kind != State.Spec.Source?.Kind || (kept.Landing is null && State.Spec.Landing is not null)))
            throw new InvalidInputException("source.kind", $"Channel '{Key}' was made with {Parts(State.Spec)}; it cannot be turned into one with {Parts(kept)}. Make another channel, and delete this one.");
        if (kept.Source is { Kind: ChannelSpecs.Landed } landed && !ChannelKeys.IsOf(EntityKeys.TenantOf(Key), landed.Tables[0]))
            throw new InvalidInputException("source.tables", $"'{landed.Tables[0]}' is no topic of the tenant '{EntityKeys.TenantOf(Key)}'.");
        changing = true;
        try
        {
            await GrainFactory.GetGrain<ITenantGrain>(EntityKeys.TenantOf(Key)).Get();
            await MakeTopics(kept);
            await GrainFactory.GetGrain<IChannelDirectoryGrain>(EntityKeys.Fleet).Add(Key);
            if (State.Version == 0)
                State.CreatedAt = time.GetUtcNow();
            if (spec.Source?.Connection is { Length: > 0 } connection)
                State.SealedConnection = secrets.Seal(connection, ChannelSpecs.SourcePurpose);
            if (spec.Source is null)
                State.SealedConnection = null;
            if (spec.Landing?.Store is { } store)
                State.SealedStore = store.Length == 0 ? null : secrets.Seal(store, ChannelSpecs.StorePurpose);
            State.Spec = kept;
            State.Version++;
            await writer.WriteAsync();
            // Whoever made the channel looks at its flow next.
            await GrainFactory.GetGrain<ILedgerGrain>(Key).Define(ChannelHops.Definition(Key, kept, (int)options.Window.TotalSeconds));
            await RegisterEntities();
            await this.RegisterOrUpdateReminder(WakeReminder, ReminderPeriod, ReminderPeriod);
        }
        finally
        {
            changing = false;
        }

        await WakeNow();
        return Info();
    }

    public async Task<ChannelInfo> Get()
    {
        MustExist();
        await Wake();
        return Info();
    }

    public Task<ChannelInfo> Pause() => SetPaused(true);

    public Task<ChannelInfo> Resume() => SetPaused(false);

    public async Task Delete(long? version)
    {
        MustExist();
        InputChecks.Version($"Channel '{Key}'", version, State.Version);
        State.IsDeleting = true;
        State.Version++;
        await writer.WriteAsync();
        await FinishDeletion();
    }

    public async Task Drill(int records)
    {
        MustExist();
        if (records is < 1 or > DrillRecordsMax)
            throw new InvalidInputException("records", $"{records} records cannot be lost for a drill; 1 to {DrillRecordsMax} can.");
        if (State.Spec.Landing is null)
            throw new ConflictException($"Channel '{Key}' lands nothing, so there is no hop that could lose a record for a drill.");
        await GrainFactory.GetGrain<ILanderGrain>(ChannelKeys.Lander(Key, 0)).Drill(records);
    }

    public Task<LandingOrder> LandingOrder()
    {
        MustExist();
        return Task.FromResult(new LandingOrder(State.Spec, State.SealedStore));
    }

    public Task<CarriedSource> CarriedSource()
    {
        MustExist();
        return Task.FromResult(new CarriedSource(State.Spec, State.SealedConnection));
    }

    public Task<SourceReach?> Reach()
    {
        MustExist();
        return GrainFactory.GetGrain<ISourceGrain>(Key).Reach();
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Wake();

    /// <summary>One round at a time; calls that come while one runs share it.</summary>
    public Task Wake() => waking is { IsCompleted: false } ? waking : waking = WakeNow();

    async Task WakeNow()
    {
        if (State.Version == 0)
            return;
        try
        {
            if (State.IsDeleting)
            {
                await FinishDeletion();
                return;
            }

            if (State.Spec.Source is not null)
                source = await WakeSource(State.Spec.Source.Kind, Order(State.SealedConnection));
            await GrainFactory.GetGrain<ILogHopGrain>(Key).Wake(Order(null));
            if (State.Spec.Landing is not null)
                landing = await Task.WhenAll(Enumerable.Range(0, State.Spec.Partitions).Select(number =>
                    GrainFactory.GetGrain<ILanderGrain>(ChannelKeys.Lander(Key, number)).Wake(Order(State.SealedStore))));
            if (time.GetElapsedTime(toldAt) >= TellPeriod)
                await TellEntities();
        }
        catch (Exception failure)
        {
            ChannelMessages.NotWoken(logger, Key, failure);
        }
    }

    /// <summary>The topic and the files are in the catalog, as neighbours.</summary>
    async Task RegisterEntities()
    {
        string topic = ChannelKeys.Topic(Key), topicId = CatalogKeys.Id(EntityKind.Topic, topic), filesId = CatalogKeys.Id(EntityKind.Files, topic);
        bool lands = State.Spec.Landing is not null;
        await Entity(topicId).Register(new EntityDraft(
            EntityKind.Topic, topic, Description: State.Spec.Description, Channel: EntityKeys.Leaf(Key), Downstream: lands ? [filesId] : null));
        if (lands)
            await Entity(filesId).Register(new EntityDraft(
                EntityKind.Files, topic, EntityLayer.Ods, Place: State.SealedStore is null ? "the lake folder" : "a store of the channel's", Upstream: [topicId], Channel: EntityKeys.Leaf(Key)));
    }

    /// <summary>How much the topic and the files hold, and how fresh it is.</summary>
    async Task TellEntities()
    {
        toldAt = time.GetTimestamp();
        string topic = ChannelKeys.Topic(Key);
        TopicInfo info = await GrainFactory.GetGrain<ITopicGrain>(topic).Info();
        long? newest = info.Partitions.Max(static partition => partition.NewestMilliseconds);
        DateTimeOffset? eventAt = newest is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
        await Entity(CatalogKeys.Id(EntityKind.Topic, topic)).Report(
            new EntityReport(info.Partitions.Sum(static partition => partition.End - partition.Start), info.Partitions.Sum(static partition => Math.Max(0, partition.Bytes)), eventAt));
        if (State.Spec.Landing is not null)
            await Entity(CatalogKeys.Id(EntityKind.Files, topic)).Report(new EntityReport(landing.Sum(static part => part.Offset), null, null));
    }

    IEntityGrain Entity(string id) => GrainFactory.GetGrain<IEntityGrain>(CatalogKeys.Entity(EntityKeys.TenantOf(Key), id));

    Task<SourceStatus> WakeSource(string kind, ChannelOrder order) => kind switch
    {
        ChannelSpecs.Objects or ChannelSpecs.Agents => GrainFactory.GetGrain<ICollectorGrain>(Key).Wake(order),
        ChannelSpecs.Landed => GrainFactory.GetGrain<IRestorerGrain>(Key).Wake(order),
        _ => GrainFactory.GetGrain<ISourceGrain>(Key).Wake(order),
    };

    async Task MakeTopics(ChannelSpec spec)
    {
        var settings = new TopicSettings { Partitions = spec.Partitions, RetainAge = TimeSpan.FromDays(spec.RetainDays) };
        ITopicGrain topic = GrainFactory.GetGrain<ITopicGrain>(ChannelKeys.Topic(Key));
        TopicSettings made = await topic.Create(settings);
        if (made != settings)
            await topic.Change(settings with { Partitions = Math.Max(made.Partitions, settings.Partitions) });
        await GrainFactory.GetGrain<ITopicGrain>(ChannelKeys.DeadTopic(Key)).Create(new TopicSettings { RetainAge = TimeSpan.FromDays(spec.RetainDays) });
    }

    async Task<ChannelInfo> SetPaused(bool paused)
    {
        MustExist();
        if (State.IsPaused != paused)
        {
            State.IsPaused = paused;
            State.Version++;
            await writer.WriteAsync();
        }

        await WakeNow();
        return Info();
    }

    async Task FinishDeletion()
    {
        await GrainFactory.GetGrain<ISourceGrain>(Key).Forget();
        await GrainFactory.GetGrain<ICollectorGrain>(Key).Forget();
        await GrainFactory.GetGrain<IRestorerGrain>(Key).Forget();
        await Task.WhenAll(Enumerable.Range(0, State.Spec.Partitions).Select(number => GrainFactory.GetGrain<ILanderGrain>(ChannelKeys.Lander(Key, number)).Forget()));
        await GrainFactory.GetGrain<ILogHopGrain>(Key).Forget();
        await GrainFactory.GetGrain<ILedgerGrain>(Key).Delete();
        await GrainFactory.GetGrain<IChannelDirectoryGrain>(EntityKeys.Fleet).Remove(Key);
        if (await this.GetReminder(WakeReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
        await writer.ClearAsync();
        DeactivateOnIdle();
    }

    ChannelOrder Order(byte[]? secret) => new(State.Version, State.Spec, secret, ChannelKeys.Topic(Key), !State.IsPaused);

    static string Parts(ChannelSpec spec) => $"{(spec.Source is { } source ? $"the source {source.Kind}" : "no source")} and {(spec.Landing is null ? "no landing" : "a landing")}";

    void MustExist()
    {
        if (State.Version == 0 || State.IsDeleting)
            throw new NotFoundException($"There is no channel '{Key}'.");
    }

    ChannelInfo Info() => new(
        EntityKeys.TenantOf(Key), EntityKeys.Leaf(Key), State.Spec, ChannelKeys.Topic(Key), State.IsPaused,
        State.Spec.Source is null ? null : source, State.Spec.Landing is null ? [] : landing, State.CreatedAt, State.Version);
}

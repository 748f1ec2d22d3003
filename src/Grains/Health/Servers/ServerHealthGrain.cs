using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Health.Rules;
using Orrery.Grains.Health.Series;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;
using Orrery.Storage.Chunks;

namespace Orrery.Grains.Health.Servers;

/// <summary>
/// The samples of one server. They come durable from the intake, live in a <see cref="SeriesStore"/>, and are put into chunks every few minutes.
/// A checkpoint is written after the chunks: the positions up to which the log is no longer needed. After a crash the grain loads the last
/// hours' chunks, and the intake hands on again what lies behind the checkpoint; samples that are in a chunk already are recognised.
/// <para>Rules are judged in the same turn as the batch; everything that waits for others (the alarm book, the tenant, storage) runs beside the
/// turns, so that a slow disk or a busy book never holds up samples.</para>
/// </summary>
/// <remarks>Reentrant: each piece between two awaits leaves the store and the watch whole.</remarks>
[Reentrant]
sealed partial class ServerHealthGrain : Grain, IServerHealthGrain
{
    readonly IPersistentState<ServerHealthState> stored;
    readonly StateWriter writer;
    readonly IChunkStore chunks;
    readonly CompactionSlots compactions;
    readonly HealthOptions options;
    readonly HealthInstruments instruments;
    readonly TimeProvider time;
    readonly ILogger<ServerHealthGrain> logger;
    readonly Dictionary<int, long> applied = [];
    SeriesStore store = null!;
    ServerWatch watch = null!;
    DateTimeOffset activatedAt;
    DateTimeOffset? lastArrivalAt;
    IGrainTimer? upkeep;

    public ServerHealthGrain(
        [PersistentState("health")] IPersistentState<ServerHealthState> stored, IChunkStore chunks, CompactionSlots compactions, IOptions<HealthOptions> options,
        HealthInstruments instruments, TimeProvider time, ILogger<ServerHealthGrain> logger)
    {
        this.stored = stored;
        this.chunks = chunks;
        this.compactions = compactions;
        this.options = options.Value;
        this.instruments = instruments;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    string Key => this.GetPrimaryKeyString();

    string Tenant => EntityKeys.TenantOf(Key);

    ServerHealthState State => stored.State;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        activatedAt = time.GetUtcNow();
        foreach (var (partition, position) in State.Checkpoints)
            applied[partition] = position;
        lastArrivalAt = State.LastArrivalAt;
        isKnown = lastArrivalAt is not null;
        StartEmpty();
        await LoadChunks(cancellationToken);
        watch.RestoreAnomalies(State.Anomalies);
        upkeep = this.RegisterGrainTimer(Upkeep, new GrainTimerCreationOptions(TimeSpan.Zero, UpkeepPeriod) { Interleave = true });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // After a failed write memory is not to be trusted: the next activation takes everything from storage and the log.
        if (reason.ReasonCode != DeactivationReasonCode.ApplicationRequested && store.UnflushedSamples > 0)
            await Flush();
    }

    public ValueTask<SampleOutcome> Apply(int partition, long position, long previous, ReadOnlyMemory<byte> batch)
    {
        long known = applied.GetValueOrDefault(partition, -1);
        if (position <= known)
            return default;
        if (previous > known)
            throw new InvalidOperationException($"Server '{Key}' has samples of intake {partition} up to position {known}, and was given {position} after {previous}: it was restarted and needs those between again.");
        var now = time.GetUtcNow();
        long nowMilliseconds = now.ToUnixTimeMilliseconds();
        SampleOutcome outcome = default;
        try
        {
            outcome = store.Apply(batch.Span, nowMilliseconds - (long)options.RawRetention.TotalMilliseconds, nowMilliseconds + (long)options.FutureMax.TotalMilliseconds);
        }
        catch (SampleFormatException damaged)
        {
            // It would be damaged at each repeat too, and hold up everything behind it.
            ServerHealthMessages.BatchDamaged(logger, Key, partition, position, damaged);
        }

        instruments.Applied(outcome);
        applied[partition] = position;
        lastArrivalAt = now;
        firstUnflushedAt ??= now;
        if (!isKnown || State.Deleted)
        {
            (isKnown, State.Deleted) = (true, false);
            UpkeepSoon();
        }

        watch.Observe(store.Entries, nowMilliseconds);
        if (watch.Changes.Count > 0 || store.UnflushedSamples > options.FlushSamples)
            UpkeepSoon();
        return ValueTask.FromResult(outcome);
    }

    public async Task<long> Checkpoint(int partition)
    {
        await Flush();
        return State.Checkpoints.GetValueOrDefault(partition, -1);
    }

    public Task RulesChanged()
    {
        rulesKnown = false;
        UpkeepSoon();
        return Task.CompletedTask;
    }

    public Task AlarmsChanged()
    {
        alarmsKnown = false;
        UpkeepSoon();
        return Task.CompletedTask;
    }

    public async Task Delete()
    {
        await StateWriter.Settled(flushing);
        await StateWriter.Settled(compacting);
        StartEmpty();
        var positions = new Dictionary<int, long>(applied);
        (firstUnflushedAt, lastArrivalAt) = (null, null);
        openAlarms.Clear();
        stored.State = new ServerHealthState { Checkpoints = positions, NextChunk = State.NextChunk, Deleted = true };
        await writer.WriteAsync();
        foreach (var kind in Enum.GetValues<ChunkKind>())
            await chunks.DeleteBeforeAsync(Key, kind, long.MaxValue, CancellationToken.None);
        await TellIntakes(positions);
        DeactivateOnIdle();
    }

    void StartEmpty()
    {
        store = new SeriesStore(new SeriesStoreOptions { SeriesLimit = options.SeriesMax, OutOfOrderWindow = options.OutOfOrderMax, Keep = options.MemoryKeep });
        watch = new ServerWatch(Key, options);
        rulesKnown = alarmsKnown = false;
    }

    async Task LoadChunks(CancellationToken cancellationToken)
    {
        long from = activatedAt.ToUnixTimeMilliseconds() - (long)options.MemoryKeep.TotalMilliseconds;
        var raw = await chunks.ListAsync(Key, ChunkKind.Raw, 0, long.MaxValue, cancellationToken);
        foreach (var chunk in raw)
            State.NextChunk = Math.Max(State.NextChunk, chunk.Key.Sequence + 1);
        foreach (var chunk in (await chunks.ReadAsync(Key, ChunkKind.Raw, from, long.MaxValue, cancellationToken)).OrderBy(static chunk => chunk.Key.Sequence))
            store.Load(chunk.Data.Span);
        store.SetCompleteFrom(from);
    }

    void UpkeepSoon()
    {
        if (Now - upkeepFailedAt >= UpkeepPeriod)
            upkeep?.Change(TimeSpan.Zero, UpkeepPeriod);
    }
}

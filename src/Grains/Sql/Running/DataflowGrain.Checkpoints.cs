using Orrery.Dataflow.Checkpoints;
using Orrery.Grains.Sql.Checkpoints;
using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Sql.Running;

/// <summary>
/// Checkpoints, and what the log keeps for them.
/// <code>
/// capture: between two epochs, under the gate, the changed state is copied with the position: epoch, clock, schema, offsets, what waits for sinks
/// complete: while epochs go on, it is written; the manifest last
/// hold:    the journal and all source topics from where the oldest kept checkpoint reads on; what is below may be deleted
/// </code>
/// Before a capture the owner is asked for: so an activation that was followed by another completes at most the one that it had captured, and that deletes nothing of the checkpoint before, which the follower may
/// be reading. Holds move when two checkpoints are kept: if the newest is damaged, the other, or for want of it the whole journal, is there.
/// </summary>
sealed partial class DataflowGrain
{
    const int KeptMin = 2;

    readonly TopicHolds holds;
    GraphCheckpoints? checkpoints;
    CheckpointSchedule schedule = null!;
    Task<CheckpointReport>? completing;
    DataflowPosition? restoredFrom;
    string? checkpointProblem;

    string HoldName => $"sql of {Key}";

    /// <summary>The graph of the newest checkpoint that can be read, or an empty one.</summary>
    async Task<DataflowEngine> RestoreAsync(SourceOpener opener, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        RestoredDataflow restored = await ReadCheckpointAsync(opener, cancellationToken);
        (checkpoints, checkpointProblem, restoredFrom) = (restored.Checkpoints, restored.Problem, restored.Position);
        (epoch, clock, version, nextTimer) = (restoredFrom?.Epoch ?? 0, restoredFrom?.Clock ?? 0, restoredFrom?.Version ?? 0, long.MaxValue);
        if (restoredFrom is not null)
            SqlMessages.Restored(logger, Key, epoch, time.GetElapsedTime(started), restored.Engine.StateBytes);
        foreach (SinkChanges changes in restored.Backlog)
            SinkOf(restored.Engine, changes.Insert).Give(changes);
        schedule = new CheckpointSchedule(options, time, epoch);
        return restored.Engine;
    }

    /// <summary>Makes an engine, and of what is kept in checkpoints all that it can be given.</summary>
    async Task<RestoredDataflow> ReadCheckpointAsync(SourceOpener opener, CancellationToken cancellationToken)
    {
        GraphCheckpoints? store = places.Of(Key) is { } place
            ? new GraphCheckpoints(place, new CheckpointOptions { Term = stored.State.Term, HeldBytesMax = options.CheckpointHeldBytes, Kept = Math.Max(KeptMin, options.CheckpointsKept) })
            : null;
        DataflowEngine made = new(options, opener, time, Number, exchange);
        RestoredDataflow? restored = null;
        string? problem = null;
        try
        {
            for (ReadOnlyMemory<byte>? found = store is null ? null : await store.Open(cancellationToken); found is { } bytes;)
            {
                try
                {
                    restored = await RestoreAsync(made, store!, bytes, cancellationToken);
                    break;
                }
                catch (CheckpointException damaged)
                {
                    await DisposeAsync(made);
                    made = new DataflowEngine(options, opener, time, Number, exchange);
                    found = await store!.OpenOlder(damaged.Message, cancellationToken);
                }
            }
        }
        catch (CheckpointException none)
        {
            // The journal may reach back to the beginning.
            problem = none.Message;
        }
        catch
        {
            await DisposeAsync(made);
            throw;
        }

        foreach (string damage in store?.Problems ?? [])
        {
            SqlMessages.CheckpointPassedOver(logger, Key, damage);
            problem ??= $"A checkpoint could not be read, and an older one was: {damage}";
        }

        return restored is null ? new RestoredDataflow(made, store, Beginning, [], problem) : restored with { Problem = problem };
    }

    static async Task<RestoredDataflow> RestoreAsync(DataflowEngine into, GraphCheckpoints from, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        (DataflowPosition position, ReadOnlyMemory<byte> backlog) = DataflowPosition.Decode(bytes);
        return await UseAsideAsync(into, async graph =>
        {
            await graph.RestoreAsync(from, position, cancellationToken);
            return new RestoredDataflow(graph, from, position, SinkBacklog.Decode(backlog, graph.LayoutOf), null);
        }, cancellationToken);
    }

    DataflowPosition? Beginning => stored.State.Beginning is { } bytes ? DataflowPosition.Decode(bytes).Position : null;

    /// <param name="Position">Of the checkpoint, or where it begins without one; null: at the first epoch.</param>
    /// <param name="Backlog">What waited for sinks.</param>
    /// <param name="Problem">What was the matter with checkpoints; null: nothing.</param>
    sealed record RestoredDataflow(DataflowEngine Engine, GraphCheckpoints? Checkpoints, DataflowPosition? Position, IReadOnlyList<SinkChanges> Backlog, string? Problem);

    /// <summary>Does the epochs again that the journal has behind the checkpoint.</summary>
    async Task ReplayAsync(DataflowEngine into, CancellationToken cancellationToken)
    {
        long from = restoredFrom?.JournalOffset ?? 0;
        await holds.AddAsync(BeginExchange(new Dictionary<string, long> { [journal.Key] = from }));
        try
        {
            await journal.ReplayAsync(from, epoch, record => ReplayAsync(into, record, cancellationToken), cancellationToken);
        }
        catch (JournalGapException gap)
        {
            throw new InvalidOperationException(
                $"The views of '{Tenant}' cannot be made again. {gap.Message} {checkpointProblem ?? (restoredFrom is null ? "There is no checkpoint." : $"The checkpoint is of epoch {epoch}.")} "
                + $"Checkpoints lie in {places.Describe(Key)}: bring the files back that were there.");
        }
    }

    /// <summary>Sees to checkpoints between two epochs: ends the one that is under way, and begins one that is due.</summary>
    async Task CheckpointAsync(DataflowEngine into, CancellationToken cancellationToken)
    {
        if (checkpoints is null)
            return;
        if (completing is { IsCompleted: true } done)
        {
            completing = null;
            await CompletedAsync(into, done);
        }

        // What fills views beside reads the newest one, and writes the next.
        if (completing is not null || backfill is not null || !schedule.IsDue(epoch))
            return;
        if (!await IsOwnerAsync(cancellationToken))
            throw new SupersededException($"The dataflow of '{Tenant}' runs elsewhere; this one had term {stored.State.Term}.");
        await CaptureAsync(into, checkpoints, cancellationToken);
    }

    async Task CaptureAsync(DataflowEngine into, GraphCheckpoints target, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        long inFiles = sinks.Values.Sum(static sink => sink.Backlog.FileBytes);
        if (inFiles > options.CheckpointBacklogBytesMax)
        {
            BacklogTooLong(started);
            return;
        }

        SinkChanges[] backlog = [.. sinks.Values.SelectMany(static sink => sink.Backlog.InMemory)];
        byte[][] behind = [.. sinks.Values.SelectMany(static sink => sink.Backlog.InFiles())];
        DataflowPosition position = into.Position(epoch, clock, version, journal.Next) with { ExchangeOffset = exchange?.Next ?? 0 };
        try
        {
            CapturedCheckpoint? captured = await UseAsync(into, graph => graph.CaptureAsync(target, position, backlog, behind, cancellationToken), cancellationToken);
            if (captured is null)
            {
                BacklogTooLong(started);
                return;
            }

            schedule.Taken(epoch, time.GetElapsedTime(started));
            completing = CompleteAsync(target, captured, time.GetElapsedTime(started), cancellationToken);
        }
        catch (Exception failure) when (failure is not OperationCanceledException and not TimeoutException)
        {
            schedule.Taken(epoch, time.GetElapsedTime(started));
            CheckpointFailed(failure);
        }
    }

    void BacklogTooLong(long started)
    {
        schedule.Taken(epoch, time.GetElapsedTime(started));
        checkpointProblem = $"{sinks.Values.Sum(static sink => (long)sink.Waiting):N0} rows wait for sinks, more than the {options.CheckpointBacklogBytesMax:N0} bytes that a checkpoint holds ({nameof(options.CheckpointBacklogBytesMax)}): none is written until they can be.";
    }

    async Task<CheckpointReport> CompleteAsync(GraphCheckpoints target, CapturedCheckpoint captured, TimeSpan rest, CancellationToken cancellationToken)
    {
        try
        {
            CheckpointReport report = await Task.Run(() => target.Complete(captured, cancellationToken), CancellationToken.None);
            instruments.Checkpoint(report.WrittenBytes, rest);
            return report;
        }
        finally
        {
            wakeUp.Release();
        }
    }

    async Task CompletedAsync(DataflowEngine into, Task<CheckpointReport> done)
    {
        try
        {
            CheckpointReport report = await done;
            checkpointProblem = null;
            SqlMessages.CheckpointWritten(logger, Key, report.Number, report.StateBytes, report.WrittenBytes, report.Segments);
            if (Needed(into) is { } needed)
                await holds.MoveAsync(needed);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            CheckpointFailed(failure);
        }
    }

    void CheckpointFailed(Exception failure)
    {
        schedule.Failed();
        checkpointProblem = $"A checkpoint could not be written to {places.Describe(Key)}, and is tried again: {failure.Message}";
        SqlMessages.CheckpointFailed(logger, Key, epoch, failure);
    }

    async Task EndCheckpointAsync()
    {
        if (completing is not { } left)
            return;
        completing = null;
        await StateWriter.Settled(left);
    }

    /// <summary>By partition, the first offset that the kept checkpoints may read again; null: too few are kept to let anything go.</summary>
    Dictionary<string, long>? Needed(DataflowEngine into)
    {
        DataflowPosition[] kept = [.. checkpoints!.KeptPositions.Select(static bytes => DataflowPosition.Decode(bytes).Position)];
        if (kept.Length < KeptMin)
            return null;
        DataflowPosition oldest = kept[0];
        var needed = new Dictionary<string, long>(StringComparer.Ordinal) { [journal.Key] = oldest.JournalOffset };
        if (exchange is not null)
            needed[exchange.Key] = oldest.ExchangeOffset;
        foreach (TablePosition table in kept.SelectMany(static position => position.Tables).Concat(into.Tables.Select(static table => table.Position())))
        {
            // A table that the oldest does not know is made again on the way, and read from its start.
            TablePosition? known = oldest.Tables.FirstOrDefault(other => other.Name == table.Name && other.Version == table.Version);
            foreach ((string partition, long offset) in PartitionsOf(table.Topic, known?.Offsets ?? table.Starts))
                needed[partition] = Math.Min(offset, needed.GetValueOrDefault(partition, long.MaxValue));
        }

        return needed;
    }

    static Dictionary<string, long> PartitionsOf(string topic, long[] offsets) =>
        topic.Length == 0 ? [] : offsets.Select((offset, number) => (Key: TopicKeys.Partition(topic, number), offset)).ToDictionary(static partition => partition.Key, static partition => partition.offset);
}

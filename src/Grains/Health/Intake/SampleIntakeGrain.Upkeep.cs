using System.Text;
using Orrery.Log;

namespace Orrery.Grains.Health.Intake;

/// <summary>What follows a failure or a restart, and what lets the log forget.</summary>
sealed partial class SampleIntakeGrain
{
    long replayEnd;

    /// <summary>Hands on what the log held at the start beyond the committed offset.</summary>
    async Task ReplayAsync()
    {
        if (delivered >= replayEnd)
            return;
        IntakeMessages.Replaying(logger, number, delivered, replayEnd);
        long from = delivered;
        while (delivered < replayEnd)
        {
            using var read = await partition.ReadAsync(delivered, options.ReplayReadBytes, CancellationToken.None);
            foreach (var batch in read.Batches)
            {
                var records = batch.GetEnumerator();
                while (records.MoveNext())
                {
                    if (records.Offset < from || records.Offset >= replayEnd)
                        continue;
                    var cursor = CursorOf(Encoding.UTF8.GetString(records.Current.Key.Span));
                    if (cursor.Running is { } earlier)
                        await earlier;
                    // A copy: the read's memory goes back to its pool, and a call that timed out may still be waiting for its turn.
                    var call = Call(cursor, records.Offset, records.Current.Value.ToArray());
                    if (!call.IsCompletedSuccessfully)
                        running.Add(cursor.Running = Finish(call, cursor, delivery: null, index: 0));
                    handedBytes += records.Current.Value.Length;
                }
            }

            await FinishRunning();
            delivered = Math.Max(delivered, Math.Min(read.NextOffset, replayEnd));
        }

        IntakeMessages.Replayed(logger, number, replayEnd - from);
    }

    async Task CommitAsync(CancellationToken cancellationToken)
    {
        foreach (var part in cursors.Values.Where(static cursor => cursor is { IsBehind: true, IsCatchingUp: false }).Chunk(options.CheckpointsConcurrentMax).ToArray())
            await Task.WhenAll(part.Select(CatchUpServer));
        await StoreLowWater();
        await MakeServersStore();
    }

    /// <summary>Gives a server that fell behind its records again, from the log and in order.</summary>
    async Task CatchUpServer(ServerCursor cursor)
    {
        cursor.IsCatchingUp = true;
        try
        {
            long offset = cursor.First, previous = -1;
            while (offset <= cursor.Last)
            {
                using var read = await partition.ReadAsync(offset, options.ReplayReadBytes, CancellationToken.None);
                foreach (var batch in read.Batches)
                {
                    var records = batch.GetEnumerator();
                    while (records.MoveNext())
                    {
                        if (records.Offset < offset || records.Offset > cursor.Last || !records.Current.Key.Span.SequenceEqual(cursor.RecordKey))
                            continue;
                        long position = SamplePosition.Of(State.Generation, records.Offset);
                        await cursor.Grain.Apply(number, position, previous, records.Current.Value.ToArray());
                        previous = position;
                    }
                }

                offset = read.NextOffset;
            }

            cursor.CaughtUp();
            IntakeMessages.ServerCaughtUp(logger, cursor.Server, number);
        }
        catch (Exception failure)
        {
            IntakeMessages.ServerBehind(logger, cursor.Server, number, cursor.First, failure);
        }
        finally
        {
            cursor.IsCatchingUp = false;
        }
    }

    async Task StoreLowWater()
    {
        long low = delivered;
        foreach (var cursor in cursors.Values)
            if (cursor.First >= 0)
                low = Math.Min(low, cursor.First);
        if (low <= State.Committed && delivered == State.Delivered)
            return;
        State.Committed = Math.Max(low, State.Committed);
        State.Delivered = delivered;
        await writer.WriteAsync();
        partition.AdvanceLowWater(Math.Min(State.Committed, partition.EndOffset));
    }

    async Task MakeServersStore()
    {
        var now = time.GetUtcNow();
        var holding = cursors.Values
            .Where(cursor => cursor is { First: >= 0, IsStoring: false, IsBehind: false })
            .Where(cursor => now - cursor.FirstAt > options.HoldAge || handedBytes - cursor.BytesBefore > options.HoldBytes)
            .OrderBy(static cursor => cursor.First)
            .ToList();
        foreach (var part in holding.Chunk(options.CheckpointsConcurrentMax))
            await Task.WhenAll(part.Select(MakeStore));
        foreach (string idle in cursors.Where(static pair => pair.Value.IsIdle).Select(static pair => pair.Key).ToArray())
            cursors.Remove(idle);
    }

    async Task MakeStore(ServerCursor cursor)
    {
        cursor.IsStoring = true;
        try
        {
            long position = await cursor.Grain.Checkpoint(number);
            await Stored(cursor.Server, position);
        }
        catch (Exception failure)
        {
            IntakeMessages.NotStored(logger, cursor.Server, failure);
        }
        finally
        {
            cursor.IsStoring = false;
        }
    }

    void ReopenSoon(Exception failure)
    {
        if (reopening is { IsCompleted: false })
            return;
        IntakeMessages.LogFailed(logger, number, failure);
        reopening = Reopen();
    }

    async Task Reopen()
    {
        // What was queued behind the failure fails with it; offsets are given anew afterwards.
        await Task.Yield();
        while (queue.Count > 0)
            await (pump.IsCompleted ? pump = PumpAsync() : pump);
        try
        {
            await partition.ReopenAsync(CancellationToken.None);
        }
        catch (LogException again)
        {
            IntakeMessages.LogFailed(logger, number, again);
        }
    }
}

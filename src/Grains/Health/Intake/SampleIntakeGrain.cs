using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Log;

namespace Orrery.Grains.Health.Intake;

/// <summary>
/// The way of a sample: <see cref="Append"/> puts a call's batches into the log as one batch and into the queue; the pump waits until the
/// oldest is durable, then hands it and whatever else is durable by then to the servers, in the order of offsets, and answers the callers.
/// Nothing reaches a server before it is durable, so no server can store an offset that a crash takes back.
/// <para>A server keeps in its own state the position up to which it has stored. The intake commits the lowest offset that some server still
/// needs; after a crash it hands on again from there, and servers skip what they have. Servers that hold the log back for too long, or for
/// too many bytes, are told to store.</para>
/// <para>With each record a server is told which one it was given before. A server that was restarted without having stored does not have that one and
/// says so. It falls behind, as does one whose call failed: it is given its records again from the log, from the first one
/// that it has not stored, until it has caught up; the others go on. Callers with samples for it are refused meanwhile; their samples are durable and a retry is harmless.</para>
/// </summary>
[Reentrant]
sealed partial class SampleIntakeGrain : Grain, ISampleIntakeGrain
{
    public const string Topic = "samples";

    readonly IPersistentState<IntakeState> stored;
    readonly StateWriter writer;
    readonly ILog log;
    readonly IntakeOptions shared;
    readonly SampleIntakeOptions options;
    readonly TimeProvider time;
    readonly ILogger<SampleIntakeGrain> logger;
    readonly Queue<IntakeDelivery> queue = [];
    readonly List<IntakeDelivery> round = [];
    readonly List<Task> running = [];
    readonly Dictionary<string, ServerCursor> cursors = [];
    ILogPartition partition = null!;
    int number;
    long delivered;
    long handedBytes;
    long inFlightBytes;
    Task pump = Task.CompletedTask;
    Task? reopening;

    public SampleIntakeGrain(
        [PersistentState("intake")] IPersistentState<IntakeState> stored, ILog log, IOptions<IntakeOptions> shared, IOptions<SampleIntakeOptions> options,
        TimeProvider time, ILogger<SampleIntakeGrain> logger)
    {
        this.stored = stored;
        this.log = log;
        this.shared = shared.Value;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    IntakeState State => stored.State;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!int.TryParse(this.GetPrimaryKeyString(), NumberStyles.None, CultureInfo.InvariantCulture, out number) || number >= shared.Partitions)
            throw new InvalidInputException("partition", $"There is no intake '{this.GetPrimaryKeyString()}': partitions are 0 to {shared.Partitions - 1} (IntakeOptions.Partitions).");
        var topic = await log.OpenTopicAsync(Topic, new TopicOptions
        {
            Partitions = shared.Partitions,
            BatchBytesLimit = options.CallBytesMax + (8 << 20),
            PendingBytesLimit = options.CallBytesMax + (8 << 20) + options.BytesInFlightMax,
            SegmentBytes = options.SegmentBytes,
        }, cancellationToken);
        partition = await OpenPartitionAsync(topic, cancellationToken);
        try
        {
            await BeginAsync();
        }
        catch
        {
            await partition.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the partition over under a term that no activation had before.</summary>
    async Task<ILogPartition> OpenPartitionAsync(ILogTopic topic, CancellationToken cancellationToken)
    {
        // Stored first: only the owner of the grain's row can, so a term that is stored is rightful.
        State.Term++;
        await writer.WriteAsync();
        try
        {
            return await topic.OpenPartitionAsync(number, State.Term, cancellationToken);
        }
        catch (LogFencedException higher)
        {
            // The log remembers terms of a store that has been replaced by an older or an empty one.
            State.Term = higher.Term + 1;
            await writer.WriteAsync();
            return await topic.OpenPartitionAsync(number, State.Term, cancellationToken);
        }
    }

    async Task BeginAsync()
    {
        if (partition.EndOffset < State.Delivered)
        {
            IntakeMessages.LogLost(logger, number, State.Delivered, partition.EndOffset);
            State.Generation++;
            State.Committed = partition.StartOffset;
            State.Delivered = partition.EndOffset;
            await writer.WriteAsync();
        }

        delivered = Math.Max(State.Committed, partition.StartOffset);
        partition.AdvanceLowWater(Math.Min(State.Committed, partition.EndOffset));
        replayEnd = partition.EndOffset;
        pump = PumpAsync();
        this.RegisterGrainTimer(CommitAsync, new GrainTimerCreationOptions(options.CommitPeriod, options.CommitPeriod) { Interleave = true, KeepAlive = true });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            if (reason.ReasonCode is not DeactivationReasonCode.ApplicationRequested)
                await StoreLowWater();
        }
        finally
        {
            // The next owner, here or in another process, waits for it.
            await partition.DisposeAsync();
        }
    }

    public async Task<SampleOutcome[]> Append(ServerSamples[] batches)
    {
        if (batches.Length == 0)
            return [];
        long bytes = 0;
        foreach (var batch in batches)
            bytes += batch.Batch.Length;
        if (bytes > options.CallBytesMax)
            throw new InvalidInputException("batches", $"{bytes} bytes in one call are too many; send at most {options.CallBytesMax}.");
        if (inFlightBytes > 0 && inFlightBytes + bytes > options.BytesInFlightMax)
            throw new OverloadedException($"Intake {number} has {inFlightBytes} bytes in flight, and {options.BytesInFlightMax} are the most (SampleIntakeOptions.BytesInFlightMax). Try again in a moment.");
        var append = AppendToLog(batches);
        var delivery = new IntakeDelivery(batches, append, bytes);
        inFlightBytes += bytes;
        queue.Enqueue(delivery);
        Pump();
        return await delivery.Completion;
    }

    public Task Stored(string server, long position)
    {
        long offset = SamplePosition.OffsetIn(State.Generation, position);
        if (offset >= 0 && cursors.TryGetValue(server, out var cursor))
            cursor.NoteStored(offset, time.GetUtcNow(), handedBytes);
        return Task.CompletedTask;
    }

    public async Task CatchUp()
    {
        var marker = new IntakeDelivery([], new LogAppend(partition.EndOffset, LogReceipt.Empty, Task.CompletedTask), bytes: 0);
        queue.Enqueue(marker);
        Pump();
        await marker.Completion;
    }

    LogAppend AppendToLog(ServerSamples[] batches)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var records = new LogRecord[batches.Length];
        for (int index = 0; index < batches.Length; index++)
            records[index] = new LogRecord(CursorOf(batches[index].Server).RecordKey, batches[index].Batch, now);
        try
        {
            return partition.Append(records);
        }
        catch (LogOverloadedException overloaded)
        {
            throw new OverloadedException($"Intake {number} cannot take more: {overloaded.Message}");
        }
        catch (LogFencedException fenced)
        {
            DeactivateOnIdle();
            throw new OverloadedException($"Intake {number} has another owner by now: {fenced.Message} Send again, the call finds it.");
        }
        catch (LogFullException full)
        {
            throw new OverloadedException($"Intake {number} cannot take more: {full.Message}");
        }
        catch (LogFailedException failed)
        {
            ReopenSoon(failed);
            throw new OverloadedException($"Intake {number} cannot write to the log and tries to reopen it: {failed.Message}");
        }
    }

    void Pump()
    {
        if (pump.IsCompleted)
            pump = PumpAsync();
    }

    async Task PumpAsync()
    {
        try
        {
            await ReplayAsync();
            while (queue.Count > 0)
            {
                await TakeRound();
                await DeliverRound();
                foreach (var delivery in round)
                {
                    delivered = Math.Max(delivered, delivery.EndOffset);
                    inFlightBytes -= delivery.Bytes;
                    delivery.Complete();
                }
            }
        }
        catch (Exception failure)
        {
            // Only the log can fail here, while it is read again. Everything stays in it; callers are told, and the next call begins again.
            IntakeMessages.LogFailed(logger, number, failure);
            replayEnd = partition.EndOffset;
            RefuseQueue(new OverloadedException($"Intake {number} cannot read the log: {failure.Message} The samples may be durable; send them again later, a repeat is recognised."));
        }
    }

    void RefuseQueue(Exception reason)
    {
        foreach (var delivery in round.Concat(queue))
        {
            inFlightBytes -= delivery.Bytes;
            delivery.Fail(reason);
            delivery.Complete();
        }

        round.Clear();
        queue.Clear();
    }

    /// <summary>Waits for the oldest delivery to be durable, and takes those behind it that are so too by then.</summary>
    async Task TakeRound()
    {
        round.Clear();
        while (queue.TryPeek(out var next) && (round.Count == 0 || next.Durable.IsCompletedSuccessfully))
        {
            try
            {
                await next.Durable;
                round.Add(next);
            }
            catch (Exception failed)
            {
                inFlightBytes -= next.Bytes;
                next.Fail(new OverloadedException($"Intake {number} could not write to the log: {failed.Message} Nothing of the call was kept; send it again."));
                next.Complete();
                if (failed is LogFencedException)
                    DeactivateOnIdle();
                else
                    ReopenSoon(failed);
            }

            queue.Dequeue();
        }
    }

    async Task DeliverRound()
    {
        foreach (var delivery in round)
        {
            for (int index = 0; index < delivery.Batches.Length; index++)
            {
                var cursor = CursorOf(delivery.Batches[index].Server);
                if (cursor.Running is { } earlier)
                    await earlier;
                Give(cursor, delivery, index);
            }

            handedBytes += delivery.Bytes;
        }

        await FinishRunning();
    }

    async Task FinishRunning()
    {
        if (running.Count == 0)
            return;
        await Task.WhenAll(running);
        running.Clear();
    }

    void Give(ServerCursor cursor, IntakeDelivery delivery, int index)
    {
        var call = Call(cursor, delivery.BaseOffset + index, delivery.Batches[index].Batch);
        if (call.IsCompletedSuccessfully)
            delivery.Outcomes[index] = call.Result;
        else
            running.Add(cursor.Running = Finish(call, cursor, delivery, index));
    }

    /// <summary>Hands a record to its server, unless that has to catch up first.</summary>
    ValueTask<SampleOutcome> Call(ServerCursor cursor, long offset, ReadOnlyMemory<byte> batch)
    {
        long previous = cursor.Last < 0 ? -1 : SamplePosition.Of(State.Generation, cursor.Last);
        cursor.Note(offset, time.GetUtcNow(), handedBytes);
        return cursor.IsBehind
            ? ValueTask.FromException<SampleOutcome>(Behind(cursor))
            : cursor.Grain.Apply(number, SamplePosition.Of(State.Generation, offset), previous, batch);
    }

    async Task Finish(ValueTask<SampleOutcome> call, ServerCursor cursor, IntakeDelivery? delivery, int index)
    {
        try
        {
            var outcome = await call;
            if (delivery is not null)
                delivery.Outcomes[index] = outcome;
        }
        catch (Exception failure)
        {
            if (!cursor.IsBehind)
                IntakeMessages.ServerBehind(logger, cursor.Server, number, cursor.First, failure);
            cursor.FallBehind();
            delivery?.Fail(Behind(cursor));
        }
        finally
        {
            cursor.Running = null;
        }
    }

    static OverloadedException Behind(ServerCursor cursor) =>
        new($"Server '{cursor.Server}' cannot take samples at the moment. Those of this call are durable and will reach it; sending them again is harmless.");

    ServerCursor CursorOf(string server)
    {
        if (!cursors.TryGetValue(server, out var cursor))
            cursors[server] = cursor = new ServerCursor(server, GrainFactory.GetGrain<IServerHealthGrain>(server));
        return cursor;
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using Orrery.Client.Json;
using Orrery.Client.Samples;
using Orrery.Client.Spool;

namespace Orrery.Client;

/// <summary>From the callers' queues to closed batches in the buffer.</summary>
public sealed partial class OrreryClient
{
    const long SelfReportMilliseconds = 60_000;
    static readonly TimeSpan IdleWait = TimeSpan.FromSeconds(30);

    readonly SampleBatchEncoder encoder;
    readonly JsonBuffer json = new();
    readonly MemoryStream packed = new();
    readonly ConcurrentQueue<PendingLine> lines = new();
    readonly ConcurrentQueue<TaskCompletionSource<bool>> flushes = new();
    readonly MetricSeries droppedSeries;
    readonly MetricSeries bufferedSeries;
    volatile MetricSeries? badSeries;
    int lineCount;
    long lineSequence;
    long batchSequence;
    bool pushRequested;
    long firstWaitingAt;
    long selfReportAt;
    long droppedReported;
    long droppedEventAt;
    long enqueuedSamples, droppedInQueue, droppedLinesInQueue, droppedByRejection, droppedLinesByRejection;

    long DroppedSamples => Interlocked.Read(ref droppedInQueue) + Interlocked.Read(ref droppedByRejection) + spool.DroppedSamples;

    long DroppedLines => Interlocked.Read(ref droppedLinesInQueue) + Interlocked.Read(ref droppedLinesByRejection) + spool.DroppedLines;

    internal bool Enqueue(MetricSeries series, long unixMilliseconds, double value)
    {
        int waiting = 0;
        if (series != badSeries && !double.IsNaN(value) && !double.IsInfinity(value) && Volatile.Read(ref disposed) == 0)
            waiting = samples.TryAdd(series, unixMilliseconds, value);
        if (waiting == 0)
        {
            Interlocked.Increment(ref droppedInQueue);
            return false;
        }
        Interlocked.Increment(ref enqueuedSamples);
        if (waiting == 1 || waiting == options.BatchSamplesMax)
            pumpSignal.Set();
        return true;
    }

    bool EnqueueLine(LogLevel level, string source, string text, IReadOnlyDictionary<string, string>? attributes, DateTimeOffset? at, string? id)
    {
        int waiting = Interlocked.Increment(ref lineCount);
        if (waiting > options.QueueLinesMax || Volatile.Read(ref disposed) != 0)
        {
            Interlocked.Decrement(ref lineCount);
            Interlocked.Increment(ref droppedLinesInQueue);
            return false;
        }
        lines.Enqueue(NewLine(level, source, text, attributes, at, id));
        if (waiting == 1 || waiting == options.BatchLinesMax)
            pumpSignal.Set();
        return true;
    }

    PendingLine NewLine(LogLevel level, string source, string text, IReadOnlyDictionary<string, string>? attributes, DateTimeOffset? at, string? id) => new(
        id ?? identity + "-" + Interlocked.Increment(ref lineSequence).ToString("x", CultureInfo.InvariantCulture),
        at ?? DateTimeOffset.FromUnixTimeMilliseconds(Clock.UnixMilliseconds), level, source, Cut(text), attributes);

    async Task Pump()
    {
        while (!stop.IsCancellationRequested)
        {
            long now = Clock.UnixMilliseconds;
            TimeSpan wait = UntilDue(now);
            if (wait > TimeSpan.Zero && flushes.IsEmpty && !Volatile.Read(ref pushRequested))
            {
                await pumpSignal.Wait(wait, Clock, stop.Token).ConfigureAwait(false);
                continue;
            }
            Volatile.Write(ref pushRequested, false);
            await CloseGuarded(now).ConfigureAwait(false);
        }
        await CloseGuarded(Clock.UnixMilliseconds).ConfigureAwait(false);
    }

    /// <summary>The pump outlives whatever goes wrong with one round (a broken disk driver, too little memory): it says so and goes on.</summary>
    async Task CloseGuarded(long now)
    {
        try
        {
            CloseBatches(now);
            CompleteFlushes();
        }
        catch (Exception error)
        {
            Volatile.Write(ref lastError, $"Batches could not be closed: {error.GetType().Name}: {error.Message}");
            Notify(ClientNoticeKind.BufferFailed, $"Batches could not be closed: {error.GetType().Name}: {error.Message} The next round follows in {options.BackoffFirst.TotalSeconds:0.0} s.");
            if (!stop.IsCancellationRequested)
                await Task.WhenAny(Clock.Delay(options.BackoffFirst, stop.Token)).ConfigureAwait(false);
        }
    }

    /// <summary>How long the open batch may still wait; zero when it is due.</summary>
    TimeSpan UntilDue(long now)
    {
        bool any = samples.Count > 0 || !lines.IsEmpty;
        if (!any)
        {
            firstWaitingAt = 0;
            return IdleWait;
        }
        if (firstWaitingAt == 0)
            firstWaitingAt = now;
        if (samples.Count >= options.BatchSamplesMax || Volatile.Read(ref lineCount) >= options.BatchLinesMax)
            return TimeSpan.Zero;
        TimeSpan age = Volatile.Read(ref connected) || Interlocked.Read(ref failedRequests) == 0 ? options.BatchAge : options.BatchAgeAway;
        return TimeSpan.FromMilliseconds(firstWaitingAt + age.TotalMilliseconds - now);
    }

    void CloseBatches(long now)
    {
        firstWaitingAt = 0;
        spool.EnsureOpen(now);
        bool any = CloseSamples(now);
        // Its own values come after the others have left the queue: a full queue is just what they have to tell.
        if (any && ReportSelf(now))
            CloseSamples(now);
        for (int left = CloseLines(now); left > 0; left = CloseLines(now))
            continue;
        deliverySignal.Set();
    }

    bool CloseSamples(long now)
    {
        PendingSample[] taken = samples.Take(out int count);
        for (int from = 0; from < count; from += options.BatchSamplesMax)
        {
            int to = Math.Min(count, from + options.BatchSamplesMax);
            json.Clear();
            encoder.Encode(json, identity + "-" + (++batchSequence).ToString("x", CultureInfo.InvariantCulture), taken, from, to);
            spool.Append(BatchKind.Samples, to - from, Pack(), now);
        }
        return count > 0;
    }

    /// <returns>How many lines it took.</returns>
    int CloseLines(long now)
    {
        int taken = 0;
        json.Clear();
        json.BeginObject().Name("server").String(options.Server).Name("lines").BeginArray();
        while (taken < options.BatchLinesMax && json.Length < 1 << 20 && lines.TryDequeue(out PendingLine line))
        {
            line.Write(json);
            taken++;
        }
        if (taken == 0)
            return 0;
        Interlocked.Add(ref lineCount, -taken);
        json.EndArray().EndObject();
        spool.Append(BatchKind.Logs, taken, Pack(), now);
        return taken;
    }

    /// <summary>What was dropped is told as a metric once a minute and after each loss, and as an event at most once a minute.</summary>
    bool ReportSelf(long now)
    {
        long dropped = DroppedSamples;
        bool lost = dropped != droppedReported;
        if (!lost && now < selfReportAt)
            return false;
        selfReportAt = now + SelfReportMilliseconds;
        samples.TryAdd(droppedSeries, now, dropped);
        samples.TryAdd(bufferedSeries, now, spool.Bytes);
        if (lost && now >= droppedEventAt)
        {
            droppedEventAt = now + SelfReportMilliseconds;
            // Past the bound of the queue: a full one is no reason to keep silent about it.
            Interlocked.Increment(ref lineCount);
            lines.Enqueue(NewLine(LogLevel.Warning, "event",
                $"The sender lost {dropped - droppedReported} samples (in all {dropped}): its queue or buffer was full, or the values could not be sent.",
                new Dictionary<string, string> { ["event"] = "samples_dropped", ["dropped"] = dropped.ToString(CultureInfo.InvariantCulture) }, null, null));
            droppedReported = dropped;
        }
        return true;
    }

    byte[] Pack()
    {
        packed.SetLength(0);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(json.Bytes, 0, json.Length);
        byte[] body = packed.ToArray();
        if (packed.Capacity > 1 << 20)
            packed.Capacity = 0;
        return body;
    }

    void CompleteFlushes()
    {
        if (flushes.IsEmpty)
            return;
        bool safe = spool.Flush();
        while (flushes.TryDequeue(out TaskCompletionSource<bool>? flush))
            flush.TrySetResult(safe);
    }
}

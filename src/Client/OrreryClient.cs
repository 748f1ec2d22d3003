using System.Collections.Concurrent;
using System.Text;
using Orrery.Client.Delivery;
using Orrery.Client.Samples;
using Orrery.Client.Spool;

namespace Orrery.Client;

/// <summary>
/// Sends what a server measures and says to the cloud. Made for the inside of somebody else's process: callers only put values into
/// bounded queues; they never wait for disk or network, and nothing but wrong options ever throws. Thread-safe.
/// </summary>
/// <remarks>
/// <para>Two loops run in the background. The <em>pump</em> closes batches by age and size, and appends them to the buffer (on disk
/// when a folder is given). The <em>delivery</em> sends the oldest batch until the cloud has answered 200, backing off in between, and
/// then the next: order is kept, and what a crash or an outage interrupts is sent again under the same batch id.</para>
/// <para>What cannot be kept is dropped oldest first, counted, and reported: as the metric <c>agent_dropped_samples_total</c>, as an
/// event among the log lines, and as a notice to the host.</para>
/// <para>Not guaranteed: samples that wait in the queue (at most <see cref="OrreryClientOptions.BatchAge"/>, or
/// <see cref="OrreryClientOptions.BatchAgeAway"/> while the cloud is away) when the process is killed. <see cref="FlushAsync"/> closes that gap.</para>
/// </remarks>
public sealed partial class OrreryClient : IDisposable
#if NET
    , IAsyncDisposable
#endif
{
    const int TextBytesMax = 8 << 10;
    const int DocumentsMax = 64;

    readonly OrreryClientOptions options;
    readonly SampleQueue samples;
    readonly BatchSpool spool;
    readonly HttpSender sender;
    readonly LatestDocuments documents = new(DocumentsMax);
    readonly ConcurrentDictionary<string, MetricSeries> seriesByKey = new(StringComparer.Ordinal);
    readonly CancellationTokenSource stop = new();
    readonly AsyncSignal pumpSignal = new();
    readonly AsyncSignal deliverySignal = new();
    readonly Task pump;
    readonly Task delivery;
    readonly string identity = Guid.NewGuid().ToString("N").Substring(0, 16);
    int seriesCount;
    int disposed;

    /// <summary>Starts the client. It connects when there is something to send.</summary>
    /// <exception cref="ArgumentException">The options cannot be used; the message lists everything that is wrong.</exception>
    public OrreryClient(OrreryClientOptions options)
    {
        this.options = options ?? throw new ArgumentNullException(nameof(options));
        options.Validate();
        Clock = options.Clock ?? new SystemClientClock();
        samples = new SampleQueue(options.QueueSamplesMax);
        spool = new BatchSpool(options.BufferDirectory, options.BufferBytesMax, options.MemoryBytesMax, Notify);
        sender = new HttpSender(options);
        encoder = new SampleBatchEncoder(options.Server);
        backoff = new Backoff(options.BackoffFirst, options.BackoffMax, options.JitterSeed != 0 ? options.JitterSeed : Guid.NewGuid().GetHashCode());
        var labels = options.Sender.Length > 0 ? new Dictionary<string, string> { ["sender"] = options.Sender } : null;
        droppedSeries = Series("agent_dropped_samples_total", labels);
        bufferedSeries = Series("agent_buffered_bytes", labels);
        pump = Task.Run(Pump);
        delivery = Task.Run(Deliver);
    }

    /// <summary>The server's id, as given.</summary>
    public string Server => options.Server;

    internal IClientClock Clock { get; }

    /// <summary>Finds or makes a series. Never throws: a wrong name gives a series whose samples are dropped and counted.</summary>
    /// <param name="metric">Letters, digits, <c>_</c>, <c>:</c>, not beginning with a digit; at most 200 characters.</param>
    /// <param name="labels">Names of letters, digits, <c>_</c>; any values. At most 32. Null: none.</param>
    public MetricSeries Series(string metric, IEnumerable<KeyValuePair<string, string>>? labels = null)
    {
        List<KeyValuePair<string, string>> sorted = SeriesNames.Sort(labels);
        string key = SeriesNames.Key(metric, sorted);
        return seriesByKey.TryGetValue(key, out MetricSeries? series) ? series : AddSeries(metric, sorted, key);
    }

    /// <summary>Finds or makes a series with one label.</summary>
    public MetricSeries Series(string metric, string label, string value) => Series(metric, [new KeyValuePair<string, string>(label, value)]);

    /// <summary>A value as of now. Never blocks, never throws; false if it was dropped (and counted).</summary>
    public bool Gauge(string metric, double value) => Series(metric).Set(value);

    /// <summary>A value as of now, with labels. Never blocks, never throws; false if it was dropped (and counted).</summary>
    public bool Gauge(string metric, double value, IEnumerable<KeyValuePair<string, string>> labels) => Series(metric, labels).Set(value);

    /// <summary>A log line. Never blocks, never throws; false if it was dropped (and counted).</summary>
    /// <param name="level">How bad.</param>
    /// <param name="source">Program, file or unit.</param>
    /// <param name="text">Cut to 8 KiB.</param>
    /// <param name="attributes">Further short pairs, or null.</param>
    /// <param name="at">When, or null for now.</param>
    /// <param name="id">Unique per server if the caller has one (so that a line read twice is one line); null: made up.</param>
    public bool Log(LogLevel level, string source, string text, IReadOnlyDictionary<string, string>? attributes = null, DateTimeOffset? at = null, string? id = null) =>
        EnqueueLine(level, source ?? "", text ?? "", attributes, at, id);

    /// <summary>Something that happened: a log line whose attribute <c>event</c> is its name. Never blocks, never throws.</summary>
    public bool Event(string name, string text, LogLevel level = LogLevel.Information, IReadOnlyDictionary<string, string>? attributes = null)
    {
        var all = new Dictionary<string, string> { ["event"] = name ?? "" };
        if (attributes is not null)
            foreach (var pair in attributes)
                all[pair.Key] = pair.Value;
        return EnqueueLine(level, "event", text ?? "", all, null, null);
    }

    /// <summary>Says what the server is, before anything else is sent; kept until the cloud has it.</summary>
    /// <returns>True when the cloud took it; false when it refused it, or a newer registration replaced it. Need not be awaited.</returns>
    public Task<bool> RegisterAsync(ServerRegistration registration) => PutDocument("register", "agent/register", front: true, json => Documents.Write(json, Server, registration));

    /// <summary>The newest process table; replaces one that has not left yet. Not kept on disk.</summary>
    /// <returns>True when the cloud took it. Need not be awaited.</returns>
    public Task<bool> ReportProcessesAsync(ProcessTable table) => PutDocument("processes", "agent/processes", front: false, json => Documents.Write(json, Server, table));

    /// <summary>The newest report of a database; replaces one of the same name that has not left yet. Not kept on disk.</summary>
    /// <returns>True when the cloud took it. Need not be awaited.</returns>
    public Task<bool> ReportDatabaseAsync(DatabaseReport report) =>
        PutDocument("database " + report?.Name, "agent/databases", front: false, json => Documents.Write(json, Server, report!));

    /// <summary>Closes the open batch now instead of when its age is up. Never blocks.</summary>
    public void Push()
    {
        Volatile.Write(ref pushRequested, true);
        pumpSignal.Set();
    }

    /// <summary>Completes once everything given so far is safe: taken by the cloud, or forced to disk.</summary>
    /// <returns>False if some of it is still only in memory, because there is no buffer folder or it cannot be written.</returns>
    public async Task<bool> FlushAsync(CancellationToken cancellationToken = default)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        flushes.Enqueue(done);
        pumpSignal.Set();
        if (pump.IsCompleted)
            CompleteFlushes();
        using (cancellationToken.Register(() => done.TrySetCanceled()))
            return await done.Task.ConfigureAwait(false);
    }

    /// <summary>Flushes, then waits until the cloud has everything.</summary>
    /// <param name="timeout">How long at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether nothing waits any more.</returns>
    public async Task<bool> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        using var stopWaiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop.Token);
        Task deadline = Clock.Delay(timeout, stopWaiting.Token);
        for (Task next = Volatile.Read(ref progress).Task; !Drained && !deadline.IsCompleted; next = Volatile.Read(ref progress).Task)
            await Task.WhenAny(next, deadline).ConfigureAwait(false);
        stopWaiting.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
        return Drained;
    }

    /// <summary>Where the client stands.</summary>
    public ClientStatus Status => new(
        Volatile.Read(ref connected), Interlocked.Read(ref lastSentAt), Volatile.Read(ref lastError), samples.Count, spool.Count, spool.Bytes, spool.Error,
        Interlocked.Read(ref enqueuedSamples), Interlocked.Read(ref acceptedSamples), Interlocked.Read(ref duplicateSamples), Interlocked.Read(ref refusedSamples),
        DroppedSamples, DroppedLines, Interlocked.Read(ref rejectedBatches), Interlocked.Read(ref failedRequests), Interlocked.Read(ref failedNotices));

    /// <summary>Writes what waits to the buffer folder and stops. Does not wait for the cloud: use <see cref="DrainAsync"/> before, if there is time.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        stop.Cancel();
        // Both loops run on the pool and only await without context: waiting here cannot deadlock, and is bounded.
        Task.WhenAll(pump, delivery).Wait(options.CloseTimeout);
        Close();
    }

#if NET
    /// <inheritdoc cref="Dispose"/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        await stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(pump, delivery), Task.Delay(options.CloseTimeout)).ConfigureAwait(false);
        Close();
    }
#endif

    bool Drained => samples.Count == 0 && lines.IsEmpty && spool.Count == 0 && documents.Empty;

    void Close()
    {
        spool.Dispose();
        sender.Dispose();
        CompleteFlushes();
        while (documents.Peek() is { } document)
        {
            documents.Remove(document);
            document.Finish(false);
        }
    }

    MetricSeries AddSeries(string metric, List<KeyValuePair<string, string>> labels, string key)
    {
        if (!SeriesNames.Valid(metric, labels))
            return badSeries ??= new MetricSeries(this, "", []);
        if (Interlocked.Increment(ref seriesCount) > options.SeriesMax)
        {
            Interlocked.Decrement(ref seriesCount);
            return badSeries ??= new MetricSeries(this, "", []);
        }
        var made = new MetricSeries(this, metric, labels);
        MetricSeries kept = seriesByKey.GetOrAdd(key, made);
        if (kept != made)
            Interlocked.Decrement(ref seriesCount);
        return kept;
    }

    static string Cut(string text)
    {
        if (text.Length <= TextBytesMax / 3 || Encoding.UTF8.GetByteCount(text) <= TextBytesMax)
            return text;
        const string Mark = " ...[cut]";
        int bytes = 0, at = 0;
        while (at < text.Length)
        {
            int size = text[at] < 0x80 ? 1 : text[at] < 0x800 ? 2 : 3;
            if (bytes + size > TextBytesMax - Mark.Length)
                break;
            bytes += size;
            at++;
        }
        if (at > 0 && char.IsHighSurrogate(text[at - 1]))
            at--;
        return text.Substring(0, at) + Mark;
    }
}

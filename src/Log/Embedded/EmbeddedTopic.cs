using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orrery.Log.Files;

namespace Orrery.Log.Embedded;

/// <summary>A topic's open partitions and the one flusher that writes for all of them, woken by appends, timers and retention.</summary>
sealed class EmbeddedTopic : ILogTopic
{
    static readonly TimeSpan LockRetryPause = TimeSpan.FromMilliseconds(50);

    readonly TaskScheduler flusher, upkeep;
    readonly string directory;
    readonly EmbeddedPartition?[] partitions; // null: not open in this process
    readonly SemaphoreSlim opening = new(1);
    readonly ITimer groupTimer, syncTimer;
    readonly ITimer? retentionTimer;
    bool closed;
    int awake, groupTimed, syncTimed, syncDue, upkeepDue;

    public EmbeddedTopic(EmbeddedLog log, string name, TopicOptions options, string directory, TaskScheduler flusher)
    {
        this.flusher = flusher;
        upkeep = log.Options.Flusher ?? new FlushThread($"log {name} upkeep");
        this.directory = directory;
        Log = log;
        Name = name;
        Options = options;
        Tags = new TagList { { "orrery.log.topic", name } };
        partitions = new EmbeddedPartition[options.Partitions];
        groupTimer = Time.CreateTimer(static topic => ((EmbeddedTopic)topic!).GroupWaited(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        syncTimer = Time.CreateTimer(static topic => ((EmbeddedTopic)topic!).SyncWaited(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (options.RetainAge is not null || options.RetainBytes is not null || options.Compacts)
        {
            retentionTimer = Time.CreateTimer(static topic => ((EmbeddedTopic)topic!).ScheduleRetention(), this, options.RetentionInterval, options.RetentionInterval);
        }
    }

    public string Name { get; }

    public int PartitionCount => partitions.Length;

    public TopicOptions Options { get; }

    public TagList Tags { get; }

    public EmbeddedLog Log { get; }

    public ILogFileSystem Files => Log.Files;

    public TimeProvider Time => Log.Time;

    public ILogger Logger => Log.Logger;

    public LogInstruments Instruments => Log.Instruments;

    /// <summary>Bytes of the partitions that are open here.</summary>
    public long DiskBytes => partitions.Sum(partition => partition?.DiskBytes ?? 0);

    /// <summary>Who this process is, for others who find a partition taken.</summary>
    public string Owner => string.Create(
        CultureInfo.InvariantCulture, $"{(Log.Options.Owner is { } owner ? $"{owner}, " : "")}process {Environment.ProcessId} on {Environment.MachineName} since {Time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC");

    public async ValueTask<ILogPartition> OpenPartitionAsync(int number, long term, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfNegative(term);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, partitions.Length);
        await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(closed, this);
            // Who opens it now owns it: what an earlier owner in this process did not close is closed for it.
            if (partitions[number] is { } earlier) await RunOnFlusher(earlier.Close, CancellationToken.None).ConfigureAwait(false);
            partitions[number] = null;
            return partitions[number] = await OpenAsync(number, term, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>Closes a partition that is open, and forgets it.</summary>
    public async ValueTask CloseAsync(EmbeddedPartition partition)
    {
        await RunOnFlusher(partition.Close, CancellationToken.None).ConfigureAwait(false);
        Interlocked.CompareExchange(ref partitions[partition.Number], null, partition);
    }

    /// <summary>Something was appended.</summary>
    /// <param name="groupBytes">Bytes that now wait in its partition.</param>
    public void Schedule(long groupBytes)
    {
        if (Options.GroupWait == TimeSpan.Zero || groupBytes >= Options.GroupBytes) Wake();
        else if (Interlocked.Exchange(ref groupTimed, 1) == 0) groupTimer.Change(Options.GroupWait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Something was written without a sync.</summary>
    public void ScheduleSync()
    {
        if (Options.FlushPolicy == FlushPolicy.Interval && Interlocked.Exchange(ref syncTimed, 1) == 0) syncTimer.Change(Options.FlushInterval, Timeout.InfiniteTimeSpan);
    }

    public void ScheduleRetention()
    {
        if (Interlocked.Exchange(ref upkeepDue, 1) == 0) _ = Task.Factory.StartNew(Upkeep, CancellationToken.None, TaskCreationOptions.DenyChildAttach, upkeep);
    }

    public Task RunOnFlusher(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.DenyChildAttach, flusher);

    public async ValueTask CloseAsync()
    {
        await groupTimer.DisposeAsync().ConfigureAwait(false);
        await syncTimer.DisposeAsync().ConfigureAwait(false);
        if (retentionTimer is not null) await retentionTimer.DisposeAsync().ConfigureAwait(false);
        await opening.WaitAsync().ConfigureAwait(false);
        try
        {
            closed = true;
            await RunOnFlusher(() => Array.ForEach(partitions, partition => partition?.Close()), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            opening.Release();
        }
    }

    async Task<EmbeddedPartition> OpenAsync(int number, long term, CancellationToken cancellationToken)
    {
        long started = Time.GetTimestamp();
        while (true)
        {
            try
            {
                return new EmbeddedPartition(this, number, term, Path.Combine(directory, number.ToString("D4", CultureInfo.InvariantCulture)));
            }
            catch (LogInUseException) when (Time.GetElapsedTime(started) < Log.Options.LockWait)
            {
                await Task.Delay(LockRetryPause, Time, cancellationToken).ConfigureAwait(false);
            }
            catch (LogInUseException taken)
            {
                throw new LogInUseException(
                    $"Log partition {Name}/{number} could not be opened within {Log.Options.LockWait}: {taken.Message} A process that stands still keeps it until it goes on or is ended.", taken);
            }
        }
    }

    void GroupWaited()
    {
        Volatile.Write(ref groupTimed, 0);
        Wake();
    }

    void SyncWaited()
    {
        Volatile.Write(ref syncTimed, 0);
        Volatile.Write(ref syncDue, 1);
        Wake();
    }

    void Wake()
    {
        if (Interlocked.Exchange(ref awake, 1) == 0) _ = RunOnFlusher(Drain, CancellationToken.None);
    }

    void Drain()
    {
        // Cleared first: what is appended from here on queues the next round.
        Interlocked.Exchange(ref awake, 0);
        foreach (var partition in partitions) partition?.Flush();
        if (Interlocked.Exchange(ref syncDue, 0) == 1) Array.ForEach(partitions, partition => partition?.Sync());
    }

    /// <summary>Deletes and rewrites old segments, beside the flusher, which must not wait for it.</summary>
    void Upkeep()
    {
        Interlocked.Exchange(ref upkeepDue, 0);
        foreach (var partition in partitions)
        {
            partition?.Retain();
            partition?.Compact();
        }
    }
}

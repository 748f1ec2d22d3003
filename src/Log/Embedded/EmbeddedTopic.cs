using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orrery.Log.Files;

namespace Orrery.Log.Embedded;

/// <summary>A topic's partitions and the one flusher that writes for all of them, woken by appends, timers and retention.</summary>
sealed class EmbeddedTopic : ILogTopic
{
    readonly TaskScheduler flusher;
    readonly EmbeddedPartition[] partitions;
    readonly ITimer groupTimer, syncTimer;
    readonly ITimer? retentionTimer;
    int awake, groupTimed, syncTimed, syncDue, retentionDue;

    public EmbeddedTopic(EmbeddedLog log, string name, TopicOptions options, string directory, TaskScheduler flusher)
    {
        this.flusher = flusher;
        Log = log;
        Name = name;
        Options = options;
        Tags = new TagList { { "orrery.log.topic", name } };
        partitions = new EmbeddedPartition[options.Partitions];
        try
        {
            for (int number = 0; number < partitions.Length; number++)
            {
                partitions[number] = new EmbeddedPartition(this, number, Path.Combine(directory, number.ToString("D4", CultureInfo.InvariantCulture)));
            }
        }
        catch
        {
            foreach (var partition in partitions) partition?.Close();
            throw;
        }

        groupTimer = Time.CreateTimer(static topic => ((EmbeddedTopic)topic!).GroupWaited(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        syncTimer = Time.CreateTimer(static topic => ((EmbeddedTopic)topic!).SyncWaited(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (options.RetainAge is not null || options.RetainBytes is not null)
        {
            retentionTimer = Time.CreateTimer(static topic => ((EmbeddedTopic)topic!).ScheduleRetention(), this, options.RetentionInterval, options.RetentionInterval);
        }
    }

    public string Name { get; }

    public IReadOnlyList<ILogPartition> Partitions => partitions;

    public TopicOptions Options { get; }

    public TagList Tags { get; }

    public EmbeddedLog Log { get; }

    public ILogFileSystem Files => Log.Files;

    public TimeProvider Time => Log.Time;

    public ILogger Logger => Log.Logger;

    public LogInstruments Instruments => Log.Instruments;

    public long DiskBytes => partitions.Sum(partition => partition.DiskBytes);

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
        Volatile.Write(ref retentionDue, 1);
        Wake();
    }

    public Task RunOnFlusher(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.DenyChildAttach, flusher);

    public async ValueTask CloseAsync()
    {
        await groupTimer.DisposeAsync().ConfigureAwait(false);
        await syncTimer.DisposeAsync().ConfigureAwait(false);
        if (retentionTimer is not null) await retentionTimer.DisposeAsync().ConfigureAwait(false);
        await RunOnFlusher(() => Array.ForEach(partitions, partition => partition.Close()), CancellationToken.None).ConfigureAwait(false);
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
        foreach (var partition in partitions) partition.Flush();
        if (Interlocked.Exchange(ref syncDue, 0) == 1) Array.ForEach(partitions, partition => partition.Sync());
        if (Interlocked.Exchange(ref retentionDue, 0) == 1) Array.ForEach(partitions, partition => partition.Retain());
    }
}

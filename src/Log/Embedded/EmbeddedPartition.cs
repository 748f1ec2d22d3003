using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Orrery.Log.Files;

namespace Orrery.Log.Embedded;

/// <summary>
/// One partition in files of one directory.
/// <para>Data: sealed segments, one active segment at the end, a group of encoded batches that wait for it.</para>
/// <para>Normal path: an appender encodes outside of the lock, takes its offset and joins the open group under <see cref="gate"/>. The flusher
/// takes the whole group, writes it in one call, syncs once, counts it into the active segment and completes the group's task.
/// What arrives meanwhile is the next group. Readers see only what was counted in.</para>
/// <para>Failure path: when a write or sync fails, the group and all that wait behind it fail, and appends are refused. What the kernel did
/// with the pages is unknown then, so reopening cuts the file back to the last acknowledged byte and syncs that before going on.</para>
/// <para>At start: sealed segments are trusted by their index, the last one is scanned, its torn tail cut, and the rest synced, since it
/// may have been written but not synced before the process ended.</para>
/// <para>Not guaranteed: a batch that was never acknowledged may still be there after a crash.</para>
/// </summary>
sealed partial class EmbeddedPartition : ILogPartition
{
    readonly EmbeddedTopic topic;
    readonly string directory;
    readonly IDisposable directoryLock;
    readonly Lock gate = new(); // everything below but the file
    readonly Lock disk = new(); // the active file; taken before the gate
    readonly ProducerTable producers;
    readonly List<Segment> segments = []; // by base offset; the last one is active
    readonly List<Segment> doomed = []; // out of the log, files not deleted yet
    AppendGroup? open;
    TaskCompletionSource? advanced; // waits for the end to move
    LogFailedException? failure;
    ILogFile? file;
    long nextOffset, appendedMilliseconds, pendingBytes, lowWater;
    bool closed, unsynced, directoryUnsynced;

    public EmbeddedPartition(EmbeddedTopic topic, int number, long term, string directory)
    {
        this.topic = topic;
        Term = term;
        producers = new ProducerTable(topic.Options.ProducersLimit, topic.Options.ProducerIdleLimit);
        this.directory = directory;
        openedMilliseconds = topic.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Number = number;
        Files.CreateDirectory(directory);
        directoryLock = Files.Lock(Path.Combine(directory, "lock"), topic.Owner);
        try
        {
            Recover();
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    public int Number { get; }

    public long Term { get; }

    public long StartOffset
    {
        get
        {
            lock (gate) return segments[0].BaseOffset;
        }
    }

    public long EndOffset
    {
        get
        {
            lock (gate) return Active.EndOffset;
        }
    }

    public long DiskBytes
    {
        get
        {
            lock (gate) return segments.Sum(segment => segment.Bytes);
        }
    }

    Segment Active => segments[^1];

    TopicOptions Options => topic.Options;

    ILogFileSystem Files => topic.Files;

    public async ValueTask WaitAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (Active.EndOffset > offset) return;
                ObjectDisposedException.ThrowIf(closed, this);
                advanced ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = advanced.Task;
            }

            await wait.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what waits. Runs on the flusher.</summary>
    public void Flush()
    {
        if (Volatile.Read(ref open) is null) return;
        lock (disk)
        {
            AppendGroup? group;
            lock (gate)
            {
                group = open;
                open = null;
            }

            if (group is null) return;
            long started = topic.Time.GetTimestamp();
            try
            {
                if (Active.Bytes >= Options.SegmentBytes) Roll();
                unsynced = true;
                file!.Write(group.Buffers(), Active.Bytes);
                if (Options.FlushPolicy == FlushPolicy.EachGroup) SyncFile();
            }
            catch (Exception error)
            {
                Fail(error, group);
                return;
            }

            TaskCompletionSource? readers;
            lock (gate)
            {
                foreach (ref readonly var mark in CollectionsMarshal.AsSpan(group.Marks))
                {
                    Active.Add(mark, Options.IndexIntervalBytes);
                    producers.Settle(mark);
                }

                pendingBytes -= group.Bytes;
                readers = advanced;
                advanced = null;
            }

            group.Release();
            group.Completion.SetResult();
            readers?.SetResult();
            topic.Log.Space.Wrote(group.Bytes);
            topic.Instruments.Flushed(topic.Tags, group, topic.Time.GetElapsedTime(started));
            if (unsynced) topic.ScheduleSync();
        }
    }

    /// <summary>Syncs what was written without a sync. Runs on the flusher.</summary>
    public void Sync()
    {
        lock (disk)
        {
            if (!unsynced || file is null) return;
            try
            {
                SyncFile();
            }
            catch (Exception error)
            {
                Fail(error, group: null);
            }
        }
    }

    public ValueTask DisposeAsync() => topic.CloseAsync(this);

    /// <summary>Writes and syncs what waits, then lets the files and their lock go. Runs on the flusher.</summary>
    public void Close()
    {
        lock (gate)
        {
            if (closed) return;
            closed = true;
        }

        Flush();
        Sync();
        lock (disk)
        {
            file?.Dispose();
            file = null;
        }

        directoryLock.Dispose();
        TaskCompletionSource? readers;
        lock (gate)
        {
            readers = advanced;
            advanced = null;
        }

        readers?.SetResult();
    }

    public override string ToString() => $"log partition {topic.Name}/{Number}";

    void SyncFile()
    {
        file!.Sync();
        if (directoryUnsynced) Files.SyncDirectory(directory);
        directoryUnsynced = false;
        unsynced = false;
    }

    /// <summary>Seals the active segment and begins the next one. The old one is whole on the disk before the new one exists.</summary>
    void Roll()
    {
        if (unsynced) SyncFile();
        var sealedSegment = Active;
        StoreIndex(sealedSegment);
        var next = new Segment(directory, sealedSegment.EndOffset);
        var nextFile = Files.OpenWrite(next.Path);
        nextFile.SetLength(0);
        directoryUnsynced = true;
        file!.Dispose();
        file = nextFile;
        lock (gate) segments.Add(next);
        topic.Logger.SegmentSealed(topic.Name, Number, sealedSegment.BaseOffset, sealedSegment.Bytes);
        topic.ScheduleRetention();
    }

    void Fail(Exception error, AppendGroup? group)
    {
        AppendGroup? behind;
        long offset, bytes;
        lock (gate)
        {
            offset = Active.EndOffset;
            bytes = pendingBytes;
            failure = new LogFailedException($"Cannot write {bytes} bytes to '{Active.Path}' at byte {Active.Bytes}: {error.Message} {this} refuses appends from offset {offset} on until it is reopened.", error);
            behind = open;
            open = null;
            pendingBytes = 0;
            foreach (var waiting in new[] { group, behind })
            {
                if (waiting is not null) waiting.Marks.ForEach(mark => producers.TakeBack(mark));
            }
        }

        CutBack();
        topic.Logger.WriteFailed(error, topic.Name, Number, bytes, offset);
        topic.Instruments.Failed(topic.Tags);
        foreach (var failed in new[] { group, behind })
        {
            if (failed is null) continue;
            failed.Release();
            failed.Completion.SetException(failure);
            _ = failed.Completion.Task.Exception; // Who does not wait for durability does not want to hear of it either.
        }
    }

    /// <summary>Takes what failed out of the file at once, lest a new process finds it in the page cache and believes it to be on the disk.</summary>
    void CutBack()
    {
        try
        {
            file?.SetLength(Active.Bytes);
        }
        catch (IOException)
        {
            // The disk is ill, which the failure says already; reopening cuts again and fails if it cannot.
        }
    }
}

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
/// <para>At start: sealed segments are trusted by their index, the last one is scanned, synced up to where it is whole, since it
/// may have been written but not synced before the process ended, and sealed there.</para>
/// <para>Not guaranteed: a batch that was never acknowledged may still be there after a crash.</para>
/// </summary>
sealed partial class EmbeddedPartition : ILogPartition
{
    readonly EmbeddedTopic topic;
    readonly string directory;
    readonly string lockPath, termPath;
    readonly PartitionClaim claim;
    readonly Lock gate = new(); // everything below but the file
    readonly Lock disk = new(); // the active file; taken before the gate
    readonly Lock upkeep = new(); // deleting and rewriting segments; taken before the gate
    readonly ProducerTable producers;
    readonly List<Segment> segments = []; // by base offset; the last one is active
    readonly List<Segment> doomed = []; // out of the log, files not deleted yet
    AppendGroup? open;
    TaskCompletionSource? advanced; // waits for the end to move
    LogFailedException? failure;
    ILogFile? file;
    long nextOffset, appendedMilliseconds, pendingBytes, lowWater;
    volatile bool closed;
    bool unsynced, directoryUnsynced;

    public EmbeddedPartition(EmbeddedTopic topic, int number, long term, string directory)
    {
        this.topic = topic;
        Term = term;
        producers = new ProducerTable(topic.Options.ProducersLimit, topic.Options.ProducerIdleLimit);
        this.directory = directory;
        openedMilliseconds = topic.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Number = number;
        lockPath = Path.Combine(directory, "lock");
        termPath = PartitionClaim.PathIn(directory);
        Files.CreateDirectory(directory);
        claim = TakeOver();
        Recover();
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
                // After the sync and before anybody is told: who takes over from here on finds these bytes.
                ThrowIfReplaced();
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

    /// <summary>Writes and syncs what waits, then lets the files go. Runs on the flusher.</summary>
    public void Close()
    {
        lock (gate)
        {
            if (closed) return;
            closed = true;
        }

        Flush();
        Sync();
        lock (upkeep)
        {
            // What runs there ends at its next look; nothing of it goes on after this.
        }

        lock (disk)
        {
            file?.Dispose();
            file = null;
        }

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
        using (LockAsOwner())
        {
            StoreIndex(sealedSegment);
            Begin(new Segment(directory, new SegmentName(sealedSegment.EndOffset, claim.Claim, 0)));
        }

        topic.Logger.SegmentSealed(topic.Name, Number, sealedSegment.BaseOffset, sealedSegment.Bytes);
        topic.ScheduleRetention();
    }

    void Fail(Exception error, AppendGroup? group)
    {
        AppendGroup? behind;
        LogException reason;
        long offset, bytes;
        lock (gate)
        {
            offset = Active.EndOffset;
            bytes = pendingBytes;
            if (error is LogFencedException replaced) reason = fenced = replaced;
            else reason = failure = new LogFailedException($"Cannot write {bytes} bytes to '{Active.Path}' at byte {Active.Bytes}: {error.Message} {this} refuses appends from offset {offset} on until it is reopened.", error);
            behind = open;
            open = null;
            pendingBytes = 0;
            group?.Marks.ForEach(mark => producers.TakeBack(mark));
            behind?.Marks.ForEach(mark => producers.TakeBack(mark));
        }

        if (fenced is null) CutBack();
        if (fenced is null) topic.Logger.WriteFailed(error, topic.Name, Number, bytes, offset);
        else topic.Logger.Replaced(topic.Name, Number, Term, fenced.Term, bytes, offset);
        topic.Instruments.Failed(topic.Tags);
        foreach (var failed in new[] { group, behind })
        {
            if (failed is null) continue;
            failed.Release();
            failed.Completion.SetException(reason);
            _ = failed.Completion.Task.Exception; // Who does not wait for durability does not want to hear of it either.
        }
    }

    /// <summary>Takes what failed out of the file at once, lest a new process finds it in the page cache and believes it to be on the disk.</summary>
    void CutBack()
    {
        try
        {
            using var taken = LockAsOwner();
            file?.SetLength(Active.Bytes);
        }
        catch (LogFencedException replaced)
        {
            // The successor has said where the segment ends; nothing may be taken away below that.
            lock (gate) fenced = replaced;
        }
        catch (Exception error) when (error is IOException or LogException)
        {
            // The disk is ill, which the failure says already; reopening cuts again and fails if it cannot.
            topic.Logger.UpkeepFailed(error, topic.Name, Number);
        }
    }
}

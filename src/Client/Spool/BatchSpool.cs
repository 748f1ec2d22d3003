namespace Orrery.Client.Spool;

/// <summary>
/// Batches in the order they were closed, until the cloud has taken each. The only way from the pump to the delivery.
/// </summary>
/// <remarks>
/// <para>Normal path: <see cref="Append"/> writes the batch to the folder's active segment and keeps its body in memory too, so that the
/// delivery reads nothing back; <see cref="Acknowledge"/> moves the acknowledged sequence and lets the segment go.</para>
/// <para>Cloud away: bodies beyond the memory bound live on disk only; beyond the disk bound the oldest segment goes, counted.</para>
/// <para>Disk refuses, or another process holds the folder: batches stay in memory within its bound, oldest dropped and counted, and
/// the folder is tried again at each append once <see cref="RetryMilliseconds"/> have passed. What an earlier run left is found then.</para>
/// <para>Not guaranteed: a batch that the cloud took just before a kill may be sent again, byte for byte, with the same batch id.</para>
/// </remarks>
internal sealed class BatchSpool : IDisposable
{
    const int RejectedFilesMax = 16;
    public const long RetryMilliseconds = 5_000;

    readonly object gate = new();
    readonly string? directory;
    readonly long diskBytesMax, memoryBytesMax, segmentBytesMax;
    readonly Action<ClientNoticeKind, string> notice;
    readonly LinkedList<SpooledBatch> batches = [];
    SegmentStore? store;
    long memoryBytes;
    long retryAt = long.MinValue;
    ulong sequence;
    bool disposed;

    public BatchSpool(string? directory, long diskBytesMax, long memoryBytesMax, Action<ClientNoticeKind, string> notice)
    {
        this.directory = directory;
        this.diskBytesMax = diskBytesMax;
        this.memoryBytesMax = memoryBytesMax;
        this.notice = notice;
        segmentBytesMax = Math.Max(64 << 10, Math.Min(4 << 20, diskBytesMax / 16));
    }

    public int Count { get; private set; }

    /// <summary>Bytes of bodies that wait.</summary>
    public long Bytes { get; private set; }

    public string? Error { get; private set; }

    public long DroppedSamples { get; private set; }

    public long DroppedLines { get; private set; }

    /// <summary>Opens the folder if it is not open and due for a try.</summary>
    public void EnsureOpen(long now)
    {
        lock (gate)
            TryOpen(now);
    }

    public void Append(BatchKind kind, int items, byte[] body, long now)
    {
        lock (gate)
        {
            TryOpen(now);
            var batch = new SpooledBatch { Kind = kind, Items = items, Body = body, Length = body.Length, Sequence = ++sequence };
            batches.AddLast(batch);
            Count++;
            Bytes += batch.Length;
            memoryBytes += batch.Length;
            if (store is not null && now >= retryAt)
                Write(batch, now);
            Trim();
        }
    }

    /// <summary>The oldest batch with its body, now in flight; null when nothing waits.</summary>
    public SpooledBatch? Take()
    {
        lock (gate)
        {
            while (batches.First is { } node)
            {
                SpooledBatch batch = node.Value;
                if (batch.Body is null && !Load(batch))
                {
                    Drop(node, "could not be read back from disk");
                    continue;
                }
                batch.InFlight = true;
                return batch;
            }
            return null;
        }
    }

    public void PutBack(SpooledBatch batch)
    {
        lock (gate)
            batch.InFlight = false;
    }

    /// <summary>The cloud has it, or never will: it is forgotten.</summary>
    public void Acknowledge(SpooledBatch batch, bool setAside)
    {
        lock (gate)
        {
            if (batches.First?.Value != batch || disposed)
                return;
            try
            {
                if (setAside)
                    store?.SetAside(batch.Sequence, batch.Body!, RejectedFilesMax);
                store?.Acknowledge(batch.Sequence);
                Remove(batches.First);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Fail("acknowledge a batch in", error, long.MinValue);
                Remove(batches.First);
            }
        }
    }

    /// <summary>Forces what was appended through the system's caches.</summary>
    /// <returns>Whether every waiting batch lies on disk.</returns>
    public bool Flush()
    {
        lock (gate)
        {
            if (disposed)
                return Count == 0;
            try
            {
                store?.Flush();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Fail("flush", error, long.MinValue);
                return Count == 0;
            }
            foreach (SpooledBatch batch in batches)
                if (batch.Segment is null)
                    return false;
            return true;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            store?.Dispose();
            store = null;
        }
    }

    void TryOpen(long now)
    {
        if (directory is null || store is not null || disposed || now < retryAt)
            return;
        var found = new List<SpooledBatch>();
        try
        {
            store = SegmentStore.Open(directory, found);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Fail("open", error, now);
            return;
        }
        Error = null;
        Adopt(found);
        if (found.Count > 0 || store.CutBytes > 0)
            notice(ClientNoticeKind.BufferOpened,
                $"Opened the buffer folder '{directory}': {found.Count} batches of an earlier run will be sent; {store.CutBytes} bytes of a torn end were cut off.");
    }

    /// <summary>Puts what was found in front, and numbers what has waited in memory so far after it; then writes that too.</summary>
    void Adopt(List<SpooledBatch> found)
    {
        var waiting = new List<SpooledBatch>(batches);
        sequence = Math.Max(sequence, store!.SequenceMax);
        LinkedListNode<SpooledBatch>? after = batches.First is { Value.InFlight: true } first ? first : null;
        foreach (SpooledBatch batch in found)
        {
            after = after is null ? batches.AddFirst(batch) : batches.AddAfter(after, batch);
            Count++;
            Bytes += batch.Length;
        }
        foreach (SpooledBatch batch in waiting)
        {
            if (store is null)
                return;
            // The one in flight is acknowledged before those that were found: it stays in memory, and its number below theirs.
            if (batch.InFlight)
            {
                batch.Sequence = 0;
                continue;
            }
            batch.Sequence = ++sequence;
            Write(batch, long.MinValue);
        }
    }

    void Write(SpooledBatch batch, long now)
    {
        try
        {
            store!.Append(batch, segmentBytesMax);
            Error = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fail("write to", error, now);
        }
    }

    bool Load(SpooledBatch batch)
    {
        if (store is null || batch.Segment is null)
            return false;
        try
        {
            batch.Body = store.Read(batch);
        }
        catch (IOException error)
        {
            Fail("read from", error, long.MinValue);
        }
        if (batch.Body is null)
            return false;
        memoryBytes += batch.Length;
        return true;
    }

    /// <summary>The folder stays open after a failed write: what it holds is still sent from it, and the next append tries again.</summary>
    void Fail(string what, Exception error, long now)
    {
        bool first = Error is null;
        Error = error.Message;
        retryAt = now == long.MinValue ? long.MinValue : now + RetryMilliseconds;
        if (first)
            notice(ClientNoticeKind.BufferFailed,
                $"Could not {what} the buffer folder '{directory}': {error.Message} Batches are kept in memory up to {memoryBytesMax} bytes; the folder is tried again.");
    }

    void Trim()
    {
        while (store is not null && store.Bytes > diskBytesMax && store.SegmentCount > 1)
            DropSegment(store.Oldest!);
        LinkedListNode<SpooledBatch>? node = batches.Last;
        // Bodies that are on disk too leave memory from the newest end: the oldest are sent next.
        while (memoryBytes > memoryBytesMax && node is not null)
        {
            SpooledBatch batch = node.Value;
            if (batch.Body is not null && batch.Segment is not null && !batch.InFlight)
            {
                batch.Body = null;
                memoryBytes -= batch.Length;
            }
            node = node.Previous;
        }
        node = batches.First;
        while (memoryBytes > memoryBytesMax && node is not null)
        {
            LinkedListNode<SpooledBatch>? next = node.Next;
            if (node.Value.Segment is null && !node.Value.InFlight)
                Drop(node, $"did not fit into {memoryBytesMax} bytes of memory");
            node = next;
        }
    }

    void DropSegment(Segment segment)
    {
        LinkedListNode<SpooledBatch>? node = batches.First;
        while (node is not null)
        {
            LinkedListNode<SpooledBatch>? next = node.Next;
            SpooledBatch batch = node.Value;
            if (batch.Segment == segment)
            {
                // The one in flight goes on from memory.
                batch.Segment = null;
                if (!batch.InFlight)
                    Drop(node, $"was the oldest in a buffer of {diskBytesMax} bytes");
            }
            node = next;
        }
        try
        {
            store!.Delete(segment);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fail("drop the oldest segment of", error, long.MinValue);
        }
    }

    void Drop(LinkedListNode<SpooledBatch> node, string why)
    {
        SpooledBatch batch = node.Value;
        if (batch.Kind == BatchKind.Samples)
            DroppedSamples += batch.Items;
        else
            DroppedLines += batch.Items;
        Remove(node);
        notice(ClientNoticeKind.Dropped, $"Dropped batch {batch.Sequence} with {batch.Items} {(batch.Kind == BatchKind.Samples ? "samples" : "lines")}: it {why}.");
    }

    void Remove(LinkedListNode<SpooledBatch> node)
    {
        SpooledBatch batch = node.Value;
        batches.Remove(node);
        Count--;
        Bytes -= batch.Length;
        if (batch.Body is not null)
            memoryBytes -= batch.Length;
        if (batch.Segment is null || store is null)
            return;
        try
        {
            store.Release(batch, segmentBytesMax);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Fail("delete a finished segment of", error, long.MinValue);
        }
    }
}

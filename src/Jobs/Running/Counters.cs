namespace Orrery.Jobs.Running;

/// <summary>What channels have done, for progress.</summary>
sealed class Counters
{
    long rows, bytes;

    public long Rows => Volatile.Read(ref rows);

    public long Bytes => Volatile.Read(ref bytes);

    /// <summary>What a channel waits for now; the last one that waits is shown.</summary>
    public string? Waiting { get; set; }

    public string Table { get; set; } = "";

    public void Add(long moreRows, long moreBytes)
    {
        Interlocked.Add(ref rows, moreRows);
        Interlocked.Add(ref bytes, moreBytes);
    }
}

/// <summary>Rows of one table, done and under way, and its chunks.</summary>
sealed class TableCounter
{
    readonly Lock gate = new();
    readonly SortedDictionary<long, ChunkCounter> open = [];
    readonly Queue<ChunkProgress> newest = [];
    long rows, done;

    public long Rows => Volatile.Read(ref rows);

    public bool IsDone { get; set; }

    /// <summary>Rows that chunks of before have.</summary>
    public void Begin(IReadOnlyCollection<DoneChunk> before)
    {
        Add(before.Sum(chunk => chunk.Rows));
        done = before.Count;
    }

    public ChunkCounter Open(long chunk)
    {
        var counter = new ChunkCounter(this);
        lock (gate) open[chunk] = counter;
        return counter;
    }

    public void Close(long chunk)
    {
        lock (gate)
        {
            open.Remove(chunk, out ChunkCounter? counter);
            done++;
            newest.Enqueue(new ChunkProgress(chunk, counter?.Rows ?? 0, IsDone: true));
            if (newest.Count > ChunkProgress.NewestMax) newest.Dequeue();
        }
    }

    /// <summary>How many are done, and of a table that is worked on those under way and the newest that are done.</summary>
    public (long Done, IReadOnlyList<ChunkProgress> Chunks) Chunks()
    {
        lock (gate) return (done, open.Count == 0 ? [] : [.. newest, .. open.Select(pair => new ChunkProgress(pair.Key, pair.Value.Rows, IsDone: false))]);
    }

    public void Add(long more) => Interlocked.Add(ref rows, more);
}

/// <summary>Rows of a chunk under way.</summary>
sealed class ChunkCounter(TableCounter table)
{
    long rows;

    public long Rows => Volatile.Read(ref rows);

    public void Add(long more)
    {
        Interlocked.Add(ref rows, more);
        table.Add(more);
    }
}

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

/// <summary>Rows of one table, done and under way.</summary>
sealed class TableCounter
{
    long rows;

    public long Rows => Volatile.Read(ref rows);

    public bool IsDone { get; set; }

    public void Add(long more) => Interlocked.Add(ref rows, more);
}

namespace Orrery.Log;

/// <summary>What compaction took away from a range of offsets, and what it left: together they are what was appended there.</summary>
/// <param name="FromOffset">Where the range begins.</param>
/// <param name="ToOffset">The offset after it.</param>
/// <param name="Removed">Records that a newer one of the same key replaced, and deletions that had been kept for long enough.</param>
/// <param name="Kept">Records that are still there.</param>
public sealed record CompactionReceipt(long FromOffset, long ToOffset, LogReceipt Removed, LogReceipt Kept)
{
    /// <summary>What was appended.</summary>
    public LogReceipt Appended => Removed + Kept;
}

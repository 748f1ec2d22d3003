namespace Orrery.Log;

/// <summary>
/// What a set of records amounts to. Receipts add up, in any order and however the records are split into batches, so two hops that
/// carried the same records show equal receipts.
/// </summary>
/// <param name="Records">How many records.</param>
/// <param name="Bytes">Bytes of their keys and values.</param>
/// <param name="Hash">The sum, modulo 2^128, of the records' hashes over key, value and timestamp.</param>
/// <param name="FirstMilliseconds">Least event time, Unix milliseconds; <see cref="long.MaxValue"/> for no records.</param>
/// <param name="LastMilliseconds">Greatest event time, Unix milliseconds; <see cref="long.MinValue"/> for no records.</param>
public readonly record struct LogReceipt(long Records, long Bytes, UInt128 Hash, long FirstMilliseconds, long LastMilliseconds)
{
    /// <summary>The receipt of no records.</summary>
    public static LogReceipt Empty { get; } = new(0, 0, 0, long.MaxValue, long.MinValue);

    public static LogReceipt operator +(LogReceipt left, LogReceipt right) => new(
        left.Records + right.Records,
        left.Bytes + right.Bytes,
        unchecked(left.Hash + right.Hash),
        Math.Min(left.FirstMilliseconds, right.FirstMilliseconds),
        Math.Max(left.LastMilliseconds, right.LastMilliseconds));

    /// <summary>The receipt of given records.</summary>
    public static LogReceipt Of(ReadOnlySpan<LogRecord> records)
    {
        var sum = Empty;
        foreach (ref readonly var record in records)
        {
            var hash = RecordHash.Compute(record.Key.Span, record.Value.Span, record.TimestampMilliseconds);
            sum += new LogReceipt(1, record.Key.Length + record.Value.Length, hash, record.TimestampMilliseconds, record.TimestampMilliseconds);
        }

        return sum;
    }
}

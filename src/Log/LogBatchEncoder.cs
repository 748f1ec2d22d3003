using Orrery.Log.Format;

namespace Orrery.Log;

/// <summary>
/// Encodes records into one batch for <see cref="ILogPartition.AppendEncoded"/>, so that the work is done where the records arise. Reuse it by <see cref="Reset"/>; it keeps its
/// buffer. Not for several threads at once.
/// </summary>
public sealed class LogBatchEncoder
{
    byte[] buffer;
    readonly bool hashesRecords = true;
    BatchWriter writer = new(hashesRecords: true);

    /// <param name="bytesInitial">Room to begin with; it grows as needed, up to <see cref="Array.MaxLength"/>.</param>
    public LogBatchEncoder(int bytesInitial = 64 << 10) => buffer = new byte[Math.Max(bytesInitial, BatchFormat.HeaderBytes)];

    LogBatchEncoder(int bytesInitial, bool hashesRecords)
        : this(bytesInitial)
    {
        this.hashesRecords = hashesRecords;
        Reset();
    }

    /// <summary>How many records were added.</summary>
    public int Records => writer.Records;

    /// <summary>Length of the batch so far.</summary>
    public int Bytes => writer.Position;

    /// <summary>What the records amount to so far.</summary>
    public LogReceipt Receipt => writer.Receipt;

    public void Add(in LogRecord record) => Add(record.Key.Span, record.Value.Span, record.TimestampMilliseconds, record.Headers.Span);

    /// <summary>Adds a record; its bytes are copied.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestampMilliseconds, ReadOnlySpan<byte> headers = default)
    {
        long needed = writer.Position + (long)key.Length + value.Length + headers.Length + BatchFormat.RecordOverheadBytes;
        if (needed > buffer.Length) Grow(needed);
        writer.Add(buffer, key, value, timestampMilliseconds, headers);
    }

    /// <summary>The batch, ready to be appended or sent. Valid until the next <see cref="Reset"/>; nothing can be added before.</summary>
    /// <exception cref="InvalidOperationException">There are no records.</exception>
    public ReadOnlyMemory<byte> Finish(LogProducer producer = default)
    {
        if (writer.Records == 0) throw new InvalidOperationException("A batch without records cannot be encoded: add at least one.");
        int length = writer.Finish(buffer, producer, BatchForm.Headed, out _);
        BatchFormat.Stamp(buffer, baseOffset: 0, appendedMilliseconds: 0);
        return buffer.AsMemory(0, length);
    }

    /// <summary>Begins the next batch.</summary>
    public void Reset() => writer = new BatchWriter(hashesRecords);

    /// <summary>An encoder whose receipts have no hash: only to measure what that costs.</summary>
    internal static LogBatchEncoder WithoutReceipts(int bytesInitial) => new(bytesInitial, hashesRecords: false);

    void Grow(long needed)
    {
        if (needed > Array.MaxLength) throw new InvalidOperationException($"A batch of {writer.Records} records cannot grow to {needed} bytes; {Array.MaxLength} is the limit. Finish it earlier.");
        Array.Resize(ref buffer, (int)Math.Min(Math.Max(needed, 2L * buffer.Length), Array.MaxLength));
    }
}

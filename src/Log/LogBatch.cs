namespace Orrery.Log;

/// <summary>A batch as it was appended. Valid until the <see cref="LogRead"/> that holds it is disposed.</summary>
public readonly struct LogBatch
{
    readonly ReadOnlyMemory<byte> body;

    internal LogBatch(long baseOffset, long appendedMilliseconds, LogReceipt receipt, ReadOnlyMemory<byte> body)
    {
        BaseOffset = baseOffset;
        AppendedMilliseconds = appendedMilliseconds;
        Receipt = receipt;
        this.body = body;
    }

    /// <summary>Offset of its first record.</summary>
    public long BaseOffset { get; }

    /// <summary>Offset after its last record.</summary>
    public long EndOffset => BaseOffset + Receipt.Records;

    /// <summary>When the log took it, Unix milliseconds.</summary>
    public long AppendedMilliseconds { get; }

    public LogReceipt Receipt { get; }

    /// <summary>Its records in order, without copies.</summary>
    public Enumerator GetEnumerator() => new(this);

    public struct Enumerator
    {
        readonly ReadOnlyMemory<byte> body;
        readonly long firstMilliseconds;
        long left;
        int position;

        internal Enumerator(LogBatch batch)
        {
            body = batch.body;
            firstMilliseconds = batch.Receipt.FirstMilliseconds;
            left = batch.Receipt.Records;
            Offset = batch.BaseOffset - 1;
        }

        public LogRecord Current { get; private set; }

        /// <summary>Offset of <see cref="Current"/>.</summary>
        public long Offset { get; private set; }

        public bool MoveNext()
        {
            if (left == 0) return false;
            left--;
            Offset++;
            var span = body.Span;
            int keyBytes = checked((int)Varint.Read(span, ref position));
            int valueBytes = checked((int)Varint.Read(span, ref position));
            long timestamp = unchecked(firstMilliseconds + (long)Varint.Read(span, ref position));
            Current = new LogRecord(body.Slice(position, keyBytes), body.Slice(position + keyBytes, valueBytes), timestamp);
            position += keyBytes + valueBytes;
            return true;
        }
    }
}

using Orrery.Log.Format;

namespace Orrery.Log;

/// <summary>A batch as it was appended. Valid until the <see cref="LogRead"/> that holds it is disposed.</summary>
public readonly struct LogBatch
{
    readonly ReadOnlyMemory<byte> body;
    readonly BatchForm form;
    readonly int offsetSpan;

    internal LogBatch(in BatchHeader header, ReadOnlyMemory<byte> body)
    {
        BaseOffset = header.BaseOffset;
        AppendedMilliseconds = header.AppendedMilliseconds;
        Producer = header.Producer;
        Receipt = header.Receipt;
        form = header.Form;
        offsetSpan = header.OffsetSpan;
        this.body = body;
    }

    /// <summary>Offset of its first record; of the first one that it had where compaction took some away.</summary>
    public long BaseOffset { get; }

    /// <summary>Offset after its last record.</summary>
    public long EndOffset => BaseOffset + offsetSpan;

    /// <summary>When the log took it, Unix milliseconds. Never falls within a partition.</summary>
    public long AppendedMilliseconds { get; }

    /// <summary>Who appended it; <see cref="LogProducer.None"/> where nobody said so.</summary>
    public LogProducer Producer { get; }

    /// <summary>What its records amount to.</summary>
    public LogReceipt Receipt { get; }

    /// <summary>Whether compaction took records away: offsets between <see cref="BaseOffset"/> and <see cref="EndOffset"/> are missing.</summary>
    public bool IsCompacted => form == BatchForm.Sparse;

    internal int EncodedBytes => BatchFormat.HeaderBytes + body.Length;

    /// <summary>Its records in order, without copies.</summary>
    public Enumerator GetEnumerator() => new(this);

    public struct Enumerator
    {
        readonly ReadOnlyMemory<byte> body;
        readonly BatchForm form;
        readonly long firstMilliseconds;
        long left, timestamp;
        int position;

        internal Enumerator(in LogBatch batch)
        {
            body = batch.body;
            form = batch.form;
            firstMilliseconds = batch.Receipt.FirstMilliseconds;
            left = batch.Receipt.Records;
            Offset = batch.BaseOffset - 1;
        }

        public LogRecord Current { get; private set; }

        /// <summary>Offset of <see cref="Current"/>.</summary>
        public long Offset { get; private set; }

        /// <exception cref="LogCorruptException">The batch has its checksums and is no batch all the same: whoever encoded it was wrong.</exception>
        public bool MoveNext()
        {
            if (left == 0) return false;
            left--;
            Offset++;
            var span = body.Span;
            ulong keyBytes = Varint.Read(span, ref position), valueBytes = Varint.Read(span, ref position), headerBytes = 0;
            if (form == BatchForm.Plain)
            {
                timestamp = unchecked(firstMilliseconds + (long)Varint.Read(span, ref position));
            }
            else
            {
                headerBytes = Varint.Read(span, ref position);
                timestamp = unchecked(timestamp + Varint.UnZigZag(Varint.Read(span, ref position)));
                if (form == BatchForm.Sparse) Offset = checked(Offset + (long)Varint.Read(span, ref position));
            }

            // Each is compared on its own, so that no sum of them can wrap around.
            ulong room = (ulong)(span.Length - position);
            if (keyBytes > room || valueBytes > room - keyBytes || headerBytes > room - keyBytes - valueBytes) throw TooLong(position, span.Length);
            var key = body.Slice(position, (int)keyBytes);
            position += (int)keyBytes;
            var value = body.Slice(position, (int)valueBytes);
            position += (int)valueBytes;
            Current = new LogRecord(key, value, timestamp, headerBytes == 0 ? default : body.Slice(position, (int)headerBytes));
            position += (int)headerBytes;
            return true;
        }

        static LogCorruptException TooLong(int position, int length) => new($"A record at byte {position} of a batch of {length} bytes says that it is longer than what is left.");
    }
}

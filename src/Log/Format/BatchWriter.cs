using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orrery.Log.Format;

/// <summary>Writes records one after another into room that the caller provides, and keeps what the header will say. Each byte is copied, hashed and checked while it is near.</summary>
struct BatchWriter
{
    // The checksum follows the records at a distance, in whole words and while they are in the first cache.
    const int CrcStepBytes = 9 << 10;

    UInt128 hash;
    long first = long.MaxValue, last = long.MinValue, previous, payload;
    int records, gaps, checkedTo = BatchFormat.HeaderBytes;
    uint crc = Crc32C.Begin;

    readonly bool hashesRecords;

    public BatchWriter(bool hashesRecords) => this.hashesRecords = hashesRecords;

    public int Position { get; private set; } = BatchFormat.HeaderBytes;

    public readonly int Records => records;

    public readonly LogReceipt Receipt => new(records, payload, hash, first, last);

    /// <summary>Adds a record. There has to be room for its parts and <see cref="BatchFormat.RecordOverheadBytes"/>.</summary>
    /// <param name="destination">The whole batch.</param>
    /// <param name="gap">How many offsets before it are gone; -1 for a batch that does not say so.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Span<byte> destination, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestampMilliseconds, ReadOnlySpan<byte> headers, int gap = -1)
    {
        int position = Position;
        // Checked once for all that follows; the parts are then written without.
        if ((uint)position + (long)key.Length + value.Length + headers.Length + BatchFormat.RecordOverheadBytes > destination.Length) ThrowNoRoom(destination.Length);
        ref byte at = ref Unsafe.Add(ref MemoryMarshal.GetReference(destination), position);
        at = ref Varint.Write(ref at, (uint)key.Length);
        at = ref Varint.Write(ref at, (uint)value.Length);
        at = ref Varint.Write(ref at, (uint)headers.Length);
        at = ref Varint.Write(ref at, Varint.ZigZag(unchecked(timestampMilliseconds - previous)));
        if (gap >= 0)
        {
            at = ref Varint.Write(ref at, (uint)gap);
            gaps += gap;
        }

        at = ref Copy(key, ref at);
        at = ref Copy(value, ref at);
        if (headers.Length > 0) at = ref Copy(headers, ref at);
        position = (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(destination), ref at);
        records++;
        payload += key.Length + value.Length;
        previous = timestampMilliseconds;
        first = Math.Min(first, timestampMilliseconds);
        last = Math.Max(last, timestampMilliseconds);
        if (hashesRecords)
        {
            unchecked
            {
                hash += RecordHash.Compute(key, value, timestampMilliseconds);
            }
        }

        Position = position;
        if (position - checkedTo >= CrcStepBytes) Check(destination, (position - checkedTo) & ~7);
    }

    /// <summary>Writes the header but for offset and time, and answers the batch's length.</summary>
    /// <param name="trailingGap">How many offsets after the last record are gone.</param>
    public int Finish(Span<byte> destination, LogProducer producer, BatchForm form, out LogReceipt receipt, int trailingGap = 0)
    {
        Check(destination, Position - checkedTo);
        receipt = Receipt;
        BatchFormat.WriteHeader(destination, form, Position - BatchFormat.HeaderBytes, Crc32C.End(crc), records + gaps + trailingGap, producer, receipt);
        return Position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ref byte Copy(ReadOnlySpan<byte> source, ref byte at)
    {
        source.CopyTo(MemoryMarshal.CreateSpan(ref at, source.Length));
        return ref Unsafe.Add(ref at, source.Length);
    }

    static void ThrowNoRoom(int length) => throw new ArgumentException($"A batch of {length} bytes has no room for a further record.", nameof(length));

    void Check(ReadOnlySpan<byte> destination, int count)
    {
        crc = Crc32C.Continue(crc, destination.Slice(checkedTo, count));
        checkedTo += count;
    }
}

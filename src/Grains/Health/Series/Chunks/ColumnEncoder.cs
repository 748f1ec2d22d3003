using System.IO.Compression;
using System.Runtime.InteropServices;
using Orrery.Grains.Health.Series.Blocks;

namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>
/// Encodes columns of values for pages that are compressed afterwards. Of two ways that suit a column it takes the one that a quick trial
/// compresses better. For finished days, off the way of ingestion: a microsecond a sample is fine here.
/// <code>
/// heads: byte codec, then
///   Constant       8 bytes
///   Same           varint: columns back
///   DecimalRanks   byte exponent, exceptions, varint entries, signed varint distances of the entries; low (and, past 256 entries, high) bytes of ranks
///   DecimalDeltas  byte exponent, exceptions; distances: signed varints
///   BitRanks       varint entries, varint distances of the entries; ranks as above
///   BitPlanes      eight planes in the low section, low bytes first
/// exceptions: varint count, then of each varint distance from the one before and 8 bytes: values that are no decimals, such as NaN
/// </code>
/// </summary>
sealed class ColumnEncoder
{
    public const int EntriesLimit = 1 << 16;

    const int TrialQuality = 1, TrialWindow = 18;

    readonly PageSections first = new(), second = new();
    byte[] flat = [], trial = [];
    long[] integers = [], sorted = [];
    int[] exceptions = [];

    /// <summary>Adds a column of at least one value to a page.</summary>
    public void Encode(ReadOnlySpan<double> values, PageSections page)
    {
        var bits = MemoryMarshal.Cast<double, long>(values);
        if (!bits.ContainsAnyExcept(bits[0]))
        {
            page.Write(PageSection.Heads, (ulong)ColumnCodec.Constant);
            WriteBits(page, bits[0]);
            return;
        }

        if (integers.Length < values.Length)
        {
            integers = new long[values.Length];
            sorted = new long[values.Length];
            exceptions = new int[values.Length];
        }

        first.Clear();
        second.Clear();
        bool ranked;
        if (TryScale(values, out int exponent, out int exceptionCount))
        {
            ranked = EncodeRanks(integers.AsSpan(0, values.Length), first, ColumnCodec.DecimalRanks, exponent, bits, exceptionCount);
            EncodeDeltas(values.Length, second, exponent, bits, exceptionCount);
        }
        else
        {
            ranked = EncodeRanks(bits, first, ColumnCodec.BitRanks, 0, bits, 0);
            EncodePlanes(bits, second);
        }

        page.Append(ranked && Compressed(first) <= Compressed(second) ? first : second);
    }

    static void WriteBits(PageSections page, long bits)
    {
        MemoryMarshal.Write(page.Reserve(PageSection.Heads, 8), BitConverter.IsLittleEndian ? bits : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(bits));
        page.Advance(PageSection.Heads, 8);
    }

    /// <summary>Finds the exponent for all values but a few exceptions, which repeat the integer before them.</summary>
    bool TryScale(ReadOnlySpan<double> values, out int exponent, out int exceptionCount)
    {
        int limit = (values.Length / 8) + 1;
        exponent = 0;
        exceptionCount = 0;
        foreach (double value in values)
        {
            if (DecimalScale.TryScale(value, exponent, out _)) continue;
            int needed = DecimalScale.Find(value);
            if (needed < 0 && ++exceptionCount > limit) return false;
            exponent = Math.Max(exponent, needed);
        }

        exceptionCount = 0;
        long before = 0;
        for (int number = 0; number < values.Length; number++)
        {
            if (DecimalScale.TryScale(values[number], exponent, out long integer)) before = integer;
            else if (exceptionCount == limit) return false;
            else exceptions[exceptionCount++] = number;
            integers[number] = before;
        }

        return true;
    }

    void WriteHead(PageSections page, ColumnCodec codec, int exponent, ReadOnlySpan<long> bits, int exceptionCount)
    {
        page.Write(PageSection.Heads, (ulong)codec);
        if (codec is not (ColumnCodec.DecimalRanks or ColumnCodec.DecimalDeltas)) return;
        page.Write(PageSection.Heads, (ulong)exponent);
        page.Write(PageSection.Heads, (ulong)exceptionCount);
        int before = 0;
        foreach (int index in exceptions.AsSpan(0, exceptionCount))
        {
            page.Write(PageSection.Heads, (ulong)(index - before));
            before = index;
            WriteBits(page, bits[index]);
        }
    }

    /// <summary>False where there are too many different values.</summary>
    bool EncodeRanks(ReadOnlySpan<long> numbers, PageSections page, ColumnCodec codec, int exponent, ReadOnlySpan<long> bits, int exceptionCount)
    {
        var entries = sorted.AsSpan(0, numbers.Length);
        numbers.CopyTo(entries);
        entries.Sort();
        int count = 0;
        foreach (long entry in entries)
        {
            if (count == 0 || entries[count - 1] != entry) entries[count++] = entry;
        }

        if (count > EntriesLimit) return false;
        entries = entries[..count];
        WriteHead(page, codec, exponent, bits, exceptionCount);
        page.Write(PageSection.Heads, (ulong)count);
        long before = 0;
        foreach (long entry in entries)
        {
            page.WriteSigned(PageSection.Heads, unchecked(entry - before));
            before = entry;
        }

        var low = page.Reserve(PageSection.Low, numbers.Length);
        var high = count > 256 ? page.Reserve(PageSection.High, numbers.Length) : default;
        for (int number = 0; number < numbers.Length; number++)
        {
            int rank = entries.BinarySearch(numbers[number]);
            low[number] = (byte)rank;
            if (count > 256) high[number] = (byte)(rank >> 8);
        }

        page.Advance(PageSection.Low, low.Length);
        page.Advance(PageSection.High, high.Length);
        return true;
    }

    void EncodeDeltas(int count, PageSections page, int exponent, ReadOnlySpan<long> bits, int exceptionCount)
    {
        WriteHead(page, ColumnCodec.DecimalDeltas, exponent, bits, exceptionCount);
        long before = 0;
        foreach (long integer in integers.AsSpan(0, count))
        {
            page.WriteSigned(PageSection.Distances, integer - before);
            before = integer;
        }
    }

    void EncodePlanes(ReadOnlySpan<long> bits, PageSections page)
    {
        WriteHead(page, ColumnCodec.BitPlanes, 0, bits, 0);
        var planes = page.Reserve(PageSection.Low, bits.Length * 8);
        long before = 0;
        for (int number = 0; number < bits.Length; number++)
        {
            ulong change = (ulong)(bits[number] ^ before);
            before = bits[number];
            for (int plane = 0; plane < 8; plane++) planes[(plane * bits.Length) + number] = (byte)(change >> (plane * 8));
        }

        page.Advance(PageSection.Low, planes.Length);
    }

    int Compressed(PageSections sections)
    {
        int length = sections.Length;
        if (flat.Length < length) flat = new byte[length * 2];
        if (trial.Length < BrotliEncoder.GetMaxCompressedLength(length)) trial = new byte[BrotliEncoder.GetMaxCompressedLength(length * 2)];
        sections.CopyTo(flat);
        return BrotliEncoder.TryCompress(flat.AsSpan(0, length), trial, out int written, TrialQuality, TrialWindow) ? written : int.MaxValue;
    }
}

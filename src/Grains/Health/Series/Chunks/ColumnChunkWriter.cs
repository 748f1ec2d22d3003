using System.IO.Compression;
using System.Runtime.InteropServices;
using Orrery.Grains.Health.Series.Blocks;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>
/// Writes whole columns of many series for keeps: keys and times once in a directory, values in pages that several series share, so that one
/// series can be read without all others.
/// <code>
/// byte version (2), byte columns of a series (1: values; 5: count, sum, minimum, maximum, last)
/// varint directory bytes, varint as compressed, then compressed:
///   varint time columns, those; varint series, then of each u64 hash, key as in <see cref="SeriesKeyChain"/>, varint time column
/// varint pages, then of each: varint series, four varints section bytes, varint as compressed
/// the pages, compressed; CRC-32C
/// </code>
/// </summary>
sealed class ColumnChunkWriter
{
    public const byte Version = 2;

    /// <summary>A page is closed once its bytes, or its values, reach this.</summary>
    public const int PageBytes = 512 << 10, PageValues = 1 << 20;

    /// <summary>A chunk takes no more series once its directory or its pages reach this.</summary>
    public const int DirectoryBytes = 8 << 20, ChunkBytesGoal = 16 << 20;

    const int Quality = 5, Window = 22;

    readonly int columnsPerSeries;
    readonly ColumnEncoder encoder = new();
    readonly PageSections page = new();
    readonly ChunkBytes keys = new(0), pageTable = new(0), pages = new(0);
    readonly SeriesKeyChain chain = new();
    readonly List<TimeColumn> columns = [];
    readonly List<long[]> columnTimes = [];
    int series, pageSeries, pageCount;
    long pageValues, columnBytes;

    public ColumnChunkWriter(int columnsPerSeries) => this.columnsPerSeries = columnsPerSeries;

    public bool IsEmpty => series == 0;

    public bool IsFull => keys.Length + columnBytes >= DirectoryBytes || pages.Length >= ChunkBytesGoal;

    public long FirstMilliseconds { get; private set; } = long.MaxValue;

    public long LastMilliseconds { get; private set; } = long.MinValue;

    /// <summary>Adds a series.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="hash">The key's hash.</param>
    /// <param name="times">At least one, increasing.</param>
    /// <param name="values">One array a column, each with one value a time.</param>
    public void Add(ReadOnlySpan<byte> key, ulong hash, ReadOnlySpan<long> times, params ReadOnlySpan<ReadOnlyMemory<double>> values)
    {
        keys.WriteHash(hash);
        keys.Advance(chain.Write(keys.Reserve(key.Length + SeriesKeyChain.OverheadBytesLimit), keys.Length, key));
        keys.Write((ulong)Column(times));
        for (int number = 0; number < columnsPerSeries; number++)
        {
            int back = 1;
            while (back <= number && !SameBits(values[number - back].Span, values[number].Span)) back++;
            if (back <= number)
            {
                page.Write(PageSection.Heads, (ulong)ColumnCodec.Same);
                page.Write(PageSection.Heads, (ulong)back);
            }
            else
            {
                encoder.Encode(values[number].Span, page);
            }
        }

        series++;
        pageSeries++;
        pageValues += (long)times.Length * columnsPerSeries;
        FirstMilliseconds = Math.Min(FirstMilliseconds, times[0]);
        LastMilliseconds = Math.Max(LastMilliseconds, times[^1]);
        if (page.Length >= PageBytes || pageValues >= PageValues) ClosePage();
    }

    public byte[] Finish()
    {
        if (pageSeries > 0) ClosePage();
        var directory = new ChunkBytes(0);
        directory.Write((ulong)columns.Count);
        foreach (var column in columns) directory.Advance(column.Write(directory.Reserve(column.WrittenBytesAtMost), directory.Length));
        directory.Write((ulong)series);
        directory.Write(keys.WrittenSpan[1..]);

        var chunk = new ChunkBytes(Version);
        chunk.Write([(byte)columnsPerSeries]);
        byte[] compressed = Compress(directory.WrittenSpan[1..]);
        chunk.Write((ulong)directory.Length - 1);
        chunk.Write((ulong)compressed.Length);
        chunk.Write(compressed);
        chunk.Write((ulong)pageCount);
        chunk.Write(pageTable.WrittenSpan[1..]);
        chunk.Write(pages.WrittenSpan[1..]);
        return chunk.Finish();
    }

    int Column(ReadOnlySpan<long> times)
    {
        const int lookBack = 64;
        for (int number = columns.Count - 1; number >= Math.Max(0, columns.Count - lookBack); number--)
        {
            if (times.SequenceEqual(columnTimes[number])) return number;
        }

        var column = TimeColumn.From(times);
        columns.Add(column);
        columnTimes.Add(times.ToArray());
        columnBytes += column.Bytes;
        return columns.Count - 1;
    }

    void ClosePage()
    {
        byte[] flat = new byte[page.Length];
        page.CopyTo(flat);
        byte[] compressed = Compress(flat);
        pageTable.Write((ulong)pageSeries);
        foreach (int length in page.Lengths) pageTable.Write((ulong)length);
        pageTable.Write((ulong)compressed.Length);
        pages.Write(compressed);
        page.Clear();
        pageCount++;
        pageSeries = 0;
        pageValues = 0;
    }

    static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        byte[] compressed = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        if (!BrotliEncoder.TryCompress(bytes, compressed, out int written, Quality, Window)) throw new InvalidOperationException($"{bytes.Length} bytes could not be compressed into {compressed.Length}.");
        return compressed[..written];
    }

    static bool SameBits(ReadOnlySpan<double> left, ReadOnlySpan<double> right) =>
        MemoryMarshal.Cast<double, long>(left).SequenceEqual(MemoryMarshal.Cast<double, long>(right));
}

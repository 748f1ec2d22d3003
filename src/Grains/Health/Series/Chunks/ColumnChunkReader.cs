using System.Buffers.Binary;
using System.IO.Compression;
using Orrery.Grains.Health.Series.Blocks;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>
/// Reads what <see cref="ColumnChunkWriter"/> wrote. The directory is read at once; pages only where a series of theirs is wanted. Any other
/// bytes give <see cref="SampleFormatException"/>, and no more memory is taken than a chunk of the writer's bounds could need.
/// </summary>
sealed class ColumnChunkReader
{
    const int ColumnsLimit = 5;
    const long DirectoryBytesLimit = 64 << 20, PageBytesLimit = 64 << 20;

    /// <summary>Values that one page may claim: one series of the longest times with all columns, beyond where a page is closed.</summary>
    const long PageValuesLimit = ColumnChunkWriter.PageValues + (TimeColumn.CountLimit * (long)ColumnsLimit);

    readonly byte[] chunk;
    readonly int columnsPerSeries;
    readonly Entry[] entries;
    readonly Page[] pages;

    public ColumnChunkReader(ReadOnlyMemory<byte> bytes)
    {
        var source = ChunkBytes.Open(bytes.Span, ColumnChunkWriter.Version);
        int position = 2;
        columnsPerSeries = source.Length > 1 ? source[1] : 0;
        if (columnsPerSeries is < 1 or > ColumnsLimit) throw new SampleFormatException($"A chunk claims {columnsPerSeries} columns a series.");
        long directoryBytes = Claim(source, ref position, DirectoryBytesLimit, "directory bytes");
        int compressedBytes = (int)Claim(source, ref position, source.Length - position, "bytes of its directory");
        if (compressedBytes > source.Length - position) throw new SampleFormatException("A chunk ends within its directory.");
        entries = ReadDirectory(Decompress(source.Slice(position, compressedBytes), directoryBytes));
        position += compressedBytes;
        pages = ReadPageTable(source, ref position);
        chunk = source.ToArray();
    }

    /// <summary>Series in the order of the writer.</summary>
    public int Series => entries.Length;

    /// <summary>Most samples of a series.</summary>
    public int SamplesMax => entries.Length == 0 ? 0 : entries.Max(entry => entry.Times.Count);

    public int ColumnsPerSeries => columnsPerSeries;

    /// <summary>Gives each series that is wanted, in the order of the writer.</summary>
    /// <param name="wanted">Decides by the key.</param>
    /// <param name="take">Is given key, hash, times and one array a column, which it must not change.</param>
    public void Read(KeyTest wanted, SeriesTaker take)
    {
        int next = 0;
        foreach (var page in pages)
        {
            int first = next;
            next += page.Series;
            var chosen = new bool[page.Series];
            int lastChosen = -1;
            for (int number = 0; number < page.Series; number++)
            {
                chosen[number] = wanted(entries[first + number].Key);
                if (chosen[number]) lastChosen = number;
            }

            if (lastChosen < 0) continue;
            byte[] bytes = Decompress(chunk.AsSpan(page.Position, page.CompressedBytes), page.Lengths.Sum(length => (long)length));
            var decoder = new ColumnDecoder(bytes, page.Lengths);
            var columns = new double[columnsPerSeries][];
            for (int number = 0; number <= lastChosen; number++)
            {
                var entry = entries[first + number];
                for (int column = 0; column < columnsPerSeries; column++) columns[column] = decoder.Next(entry.Times.Count);
                if (chosen[number]) take(entry.Key, entry.Hash, entry.Times, columns);
            }
        }
    }

    static Entry[] ReadDirectory(byte[] directory)
    {
        ReadOnlySpan<byte> source = directory;
        int position = 0;
        var columns = new TimeColumn[Claim(source, ref position, source.Length, "time columns")];
        for (int number = 0; number < columns.Length; number++) columns[number] = TimeColumn.Read(source, ref position);
        var entries = new Entry[Claim(source, ref position, source.Length / 12, "series")];
        var chain = new SeriesKeyChain();
        for (int number = 0; number < entries.Length; number++)
        {
            if (source.Length - position < 8) throw new SampleFormatException("A chunk's directory ends within a series.");
            ulong hash = BinaryPrimitives.ReadUInt64LittleEndian(source[position..]);
            position += 8;
            chain.Read(source, ref position);
            ulong column = SampleVarint.Read(source, ref position);
            if (column >= (ulong)columns.Length) throw new SampleFormatException($"A series takes time column {column} of {columns.Length}.");
            entries[number] = new Entry(chain.Current.ToArray(), hash, columns[column]);
        }

        return entries;
    }

    Page[] ReadPageTable(ReadOnlySpan<byte> source, ref int position)
    {
        var table = new Page[Claim(source, ref position, source.Length - position, "pages")];
        int next = 0;
        for (int number = 0; number < table.Length; number++)
        {
            int series = (int)Claim(source, ref position, entries.Length - next, "series of a page");
            long values = 0;
            foreach (var entry in entries.AsSpan(next, series)) values += (long)entry.Times.Count * columnsPerSeries;
            if (values > PageValuesLimit) throw new SampleFormatException($"A page claims {values} values; at most {PageValuesLimit} are possible.");
            next += series;
            int[] lengths = new int[PageSections.Count];
            for (int section = 0; section < lengths.Length; section++) lengths[section] = (int)Claim(source, ref position, PageBytesLimit, "bytes of a page");
            table[number] = new Page(series, lengths, 0, (int)Claim(source, ref position, source.Length, "bytes of a page"));
        }

        for (int number = 0; number < table.Length; number++)
        {
            table[number] = table[number] with { Position = position };
            if (table[number].CompressedBytes > source.Length - position) throw new SampleFormatException("A chunk ends within a page.");
            position += table[number].CompressedBytes;
        }

        return position == source.Length && next == entries.Length ? table : throw new SampleFormatException($"A chunk's pages hold {next} of {entries.Length} series and leave {source.Length - position} bytes.");
    }

    static long Claim(ReadOnlySpan<byte> source, ref int position, long limit, string what)
    {
        ulong value = SampleVarint.Read(source, ref position);
        return value <= (ulong)limit ? (long)value : throw new SampleFormatException($"A chunk claims {value} {what}; at most {limit} are possible.");
    }

    /// <summary>Memory grows with what really comes out, so that a false claim costs nothing.</summary>
    static byte[] Decompress(ReadOnlySpan<byte> source, long expectedBytes)
    {
        byte[] result = new byte[Math.Min(expectedBytes, Math.Max(4096, source.Length * 16L))];
        using var decoder = new BrotliDecoder();
        int total = 0;
        while (true)
        {
            var status = decoder.Decompress(source, result.AsSpan(total), out int consumed, out int written);
            source = source[consumed..];
            total += written;
            if (status == System.Buffers.OperationStatus.Done && total == expectedBytes && source.IsEmpty) return total == result.Length ? result : result[..total];
            if (status != System.Buffers.OperationStatus.DestinationTooSmall || result.Length >= expectedBytes) throw new SampleFormatException($"Compressed bytes of a chunk do not give the {expectedBytes} bytes that they should.");
            Array.Resize(ref result, (int)Math.Min(expectedBytes, result.Length * 4L));
        }
    }

    readonly record struct Entry(byte[] Key, ulong Hash, TimeColumn Times);

    readonly record struct Page(int Series, int[] Lengths, int Position, int CompressedBytes);
}

delegate bool KeyTest(ReadOnlySpan<byte> key);

delegate void SeriesTaker(byte[] key, ulong hash, TimeColumn times, double[][] columns);

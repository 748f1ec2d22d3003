using System.Globalization;
using System.IO.Compression;
using Orrery.Bench.Harness;
using Orrery.Grains.Health.Series;
using Orrery.Grains.Health.Series.Blocks;
using Orrery.Grains.Health.Series.Chunks;
using Orrery.Interfaces.Health;
using Orrery.Storage.Chunks;

namespace Orrery.Bench.Bytes;

/// <summary>
/// Bytes a sample, as stored: real server metrics go through batches, the series store, daily flushes and compaction, as a server's grain does
/// it, and are read back and compared bit by bit, times included.
/// </summary>
static class BytesBench
{
    const long Start = 1_700_006_400_000; // a day's start

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var figures = new List<Figure>();
        foreach (var (name, stepMilliseconds, goal) in new[] { ("smd", 60_000L, 0.95), ("asd", 300_000L, 0.35) })
        {
            if (BenchContext.FindTestData(name) is not { } folder)
            {
                context.Say($"{name}: the data is not here; name its folder by ORRERY_TEST_DATA");
                continue;
            }

            var total = new Sizes();
            long simple = 0;
            foreach (var machine in Load(folder))
            {
                total += await StoreAsync(machine, stepMilliseconds);
                simple += DeflatedBytes(machine);
            }

            context.Say($"{name}: {total.Samples:N0} samples, flushed {(double)total.Flushed / total.Samples:F3} B, compacted {total.Seconds * 1e9 / total.Samples:F0} ns a sample");
            figures.Add(new Figure($"{name}: samples and times", (double)total.Compacted / total.Samples, "B/sample", "lower", goal, "scaled integers, deltas, varints, Deflate, without times", (double)simple / total.Samples));
            figures.Add(new Figure($"{name}: roll-ups beside them", (double)total.Rollups / total.Samples, "B/sample", "lower"));
            figures.Add(new Figure($"{name}: before compaction", (double)total.Flushed / total.Samples, "B/sample", "lower"));
        }

        return figures;
    }

    static async Task<Sizes> StoreAsync(double[][] columns, long step)
    {
        var chunks = new MemoryChunkStore();
        var store = new SeriesStore(new SeriesStoreOptions());
        var writer = new SampleBatchWriter();
        byte[][] keys = [.. columns.Select((_, number) => SeriesKey.Encode([new("__name__", "metric_" + number.ToString(CultureInfo.InvariantCulture)), new("instance", "erp-01"), new("job", "node")]))];
        int count = columns[0].Length;
        long sequence = 0, flushed = 0, perDay = SampleDay / step;
        double seconds = 0;
        for (long from = 0; from < count; from += perDay)
        {
            int length = (int)Math.Min(perDay, count - from);
            long[] times = [.. Enumerable.Range(0, length).Select(index => Start + ((from + index) * step))];
            writer.Reset();
            for (int number = 0; number < columns.Length; number++) writer.Add(keys[number], SeriesKey.Hash(keys[number]), times, columns[number].AsSpan((int)from, length));
            if (store.Apply(writer.WrittenSpan, 0, long.MaxValue).Accepted != length * columns.Length) throw new InvalidOperationException("Samples were not taken.");
            var flush = store.Flush();
            flushed += flush.Chunks.Sum(chunk => (long)chunk.Data.Length);
            await chunks.WriteAsync(flush.ToChunks("server", sequence), CancellationToken.None);
            sequence += flush.Chunks.Count;
            store.Commit(flush);
            store.Trim(times[^1]);
            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            await SeriesCompaction.RunAsync(chunks, "server", times[0] - (times[0] % SampleDay), CancellationToken.None);
            seconds += System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        var compacted = await chunks.ReadAsync("server", ChunkKind.Compacted, 0, long.MaxValue, CancellationToken.None);
        Compare(compacted, keys, columns, step);
        long rollups = 0;
        foreach (var kind in new[] { ChunkKind.Minute, ChunkKind.Hour }) rollups += (await chunks.ListAsync("server", kind, 0, long.MaxValue, CancellationToken.None)).Sum(chunk => (long)chunk.DataBytes);
        if ((await chunks.ListAsync("server", ChunkKind.Raw, 0, long.MaxValue, CancellationToken.None)).Count > 0) throw new InvalidOperationException("Raw chunks are left over.");
        return new Sizes((long)count * columns.Length, compacted.Sum(chunk => (long)chunk.Data.Length), flushed, rollups, seconds);
    }

    const long SampleDay = 86_400_000;

    static void Compare(IReadOnlyList<Chunk> compacted, byte[][] keys, double[][] columns, long step)
    {
        int[] seen = new int[columns.Length];
        foreach (var chunk in compacted)
        {
            new ColumnChunkReader(chunk.Data).Read(_ => true, (key, _, times, values) =>
            {
                int number = Array.FindIndex(keys, candidate => candidate.AsSpan().SequenceEqual(key));
                long[] back = new long[times.Count];
                times.CopyTo(back);
                for (int index = 0; index < back.Length; index++)
                {
                    if (back[index] != Start + (seen[number] * step) || BitConverter.DoubleToInt64Bits(values[0][index]) != BitConverter.DoubleToInt64Bits(columns[number][seen[number]])) throw new InvalidOperationException($"Sample {seen[number]} of series {number} came back changed.");
                    seen[number]++;
                }
            });
        }

        if (seen.Any(count => count != columns[0].Length)) throw new InvalidOperationException("Samples did not come back.");
    }

    /// <summary>What the textbook way takes: blocks of 8,192 values as scaled integers, distances, varints, Deflate.</summary>
    static long DeflatedBytes(double[][] columns)
    {
        const int block = 8192;
        long[] integers = new long[block];
        byte[] varints = new byte[block * SampleVarint.BytesLimit];
        long total = 0;
        foreach (double[] column in columns)
        {
            for (int from = 0; from < column.Length; from += block)
            {
                int count = Math.Min(block, column.Length - from), position = 0;
                if (!DecimalScale.TryScale(column.AsSpan(from, count), integers, out _)) throw new InvalidOperationException("A column is no decimals.");
                for (int number = 0; number < count; number++) position = SampleVarint.WriteSigned(varints, position, integers[number] - (number == 0 ? 0 : integers[number - 1]));
                using var deflated = new MemoryStream();
                using (var deflate = new DeflateStream(deflated, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(varints, 0, position);
                total += deflated.Length;
            }
        }

        return total;
    }

    /// <summary>One machine after another: its columns over training and test rows.</summary>
    static IEnumerable<double[][]> Load(string folder)
    {
        foreach (string train in Directory.GetFiles(Path.Combine(folder, "train"), "*.gz").Order(StringComparer.Ordinal))
        {
            var columns = new List<List<double>>();
            foreach (string path in new[] { train, Path.Combine(folder, "test", Path.GetFileName(train)) })
            {
                using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
                while (reader.ReadLine() is { } line)
                {
                    string[] cells = line.Split(',');
                    while (columns.Count < cells.Length) columns.Add([]);
                    for (int number = 0; number < cells.Length; number++) columns[number].Add(double.Parse(cells[number], CultureInfo.InvariantCulture));
                }
            }

            yield return [.. columns.Select(column => column.ToArray())];
        }
    }

    readonly record struct Sizes(long Samples, long Compacted, long Flushed, long Rollups, double Seconds)
    {
        public static Sizes operator +(Sizes left, Sizes right) => new(
            left.Samples + right.Samples, left.Compacted + right.Compacted, left.Flushed + right.Flushed, left.Rollups + right.Rollups, left.Seconds + right.Seconds);
    }
}

using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Log;

namespace Orrery.Bench.Log;

/// <summary>The embedded log on one processor: records appended with one sync a group, receipts on, and read back with checks; beside plain writes and syncs of as many bytes. They take turns.</summary>
static class LogBench
{
    const int BatchesInFlight = 4;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        LogTraffic.UseOneProcessor();
        int batches = (int)context.Options.Number("batches", 256, 4, 100_000);
        var records = LogTraffic.Records();
        double recordsInAll = (double)batches * records.Length;
        List<double> plain = [], appended = [], read = [], checkedReads = [];
        for (int round = 0; round <= context.Runs; round++)
        {
            plain.Add(recordsInAll / PlainWrites(Path.Combine(context.Scratch, "plain"), batches));
            string directory = Path.Combine(context.Scratch, $"log-{round}");
            appended.Add(recordsInAll / await AppendAsync(directory, records, batches));
            read.Add(recordsInAll / await ReadAsync(directory, records.Length * (long)batches, recomputesReceipts: false));
            checkedReads.Add(recordsInAll / await ReadAsync(directory, records.Length * (long)batches, recomputesReceipts: true));
            Directory.Delete(directory, recursive: true);
            context.Say($"round {round}: plain {plain[^1]:N0}/s, appended {appended[^1]:N0}/s, read {read[^1]:N0}/s, with receipts recomputed {checkedReads[^1]:N0}/s");
        }

        double limit = Median(plain);
        return
        [
            new Figure("append, a sync a group", Median(appended), "records/s", "higher", Math.Min(3_000_000, 0.6 * limit), "plain write and fsync", limit),
            new Figure("append over plain write and fsync", BenchContext.Median(appended.Zip(plain, static (ours, bare) => ours / bare).Skip(1)), "ratio", "higher"),
            new Figure("read, checksums", Median(read), "records/s", "higher", 8_000_000),
            new Figure("read, checksums and receipts", Median(checkedReads), "records/s", "higher"),
        ];
    }

    static double Median(List<double> rounds) => BenchContext.Median(rounds.Skip(1)); // the first warms up

    static double PlainWrites(string path, int batches)
    {
        byte[] bytes = new byte[LogTraffic.BatchRecords * LogTraffic.RecordBytes];
        new Random(1).NextBytes(bytes);
        long started = Stopwatch.GetTimestamp();
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            for (int batch = 0; batch < batches; batch++)
            {
                RandomAccess.Write(file, bytes, (long)batch * bytes.Length);
                RandomAccess.FlushToDisk(file);
            }
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        File.Delete(path);
        return seconds;
    }

    static async Task<double> AppendAsync(string directory, LogRecord[] records, int batches)
    {
        await using var log = LogTraffic.Open(directory);
        await using var partition = await (await log.OpenTopicAsync("bench", new TopicOptions(), default)).OpenPartitionAsync(0, default);
        var inFlight = new Queue<Task>();
        long started = Stopwatch.GetTimestamp();
        for (int batch = 0; batch < batches; batch++)
        {
            if (inFlight.Count == BatchesInFlight) await inFlight.Dequeue();
            inFlight.Enqueue(partition.Append(records).Durable);
        }

        await Task.WhenAll(inFlight);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static async Task<double> ReadAsync(string directory, long recordsWanted, bool recomputesReceipts)
    {
        await using var log = LogTraffic.Open(directory);
        await using var partition = await (await log.OpenTopicAsync("bench", new TopicOptions(), default)).OpenPartitionAsync(0, default);
        long started = Stopwatch.GetTimestamp(), records = 0, bytes = 0;
        for (long offset = 0; offset < partition.EndOffset;)
        {
            using var read = await partition.ReadAsync(offset, 1 << 20, default);
            foreach (var batch in read.Batches)
            {
                UInt128 hash = 0;
                foreach (var record in batch)
                {
                    records++;
                    bytes += record.Value.Length;
                    if (recomputesReceipts) hash += RecordHash.Compute(record.Key.Span, record.Value.Span, record.TimestampMilliseconds);
                }

                if (recomputesReceipts && hash != batch.Receipt.Hash) throw new InvalidOperationException($"The batch at {batch.BaseOffset} does not have its receipt.");
            }

            offset = read.NextOffset;
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (records != recordsWanted || bytes == 0) throw new InvalidOperationException($"{records} records were read and {recordsWanted} written.");
        return seconds;
    }
}

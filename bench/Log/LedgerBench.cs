using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Log;

namespace Orrery.Bench.Log;

/// <summary>What receipts cost: batches encoded and appended with and without the records' hashes, in turns. Each way counts by the lower quartile of its
/// times, since a neighbour on the machine or the disk only ever adds to them; pairs' ratios are shown. Also with all on one processor, where nothing runs beside the disk.</summary>
static class LedgerBench
{
    const int BatchesInFlight = 4, BatchesEach = 64, PairsEachRun = 12;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var records = LogTraffic.Records();
        LogBatchEncoder with = new(2 << 20), without = LogBatchEncoder.WithoutReceipts(2 << 20);
        List<double> withTimes = [], withoutTimes = [], encodeWithTimes = [], encodeWithoutTimes = [];
        await PairsAsync("as it runs");
        double cost = Cost(withTimes, withoutTimes), rate = Rate(), encodeCost = Cost(encodeWithTimes, encodeWithoutTimes);
        LogTraffic.UseOneProcessor();
        await PairsAsync("one processor");
        return
        [
            new Figure("receipts' cost of the log's rate", cost, "%", "lower", 5),
            new Figure("appended with receipts", rate, "records/s", "higher"),
            new Figure("receipts' cost on one processor", Cost(withTimes, withoutTimes), "%", "lower"),
            new Figure("appended with receipts on one processor", Rate(), "records/s", "higher"),
            new Figure("receipts' cost of encoding alone", encodeCost, "%", "lower"),
        ];

        async Task PairsAsync(string what)
        {
            await PairAsync(); // warms up
            withTimes.Clear();
            withoutTimes.Clear();
            encodeWithTimes.Clear();
            encodeWithoutTimes.Clear();
            for (int pair = 0; pair < context.Runs * PairsEachRun; pair++) await PairAsync();
            context.Say($"{what}: with receipts {Rate():N0}/s; pairs' costs {string.Join(", ", withTimes.Zip(withoutTimes, static (with, without) => $"{100 * (1 - without / with):F0} %"))}");
        }

        static double Cost(List<double> with, List<double> without) => 100 * (1 - LowerQuartile(without) / LowerQuartile(with));

        double Rate() => BatchesEach * records.Length / BenchContext.Median(withTimes);

        static double LowerQuartile(List<double> times) => times.Order().ElementAt(times.Count / 4);

        async Task PairAsync()
        {
            // Either goes first as often, so that neither always finds the disk as the other one left it.
            bool withFirst = withTimes.Count % 2 == 0;
            double first = await AppendAsync(withFirst ? with : without), second = await AppendAsync(withFirst ? without : with);
            withTimes.Add(withFirst ? first : second);
            withoutTimes.Add(withFirst ? second : first);
            encodeWithoutTimes.Add(Encode(without));
            encodeWithTimes.Add(Encode(with));
        }

        async Task<double> AppendAsync(LogBatchEncoder encoder)
        {
            string directory = Path.Combine(context.Scratch, "ledger");
            double seconds;
            await using (var log = LogTraffic.Open(directory))
            {
                await using var partition = await (await log.OpenTopicAsync("bench", new TopicOptions(), default)).OpenPartitionAsync(0, default);
                var inFlight = new Queue<Task>();
                long started = Stopwatch.GetTimestamp();
                for (int batch = 0; batch < BatchesEach; batch++)
                {
                    if (inFlight.Count == BatchesInFlight) await inFlight.Dequeue();
                    inFlight.Enqueue(partition.AppendEncoded(EncodeOne(encoder)).Durable);
                }

                await Task.WhenAll(inFlight);
                seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            }

            Directory.Delete(directory, recursive: true);
            return seconds;
        }

        ReadOnlyMemory<byte> EncodeOne(LogBatchEncoder encoder)
        {
            encoder.Reset();
            foreach (ref readonly var record in records.AsSpan()) encoder.Add(record);
            return encoder.Finish();
        }

        double Encode(LogBatchEncoder encoder)
        {
            long started = Stopwatch.GetTimestamp();
            for (int batch = 0; batch < BatchesEach; batch++) EncodeOne(encoder);
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
    }
}

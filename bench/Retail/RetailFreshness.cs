using System.Diagnostics;
using Orrery.Bench.Harness;

namespace Orrery.Bench.Retail;

/// <summary>
/// From the moment at which a batch of canal's messages with a paid order is acknowledged by the log to the first answer of <c>ads_order_sales_sum</c> that has it, with all pipelines of the warehouse in one silo, at
/// half of the rate that it takes. The answer counts when it is, to the cent, what the batch comes to.
/// </summary>
static class RetailFreshness
{
    const int BatchesPerSecond = 20, BurstBatch = 200;
    static readonly TimeSpan Warm = TimeSpan.FromSeconds(3), Patience = TimeSpan.FromMinutes(5);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int burst = (int)context.Options.Number("transactions", 10_000, 1_000, 1_000_000);
        var length = TimeSpan.FromSeconds(context.Options.Number("seconds", 10, 1, 600));
        await using RetailSilo silo = await RetailSilo.StartAsync(context, "retail-freshness");
        RetailBatch[] first = [.. Enumerable.Range(0, burst / BurstBatch).Select(_ => silo.Next(BurstBatch))];
        long began = Stopwatch.GetTimestamp();
        foreach (RetailBatch batch in first)
            await silo.GiveAsync(batch);
        while (await silo.AskAsync() != first[^1].After)
        {
            await Task.Delay(5);
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"The silo has {await silo.AskAsync()} and never {first[^1].After}.");
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds, capacity = first.Sum(static batch => batch.Rows) / seconds;
        int transactions = Math.Max(1, (int)(burst / seconds / 2 / BatchesPerSecond));
        RetailBatch[] steady = [.. Enumerable.Range(0, (int)((Warm + length).TotalSeconds * BatchesPerSecond)).Select(_ => silo.Next(transactions))];
        context.Say($"{capacity:N0} rows/s in a burst, both cores; {steady.Average(static batch => batch.Rows) * BatchesPerSecond:N0} rows/s follow in {BatchesPerSecond} batches/s");

        long[] committed = new long[steady.Length];
        var latencies = new List<double>();
        using var done = new CancellationTokenSource();
        began = Stopwatch.GetTimestamp();
        Task reading = Task.Run(async () =>
        {
            for (int seen = 0; seen < steady.Length;)
            {
                RetailSums answer = await silo.AskAsync();
                long now = Stopwatch.GetTimestamp();
                int found = Array.FindIndex(steady, seen, batch => batch.After == answer);
                for (; found >= seen; seen++)
                {
                    bool isChanged = steady[seen].After != (seen == 0 ? first[^1].After : steady[seen - 1].After);
                    long at = Volatile.Read(ref committed[seen]);
                    if (isChanged && Stopwatch.GetElapsedTime(began, now) > Warm)
                        latencies.Add(at == 0 ? 0 : Math.Max(0, Stopwatch.GetElapsedTime(at, now).TotalMilliseconds));
                }

                if (Stopwatch.GetElapsedTime(began) > Patience)
                    throw new TimeoutException($"The silo has {answer} and never {steady[seen].After}.");
            }
        });
        for (int number = 0; number < steady.Length; number++)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)number / BatchesPerSecond) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.FromMilliseconds(1))
                await Task.Delay(due);
            await silo.GiveAsync(steady[number]);
            Volatile.Write(ref committed[number], Stopwatch.GetTimestamp());
        }

        await reading;
        latencies.Sort();
        context.Say($"{latencies.Count} batches changed the sums");
        return
        [
            new Figure("canal's messages through a silo, all pipelines, burst", capacity, "rows/s", "higher"),
            new Figure("paid order to ads_order_sales_sum, p50", latencies[latencies.Count / 2], "ms", "lower"),
            new Figure("paid order to ads_order_sales_sum, p99", latencies[(int)(latencies.Count * 0.99)], "ms", "lower", 200),
        ];
    }
}

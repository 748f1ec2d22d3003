using System.Diagnostics;
using Orrery.Bench.Harness;

namespace Orrery.Bench.Retail;

/// <summary>
/// From the moment at which a batch of canal's messages with paid orders is acknowledged by the log to the first answer of <c>ads_order_sales_sum</c> that has all of them, with all pipelines of the warehouse in one
/// silo, at half of the rate that it takes. Each batch has a day of its own, so that its orders are a row of their own there, whatever of the next batch is in the same epoch.
/// </summary>
static class RetailFreshness
{
    const int BatchesPerSecond = 20, BurstBatch = 200, LateMilliseconds = 100;

    /// <summary>Transactions before anything is measured: the chain's master data, which is little work, and what lets the runtime compile.</summary>
    const int Opening = 15_000;
    static readonly TimeSpan Warm = TimeSpan.FromSeconds(3), AskPause = TimeSpan.FromMilliseconds(5), Patience = TimeSpan.FromMinutes(5);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int burst = (int)context.Options.Number("transactions", 10_000, 1_000, 1_000_000);
        var length = TimeSpan.FromSeconds(context.Options.Number("seconds", 10, 1, 600));
        await using RetailSilo silo = await RetailSilo.StartAsync(context, "retail-freshness");
        await CarryAsync(silo, [.. Enumerable.Range(0, Opening / BurstBatch).Select(_ => silo.Next(BurstBatch))]);
        RetailBatch[] first = [.. Enumerable.Range(0, burst / BurstBatch).Select(_ => silo.Next(BurstBatch))];
        double seconds = (await CarryAsync(silo, first)).TotalSeconds, capacity = first.Sum(static batch => batch.Rows) / seconds;
        int transactions = Math.Max(1, (int)(burst / seconds / 2 / BatchesPerSecond));
        RetailDay[] steady = [.. Enumerable.Range(0, (int)((Warm + length).TotalSeconds * BatchesPerSecond)).Select(_ => silo.NextDay(transactions))];
        context.Say($"{capacity:N0} rows/s in a burst, both cores; {steady.Average(static day => day.Batch.Rows) * BatchesPerSecond:N0} rows/s follow in {BatchesPerSecond} batches/s");
        GC.Collect();

        long[] committed = new long[steady.Length];
        using var trace = context.Options.Has("trace") ? new RetailTrace() : null;
        long began = Stopwatch.GetTimestamp();
        Task<List<double>> reading = Task.Run(() => ReadAsync(silo, steady, committed, began, trace));
        for (int number = 0; number < steady.Length; number++)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)number / BatchesPerSecond) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.FromMilliseconds(1))
                await Task.Delay(due);
            long given = Stopwatch.GetTimestamp();
            await silo.GiveAsync(steady[number].Batch);
            if (Stopwatch.GetElapsedTime(given).TotalMilliseconds > LateMilliseconds)
                trace?.Note($"batch {number} was durable after {Stopwatch.GetElapsedTime(given).TotalMilliseconds:F0} ms");
            Volatile.Write(ref committed[number], Stopwatch.GetTimestamp());
        }

        List<double> latencies = await reading;
        trace?.Say(context);
        latencies.Sort();
        context.Say($"{latencies.Count} batches with paid orders");
        return
        [
            new Figure("canal's messages through a silo, all pipelines, burst", capacity, "rows/s", "higher"),
            new Figure("paid order to ads_order_sales_sum, p50", latencies[latencies.Count / 2], "ms", "lower"),
            new Figure("paid order to ads_order_sales_sum, p99", latencies[(int)(latencies.Count * 0.99)], "ms", "lower", 200),
        ];
    }

    static async Task<TimeSpan> CarryAsync(RetailSilo silo, RetailBatch[] batches)
    {
        long began = Stopwatch.GetTimestamp();
        foreach (RetailBatch batch in batches)
            await silo.GiveAsync(batch);
        while (await silo.AskAsync() != batches[^1].After)
        {
            await Task.Delay(AskPause);
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"The silo has {await silo.AskAsync()} and never {batches[^1].After}.");
        }

        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>Milliseconds of each batch behind the warm ones.</summary>
    static async Task<List<double>> ReadAsync(RetailSilo silo, RetailDay[] steady, long[] committed, long began, RetailTrace? trace)
    {
        var latencies = new List<double>();
        var left = new LinkedList<int>(Enumerable.Range(0, steady.Length).Where(number => steady[number].Orders > 0));
        while (left.First is { } oldest)
        {
            Dictionary<DateOnly, long> days = await silo.AskDaysAsync(steady[oldest.Value].Day);
            long now = Stopwatch.GetTimestamp();
            int newest = left.LastOrDefault(number => days.GetValueOrDefault(steady[number].Day) >= steady[number].Orders, -1);
            for (LinkedListNode<int>? node = oldest, next; node is not null && node.Value <= newest; node = next)
            {
                next = node.Next;
                int number = node.Value;
                // An order of it may be cancelled by a later batch before it was looked at: then it is there no later than that batch.
                if (days.GetValueOrDefault(steady[number].Day) < steady[number].Orders && newest < number + BatchesPerSecond)
                    continue;
                left.Remove(node);
                long at = Volatile.Read(ref committed[number]);
                double milliseconds = at == 0 ? 0 : Math.Max(0, Stopwatch.GetElapsedTime(at, now).TotalMilliseconds);
                if (milliseconds > LateMilliseconds)
                    trace?.Note($"batch {number} was there after {milliseconds:F0} ms");
                if (Stopwatch.GetElapsedTime(began, now) > Warm)
                    latencies.Add(milliseconds);
            }

            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"The silo never has day {steady[oldest.Value].Day} with {steady[oldest.Value].Orders} orders.");
            // Who asks without a pause takes a processor and the graph from what he waits for; the pause is part of what is measured.
            await Task.Delay(AskPause);
        }

        return latencies;
    }
}

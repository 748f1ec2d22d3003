using System.Diagnostics;
using System.Text;
using Orrery.Bench.Harness;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;

namespace Orrery.Bench.Views;

/// <summary>
/// From the moment at which a batch of rows is acknowledged by the log to the first answer of a query that shows them, through a real silo in this process, at half of the rate that the views can take. The
/// reader asks again and again; its query's own time is part of the figure.
/// </summary>
static class FreshnessBench
{
    const int Kinds = 1_000, BatchesPerSecond = 100;
    static readonly TimeSpan Warm = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int burst = (int)context.Options.Number("rows", 300_000, 10_000, 10_000_000);
        var length = TimeSpan.FromSeconds(context.Options.Number("seconds", 10, 1, 600));
        await using ViewsSilo silo = await ViewsSilo.StartAsync(context, "freshness");
        await silo.Grains.GetGrain<ITopicGrain>("bench.rows").Create(new TopicSettings { Partitions = 1 });
        var writer = new TopicWriter(silo.Grains, "bench.rows", 1, 11, 1, TimeProvider.System, new Random(1));
        long number = 0, sequence = 0;
        async Task GiveAsync(int rows)
        {
            for (int row = 0; row < rows; row++)
                writer.Add([], ViewsSilo.Row(++number, Kinds), 0);
            await writer.FlushAsync(++sequence, CancellationToken.None);
        }

        for (int given = 0; given < burst; given += 10_000)
            await GiveAsync(10_000);
        long started = Stopwatch.GetTimestamp();
        await silo.RunAsync("""
            CREATE TABLE events (number BIGINT NOT NULL, kind INT, amount BIGINT) WITH ('connector' = 'topic', 'topic' = 'bench.rows', 'format' = 'json');
            CREATE MATERIALIZED VIEW newest AS SELECT MAX(number) AS number FROM events;
            CREATE MATERIALIZED VIEW kinds AS SELECT kind, COUNT(*) AS n, SUM(amount) AS total, MAX(amount) AS most FROM events GROUP BY kind;
            """);
        while (await silo.AskAsync("SELECT number FROM newest") < number)
            await Task.Delay(20);
        double capacity = burst / Stopwatch.GetElapsedTime(started).TotalSeconds;
        int batch = Math.Max(1, (int)(capacity / 2 / BatchesPerSecond));
        context.Say($"the views take {capacity:N0} rows/s in a burst; {batch * BatchesPerSecond:N0} rows/s follow in {BatchesPerSecond} batches/s");

        var committed = new Queue<(long Number, long At)>();
        var latencies = new List<double>();
        using var done = new CancellationTokenSource();
        long begin = Stopwatch.GetTimestamp();
        Task reading = Task.Run(async () =>
        {
            while (true)
            {
                long seen = await silo.AskAsync("SELECT number FROM newest");
                long now = Stopwatch.GetTimestamp();
                lock (committed)
                {
                    while (committed.TryPeek(out (long Number, long At) oldest) && oldest.Number <= seen)
                    {
                        committed.Dequeue();
                        if (Stopwatch.GetElapsedTime(begin, oldest.At) > Warm)
                            latencies.Add(Math.Max(0, Stopwatch.GetElapsedTime(oldest.At, now).TotalMilliseconds));
                    }

                    if (done.IsCancellationRequested && committed.Count == 0)
                        return;
                }
            }
        });
        long batches = 0;
        while (Stopwatch.GetElapsedTime(begin) < Warm + length)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)batches++ / BatchesPerSecond) - Stopwatch.GetElapsedTime(begin);
            if (due > TimeSpan.FromMilliseconds(1))
                await Task.Delay(due);
            await GiveAsync(batch);
            lock (committed)
                committed.Enqueue((number, Stopwatch.GetTimestamp()));
        }

        await done.CancelAsync();
        await reading;
        latencies.Sort();
        return
        [
            new Figure("rows in a burst, JSON read", capacity, "rows/s", "higher"),
            new Figure("source commit to readable view, p50", latencies[latencies.Count / 2], "ms", "lower"),
            new Figure("source commit to readable view, p99", latencies[(int)(latencies.Count * 0.99)], "ms", "lower", 50),
        ];
    }
}

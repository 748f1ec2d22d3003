using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;

namespace Orrery.Bench.Views;

/// <summary>
/// What the other views feel while a view is filled over rows that are there: from the acknowledgement of a batch to the first answer that shows it, at a steady rate, from the statement that makes the view until
/// that answers. Once beside the views that run, and once in place, each in a silo of its own.
/// </summary>
static class BackfillBench
{
    const int Kinds = 1_000, BatchRows = 20;
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5), BatchPause = TimeSpan.FromMilliseconds(10);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int rows = (int)context.Options.Number("rows", 1_000_000, 10_000, 20_000_000);
        Run beside = await MeasureAsync(context, "beside", rows, 50_000), inPlace = await MeasureAsync(context, "in-place", rows, long.MaxValue);
        return
        [
            new Figure($"fill of a view over {rows:N0} rows, beside", beside.Seconds, "s", "lower"),
            new Figure($"fill of a view over {rows:N0} rows, in place", inPlace.Seconds, "s", "lower"),
            new Figure("source commit to readable view, before, p99", beside.Before, "ms", "lower"),
            new Figure("while it is filled beside, p99", beside.During, "ms", "lower", 50),
            new Figure("while it is filled beside, longest", beside.Longest, "ms", "lower"),
            new Figure("while it is filled in place, longest", inPlace.Longest, "ms", "lower"),
        ];
    }

    static async Task<Run> MeasureAsync(BenchContext context, string name, int rows, long fillRowsMax)
    {
        await using ViewsSilo silo = await ViewsSilo.StartAsync(context, $"backfill-{name}", options => options.FillRowsMax = fillRowsMax);
        await silo.Grains.GetGrain<ITopicGrain>("bench.rows").Create(new TopicSettings { Partitions = 1 });
        var writer = new TopicWriter(silo.Grains, "bench.rows", 1, 11, 1, TimeProvider.System, new Random(1));
        long number = 0, sequence = 0;
        async Task GiveAsync(int count)
        {
            for (int row = 0; row < count; row++)
                writer.Add([], ViewsSilo.Row(++number, Kinds), 0);
            await writer.FlushAsync(++sequence, CancellationToken.None);
        }

        for (int given = 0; given < rows; given += 10_000)
            await GiveAsync(10_000);
        await silo.RunAsync("""
            CREATE TABLE events (number BIGINT NOT NULL, kind INT, amount BIGINT) WITH ('connector' = 'topic', 'topic' = 'bench.rows', 'format' = 'json');
            CREATE MATERIALIZED VIEW newest AS SELECT MAX(number) AS number FROM events;
            """);
        while (await silo.AskAsync("SELECT number FROM newest") < number)
            await Task.Delay(20);

        var latencies = new List<(long At, double Milliseconds)>();
        using var done = new CancellationTokenSource();
        Task load = Task.Run(async () =>
        {
            using var pace = new PeriodicTimer(BatchPause);
            while (!done.IsCancellationRequested)
            {
                await pace.WaitForNextTickAsync(CancellationToken.None);
                await GiveAsync(BatchRows);
                long committed = Stopwatch.GetTimestamp();
                while (await silo.AskAsync("SELECT number FROM newest") < number)
                {
                    // Asked again at once: the answer's own time is part of the figure.
                }

                latencies.Add((committed, Stopwatch.GetElapsedTime(committed).TotalMilliseconds));
            }
        });
        await Task.Delay(Quiet);
        long began = Stopwatch.GetTimestamp();
        await silo.RunAsync("CREATE MATERIALIZED VIEW amounts AS SELECT amount, kind, COUNT(*) AS n, MAX(number) AS newest FROM events GROUP BY amount, kind");
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await done.CancelAsync();
        await load;
        double[] before = [.. latencies.Where(taken => taken.At < began).Select(static taken => taken.Milliseconds).Order()];
        double[] during = [.. latencies.Where(taken => taken.At >= began || taken.At + (taken.Milliseconds * Stopwatch.Frequency / 1000) > began).Select(static taken => taken.Milliseconds).Order()];
        context.Say($"{name}: {during.Length} batches while it was filled, {before.Length} before");
        return new Run(seconds, P99(before), P99(during), during.Length == 0 ? 0 : during[^1]);
    }

    static double P99(double[] sorted) => sorted.Length == 0 ? 0 : sorted[(int)(sorted.Length * 0.99)];

    sealed record Run(double Seconds, double Before, double During, double Longest);
}

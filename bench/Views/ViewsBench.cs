using System.Diagnostics;
using System.Text;
using Orrery.Bench.Harness;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;

namespace Orrery.Bench.Views;

/// <summary>
/// A thousand small views of one tenant on one node, over one source: from the moment at which a row is acknowledged by the log to the first answer that shows it in the view that it belongs to. An epoch carries
/// all views, so each is as fresh as that one.
/// </summary>
static class ViewsBench
{
    const int RowsPerBatch = 50, BatchesPerSecond = 10;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int views = (int)context.Options.Number("views", 1_000, 1, 1_900);
        var length = TimeSpan.FromSeconds(context.Options.Number("seconds", 10, 1, 600));
        await using ViewsSilo silo = await ViewsSilo.StartAsync(context, "views");
        await silo.Grains.GetGrain<ITopicGrain>("bench.rows").Create(new TopicSettings { Partitions = 1 });
        await silo.RunAsync("CREATE TABLE events (number BIGINT NOT NULL, kind INT, amount BIGINT) WITH ('connector' = 'topic', 'topic' = 'bench.rows', 'format' = 'json')");
        long started = Stopwatch.GetTimestamp();
        const int Together = 50;
        for (int first = 0; first < views; first += Together)
        {
            var text = new StringBuilder();
            for (int view = first; view < Math.Min(views, first + Together); view++)
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"CREATE MATERIALIZED VIEW v{view} AS SELECT MAX(number) AS number, COUNT(*) AS n, SUM(amount) AS total FROM events WHERE kind = {view};\n");
            await silo.RunAsync(text.ToString());
            if (context.Options.Has("say") && first % 250 == 0)
                context.Say($"{first} views after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
        }

        double making = Stopwatch.GetElapsedTime(started).TotalSeconds;
        context.Say($"{views} views made in {making:F1} s");
        var writer = new TopicWriter(silo.Grains, "bench.rows", 1, 11, 1, TimeProvider.System, new Random(1));
        var latencies = new List<double>();
        long number = 0, batches = 0, begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < length)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)batches / BatchesPerSecond) - Stopwatch.GetElapsedTime(begin);
            if (due > TimeSpan.FromMilliseconds(1))
                await Task.Delay(due);
            batches++;
            for (int row = 0; row < RowsPerBatch; row++)
                writer.Add([], ViewsSilo.Row(++number, views), 0);
            await writer.FlushAsync(batches, CancellationToken.None);
            long committed = Stopwatch.GetTimestamp();
            string query = $"SELECT number FROM v{number % views}";
            while (await silo.AskAsync(query) < number)
            {
                // Asked again at once.
            }

            latencies.Add(Stopwatch.GetElapsedTime(committed).TotalMilliseconds);
        }

        latencies.Sort();
        context.Say($"{batches} batches of {RowsPerBatch} rows");
        return
        [
            new Figure("views made, with their operators", views / making, "views/s", "higher"),
            new Figure("source commit to readable among them, p50", latencies[latencies.Count / 2], "ms", "lower"),
            new Figure("source commit to readable among them, p99", latencies[(int)(latencies.Count * 0.99)], "ms", "lower", 200),
        ];
    }
}

using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Dataflow.Graphs;

namespace Orrery.Bench.Dataflow;

/// <summary>
/// Events a second through a Nexmark query on one core, from packed rows to the changes of the view, which is not materialized as Nexmark's sink is none; all events count, those that the query does not read too.
/// The peer's numbers are Flink's best published ones per core; they are no part of the run.
/// </summary>
static class NexmarkBench
{
    const int EventsPerStep = 2_000;

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int count = (int)context.Options.Number("events", 1_000_000);
        var wanted = context.Options.Find("query")?.Split(',');
        var catalog = new BenchCatalog(NexmarkQueries.Tables, isAppendOnly: true);
        var figures = new List<Figure>();
        NexmarkEvents? events = null;
        foreach (var (name, text, goal, flink) in NexmarkQueries.All.Where(query => wanted is null || wanted.Contains(query.Name)))
        {
            var rates = new List<double>();
            for (int run = 0; run < context.Runs; run++)
            {
                using var graph = new DataflowGraph(new DataflowOptions { Clock = context.Options.Has("operators") ? TimeProvider.System : null });
                DataflowTable[] tables = [.. catalog.Relations.Select(relation => graph.AddTable(relation, keepsRows: false))];
                events ??= new NexmarkEvents(count, tables[0].Layout, tables[1].Layout, tables[2].Layout);
                var view = graph.AddView(name, catalog.View(text), new ViewOptions { IsMaterialized = false });
                long changes = 0;
                long started = Stopwatch.GetTimestamp();
                for (int first = 0; first < count; first += EventsPerStep)
                {
                    int end = Math.Min(count, first + EventsPerStep);
                    for (int index = first; index < end; index++) tables[events.Kinds[index]].Upsert(events.Rows[index]);
                    graph.Step(first);
                    view.ReadChanges((_, _) => changes++);
                    graph.EndStep();
                }

                double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
                rates.Add(count / seconds);
                if (run > 0) continue;
                context.Say($"{name}: {changes:N0} changes, {graph.ResidentBytes / 1e6:N0} MB of state");
                if (!context.Options.Has("operators")) continue;
                foreach (var report in graph.Report())
                    context.Say($"  {report.Id} {report.Kind} <- {string.Join(",", report.Inputs)}: {report.RowsIn:N0} in, {report.RowsOut:N0} out, {report.StateRows:N0} rows, {report.StateBytes / 1e6:N1} MB, {report.BusyMicroseconds / 1e6:N2} s");
            }

            figures.Add(new Figure(name, rates.Max(), "events/s", "higher", goal, "Flink, published", flink));
        }

        events?.Dispose();
        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }
}

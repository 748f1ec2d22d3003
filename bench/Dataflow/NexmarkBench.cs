using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Dataflow.Graphs;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Dataflow;

/// <summary>
/// Events a second through a Nexmark query on one core, from packed rows to the changes of the view, which is not materialized as Nexmark's sink is none; all events count, those that the query does not read too.
/// The peer's numbers are Flink's best published ones per core; they are no part of the run.
/// </summary>
static class NexmarkBench
{
    const int EventsPerStep = 2_000;

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context) => context.Options.Has("check") ? CheckAsync(context) : RateAsync(context);

    /// <summary>Compares the results of all queries with PostgreSQL's.</summary>
    static async Task<IReadOnlyList<Figure>> CheckAsync(BenchContext context)
    {
        if (PostgreSqlServer.Missing is { } missing)
            throw new FormatException($"--check compares with PostgreSQL: {missing}.");
        int count = (int)context.Options.Number("events", 1_000_000, 1, 100_000_000);
        string[]? wanted = context.Options.Find("query")?.Split(',');
        await using PostgreSqlServer server = await PostgreSqlServer.Start("shared_buffers=256MB");
        using var check = new NexmarkCheck(count, server.ConnectionString);
        await check.LoadAsync();
        context.Say($"{count:N0} events lie in PostgreSQL");
        int equal = 0, different = 0;
        foreach ((string name, string text, string postgreSql) in NexmarkChecked.All.Where(query => wanted is null || wanted.Contains(query.Name)))
        {
            NexmarkVerdict verdict = await check.CompareAsync(name, text.Length > 0 ? text : NexmarkQueries.All.First(query => query.Name == name).Text, postgreSql);
            context.Say(verdict switch
            {
                { IsRefused: true } => $"{name}: the dialect has it not: {verdict.Wrong[0]}",
                { Wrong.Count: 0 } => $"{name}: equal, {verdict.Rows:N0} rows",
                _ => $"{name}: DIFFERENT, {verdict.Rows:N0} rows\n    {string.Join("\n    ", verdict.Wrong)}",
            });
            equal += verdict is { IsRefused: false, Wrong.Count: 0 } ? 1 : 0;
            different += verdict is { IsRefused: false, Wrong.Count: > 0 } ? 1 : 0;
        }

        if (different > 0)
            context.ExitCode = 1;
        return [new Figure("queries whose results equal PostgreSQL's", equal, "queries", "higher"), new Figure("queries whose results differ", different, "queries", "lower", 0)];
    }

    static Task<IReadOnlyList<Figure>> RateAsync(BenchContext context)
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

using System.Globalization;
using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Partitions;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Binding;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Partitions;

/// <summary>
/// Random queries over random histories, their rows given to random partitions: after every step the partitions together hold what one graph holds, which is held against PostgreSQL elsewhere, and told the same changes.
/// ORRERY_SQL_CASES says how many (default 80), ORRERY_SQL_SEED which is the first. A failure names its seed.
/// </summary>
public sealed class PartitionedComparisonTests
{
    [Fact]
    public async Task Partitions_together_hold_what_one_graph_holds()
    {
        int cases = int.Parse(Environment.GetEnvironmentVariable("ORRERY_SQL_CASES") ?? "80", CultureInfo.InvariantCulture);
        int first = int.Parse(Environment.GetEnvironmentVariable("ORRERY_SQL_SEED") ?? "1", CultureInfo.InvariantCulture);
        int exchanges = 0;
        var failures = new List<string>();
        for (int seed = first; seed < first + cases && failures.Count < 10; seed++)
        {
            try
            {
                exchanges += await Run(seed);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                failures.Add($"seed {seed}: {error.Message}{(error is ShouldAssertException ? "" : error.StackTrace)}");
            }
        }

        failures.ShouldBeEmpty(string.Join("\n\n", failures));
        exchanges.ShouldBeGreaterThan(cases / 2);
    }

    private static async Task<int> Run(int seed)
    {
        var random = new Random(seed);
        var catalog = new ScriptCatalog(RandomTables.Script);
        Plan plan;
        var query = new RandomQuery(random).Query(random.Next(1, 4));
        try
        {
            plan = catalog.View(query.Ours);
        }
        catch (SqlBindingException)
        {
            return 0;
        }

        int partitions = random.Next(1, 5);
        using var graph = new DataflowGraph();
        using var parts = new LocalDataflow(partitions);
        var kinds = new Dictionary<string, TableFeed>();
        foreach (var relation in catalog.Relations)
        {
            graph.AddTable(relation);
            kinds[relation.Name] = (TableFeed)random.Next(3);
            parts.AddTable(relation, kinds[relation.Name]);
        }

        var feeds = new RandomFeeds(random, parts.Partitions, kinds);
        var tables = new RandomTables(random);
        if (random.Next(2) == 0)
        {
            tables.Change(graph);
            feeds.Give(tables.Last);
            graph.Step(0);
            await parts.Step(0);
            graph.EndStep();
            parts.EndStep();
        }

        string about = $"{partitions} partitions, {query.Ours}\n{PlanPrinter.Explain(parts.Partitions[0].Explain(plan))}";
        var view = graph.AddView("v", plan);
        await parts.AddView("v", plan);
        RowTexts.OfView(parts, "v").ShouldBe(RowTexts.OfView(view), $"when it joined: {about}");
        int steps = random.Next(3, 8);
        for (int step = 0; step < steps; step++)
        {
            tables.Change(graph);
            feeds.Give(tables.Last);
            graph.Step(step);
            await parts.Step(step);
            RowTexts.OfChanges(receiver => parts.ReadChanges("v", receiver), view.Layout).ShouldBe(RowTexts.OfChanges(view.ReadChanges, view.Layout), $"changes of step {step}: {about}");
            graph.EndStep();
            parts.EndStep();
            parts.StatusOf("v").Status.ShouldBe(view.Status, parts.StatusOf("v").Reason);
            RowTexts.OfView(parts, "v").ShouldBe(RowTexts.OfView(view), $"step {step}: {about}");
            if (random.Next(6) == 0)
            {
                view = graph.ReplaceView("v", plan);
                await parts.ReplaceView("v", plan);
                RowTexts.OfView(parts, "v").ShouldBe(RowTexts.OfView(view), $"replaced after step {step}: {about}");
            }
        }

        // One that joins at the end shares what is there and sees the same; one for a receiver by key has its rows where their keys are.
        await parts.AddView("late", plan);
        RowTexts.OfView(parts, "late").ShouldBe(RowTexts.OfView(view), $"late view: {about}");
        await parts.AddView("keyed", plan, receiverKey: [0]);
        RowTexts.OfView(parts, "keyed").ShouldBe(RowTexts.OfView(view), $"view for a receiver: {about}");
        var homes = new Dictionary<string, int>();
        for (int number = 0; number < partitions; number++)
        {
            var kept = parts.Partitions[number].Graph.FindView("keyed");
            kept.ReadRows((row, _) =>
            {
                string key = RowValues.ToObjects(row, kept.Layout)[0]?.ToString() ?? "null";
                if (!homes.TryAdd(key, number)) homes[key].ShouldBe(number, about);
            });
        }

        parts.RemoveView("keyed");
        parts.RemoveView("v");
        parts.RemoveView("late");
        foreach (var partition in parts.Partitions) partition.Graph.Report().Select(report => report.Kind).ShouldAllBe(kind => kind == "Table");
        return PlanTraversal.Nodes(parts.Partitions[0].Explain(plan)).Count(node => node is ExchangePlan);
    }
}

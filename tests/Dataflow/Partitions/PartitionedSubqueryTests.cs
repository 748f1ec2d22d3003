using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Tests.Comparison;

namespace Orrery.Dataflow.Tests.Partitions;

/// <summary>The queries whose plans are far from their text, at several partitions.</summary>
public sealed class PartitionedSubqueryTests
{
    [Fact]
    public async Task Subqueries_and_grouping_sets_are_as_in_one_graph()
    {
        foreach (string query in SubqueryComparisonTests.Queries)
        {
            for (int seed = 1; seed <= 1; seed++)
            {
                var random = new Random(seed);
                using var pair = new PairedDataflow(RandomTables.Script, 2 + seed, random);
                var tables = new RandomTables(random);
                using var ignored = new DataflowGraph();
                foreach (var relation in pair.Catalog.Relations) ignored.AddTable(relation);
                for (int step = 0; step < 5; step++)
                {
                    if (step == 1) await pair.AddView("v", query);
                    tables.Change(ignored);
                    await pair.Step(step, tables.Last, $"seed {seed}, step {step}, {query}");
                }
            }
        }
    }
}

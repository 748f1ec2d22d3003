using System.Globalization;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Partitions;
using Orrery.Dataflow.Tests.Checkpoints;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Binding;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Partitions;

/// <summary>
/// Partitions that crash between steps and within them, each by itself: a new one restores its own last checkpoint and repeats the steps since, with the others' messages from a log. It sends the same bytes again, and
/// all of them together go on as if nothing had been.
/// </summary>
public sealed class CrashingPartitionsTests
{
    [Fact]
    public async Task A_partition_that_crashed_restores_repeats_and_sends_the_same_bytes()
    {
        int cases = int.Parse(Environment.GetEnvironmentVariable("ORRERY_SQL_CASES") ?? "30", CultureInfo.InvariantCulture);
        int first = int.Parse(Environment.GetEnvironmentVariable("ORRERY_SQL_SEED") ?? "1", CultureInfo.InvariantCulture);
        int repeats = 0;
        for (int seed = first; seed < first + cases; seed++)
        {
            try
            {
                repeats += await Run(seed);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw new ShouldAssertException($"seed {seed}: {error}");
            }
        }

        repeats.ShouldBeGreaterThan(cases);
    }

    private static async Task<int> Run(int seed)
    {
        var random = new Random(seed);
        var catalog = new ScriptCatalog(RandomTables.Script);
        Plan plan;
        try
        {
            plan = catalog.View(new RandomQuery(random).Query(random.Next(1, 4)).Ours);
        }
        catch (SqlBindingException)
        {
            return 0;
        }

        int count = random.Next(2, 5);
        var log = new LoggedExchange(count);
        using var alone = new DataflowGraph();
        foreach (var relation in catalog.Relations) alone.AddTable(relation);
        var view = alone.AddView("v", plan);
        var partitions = new CrashingPartition[count];
        for (int number = 0; number < count; number++) partitions[number] = new CrashingPartition(catalog, plan, log.At(number), (number, count), new Random(seed * 10 + number));
        await Task.WhenAll(partitions.Select(partition => partition.Start()));
        var tables = new RandomTables(random);
        for (int step = 0; step < 10; step++)
        {
            tables.Change(alone);
            var given = partitions.Select(_ => new List<(string Table, object?[] Row, int Weight, int Order)>()).ToArray();
            for (int order = 0; order < tables.Last.Count; order++)
                given[random.Next(count)].Add((tables.Last[order].Table, tables.Last[order].Row, tables.Last[order].Weight, order));
            alone.Step(step);
            alone.EndStep();
            // Each on a thread of its own: they wait for each other within a step.
            await Task.WhenAll(partitions.Select((partition, number) => Task.Run(() => partition.Step(step + 1, step, given[number]))));
            RowTexts.OfRows(receiver =>
            {
                foreach (var partition in partitions) partition.Graph.FindView("v").ReadRows(receiver);
            }, view.Layout).ShouldBe(RowTexts.OfView(view), $"step {step} at {count} partitions\n{PlanPrinter.Explain(plan)}");
        }

        foreach (var partition in partitions) partition.Dispose();
        return log.Repeats;
    }

    private sealed class CrashingPartition(ScriptCatalog catalog, Plan plan, IExchange exchange, (int, int) place, Random random) : IDisposable
    {
        private readonly MemoryCheckpointStore _store = new();
        private readonly List<(long Number, long Clock, List<(string Table, object?[] Row, int Weight, int Order)> Changes)> _since = [];
        private PartitionedGraph _graph = null!;
        private GraphCheckpoints _checkpoints = null!;

        public DataflowGraph Graph => _graph.Graph;

        public async Task Start()
        {
            _graph = new PartitionedGraph(exchange, place);
            foreach (var relation in catalog.Relations) _graph.AddTable(relation, TableFeed.Anywhere);
            _checkpoints = new GraphCheckpoints(_store);
            bool isThere = await _checkpoints.Open(TestContext.Current.CancellationToken) is not null;
            if (isThere)
            {
                _graph.DeclareView("v", plan);
                (await _checkpoints.Restore(Graph, TestContext.Current.CancellationToken)).ShouldBeEmpty();
            }
            else
            {
                await _graph.AddView(0, "v", plan, TestContext.Current.CancellationToken);
            }

            foreach (var (number, clock, changes) in _since) await Work(number, clock, changes);
        }

        public async Task Step(long number, long clock, List<(string Table, object?[] Row, int Weight, int Order)> changes)
        {
            if (random.Next(4) == 0) await Restart();
            await Work(number, clock, changes);
            if (random.Next(5) == 0)
            {
                // It had worked through the step, and is gone before anybody knew.
                await Restart();
                await Work(number, clock, changes);
            }

            _since.Add((number, clock, changes));
            if (random.Next(3) != 0) return;
            await _checkpoints.Write(Graph, Array.Empty<byte>(), TestContext.Current.CancellationToken);
            _since.Clear();
        }

        public void Dispose() => _graph.Dispose();

        private async Task Restart()
        {
            _graph.Dispose();
            await Start();
        }

        private async Task Work(long number, long clock, List<(string Table, object?[] Row, int Weight, int Order)> changes)
        {
            foreach (var (table, row, weight, order) in changes)
                _graph.Give(table, RowValues.FromObjects(row, Graph.FindTable(table).Layout, Graph.Arena), weight == 0 ? -1 : weight, order);
            await _graph.Step(number, clock, TestContext.Current.CancellationToken);
            _graph.EndStep();
        }
    }
}

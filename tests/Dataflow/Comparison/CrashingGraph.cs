using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Tests.Checkpoints;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Comparison;

/// <summary>
/// A graph of one view that writes checkpoints now and then, some of which break off, and is thrown away now and then, also in the middle of a step: the next one is made of the last whole checkpoint, and given again
/// what came since.
/// </summary>
internal sealed class CrashingGraph(ScriptCatalog catalog, Plan plan, Random random) : IDisposable
{
    private readonly MemoryCheckpointStore _store = new();
    private readonly List<(long Clock, List<(string Table, object?[] Row, int Weight)> Changes)> _since = [];
    private DataflowGraph? _graph;
    private GraphCheckpoints _checkpoints = null!;

    /// <summary>The changes of the view in a step.</summary>
    public async Task<Dictionary<string, int>> Step(long clock, List<(string Table, object?[] Row, int Weight)> changes, Func<nint, RowLayout, string> text)
    {
        _graph ??= await Start();
        if (random.Next(4) == 0)
        {
            // A crash within a step: it was worked through and nobody was told.
            if (random.Next(2) == 0) Work(_graph, clock, changes, null);
            _graph.Dispose();
            _graph = await Start();
        }

        var told = new Dictionary<string, int>();
        Work(_graph, clock, changes, (row, weight) =>
        {
            string line = text(row, _graph.FindView("v").Layout);
            told[line] = told.GetValueOrDefault(line) + weight;
        });
        _since.Add((clock, changes));
        if (random.Next(2) == 0) await Save(_graph);
        return told;
    }

    public void Dispose() => _graph?.Dispose();

    private async Task<DataflowGraph> Start()
    {
        var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        graph.AddView("v", plan);
        _checkpoints = new GraphCheckpoints(_store);
        if (await _checkpoints.Open(TestContext.Current.CancellationToken) is not null) await _checkpoints.Restore(graph, TestContext.Current.CancellationToken);
        foreach (var (clock, changes) in _since) Work(graph, clock, changes, null);
        return graph;
    }

    private async Task Save(DataflowGraph graph)
    {
        try
        {
            // Now and then the disk is full, for the manifest or for a segment.
            _store.CallsUntilCrash = random.Next(4) == 0 ? random.Next(3) : -1;
            await _checkpoints.Write(graph, Array.Empty<byte>(), TestContext.Current.CancellationToken);
            _since.Clear();
        }
        catch (IOException)
        {
            // The former checkpoint counts, unless the new one was whole and only the tidying up broke off.
            if (_store.WasWritten) _since.Clear();
        }
        finally
        {
            _store.CallsUntilCrash = -1;
        }
    }

    private static void Work(DataflowGraph graph, long clock, List<(string Table, object?[] Row, int Weight)> changes, RowReceiver? receiver)
    {
        RandomTables.Repeat(changes, graph);
        graph.Step(clock);
        if (receiver is not null) graph.FindView("v").ReadChanges(receiver);
        graph.EndStep();
    }
}

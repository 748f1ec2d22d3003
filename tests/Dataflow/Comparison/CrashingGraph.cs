using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Graphs;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Comparison;

/// <summary>
/// A graph of one view that writes checkpoints now and then, some of which break off, and is thrown away now and then, also in the middle of a step: the next one is made of the last whole checkpoint, and given again
/// what came since.
/// </summary>
internal sealed class CrashingGraph(ScriptCatalog catalog, Plan plan, Random random) : IDisposable
{
    private readonly MemoryStore _store = new(random);
    private readonly List<(long Clock, List<(string Table, object?[] Row, int Weight)> Changes)> _since = [];
    private DataflowGraph? _graph;
    private CheckpointManifest? _manifest;

    /// <summary>The changes of the view in a step.</summary>
    public Dictionary<string, int> Step(long clock, List<(string Table, object?[] Row, int Weight)> changes, Func<nint, RowLayout, string> text)
    {
        _graph ??= Start();
        if (random.Next(4) == 0)
        {
            // A crash within a step: it was worked through and nobody was told.
            if (random.Next(2) == 0) Work(_graph, clock, changes, null);
            _graph.Dispose();
            _graph = Start();
        }

        var told = new Dictionary<string, int>();
        Work(_graph, clock, changes, (row, weight) =>
        {
            string line = text(row, _graph.FindView("v").Layout);
            told[line] = told.GetValueOrDefault(line) + weight;
        });
        _since.Add((clock, changes));
        if (random.Next(2) == 0) Save(_graph);
        return told;
    }

    public void Dispose() => _graph?.Dispose();

    private DataflowGraph Start()
    {
        var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        if (_manifest is not null) graph.LoadCheckpoint(_manifest, _store);
        graph.AddView("v", plan);
        foreach (var (clock, changes) in _since) Work(graph, clock, changes, null);
        return graph;
    }

    private void Save(DataflowGraph graph)
    {
        try
        {
            var manifest = graph.WriteCheckpoint(_store);
            // The manifest itself may not have been written either.
            if (random.Next(4) == 0) return;
            _manifest = manifest;
            _since.Clear();
        }
        catch (IOException)
        {
            // The former checkpoint counts.
        }
    }

    private static void Work(DataflowGraph graph, long clock, List<(string Table, object?[] Row, int Weight)> changes, RowReceiver? receiver)
    {
        RandomTables.Repeat(changes, graph);
        graph.Step(clock);
        if (receiver is not null) graph.FindView("v").ReadChanges(receiver);
        graph.EndStep();
    }

    /// <summary>Segments in memory; now and then the disk is full.</summary>
    private sealed class MemoryStore(Random random) : ICheckpointStore
    {
        private readonly Dictionary<string, MemoryStream> _segments = [];

        public Stream Create(string name)
        {
            if (random.Next(12) == 0) throw new IOException("The disk is full.");
            return _segments[name] = new MemoryStream();
        }

        public Stream Open(string name) => new MemoryStream(_segments[name].ToArray());
    }
}

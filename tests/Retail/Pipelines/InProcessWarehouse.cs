using System.Text;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Sources;
using Orrery.Log;
using Orrery.Retail.Canal;
using Orrery.Retail.Pipelines;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Syntax;

namespace Orrery.Retail.Tests.Pipelines;

/// <summary>The pipelines in a graph of this process, fed with canal's messages by the decoder that the server has.</summary>
internal sealed class InProcessWarehouse : ISqlCatalog, IDisposable
{
    private readonly Dictionary<string, Relation> _relations = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);
    private readonly LogBatchEncoder _encoder = new();
    private long _offset;

    public InProcessWarehouse(DataflowOptions? options = null)
    {
        Graph = new DataflowGraph(options);
        foreach (PipelineStatement statement in RetailPipelines.Statements.Where(static each => each.Kind != PipelineStatementKind.Sink))
        {
            switch (SqlBinder.Bind(SqlParser.ParseStatement(statement.Text), this))
            {
                case BoundCreateTable table:
                    _relations.Add(table.Relation.Name, table.Relation);
                    string topic = table.Relation.Options["topic"];
                    _sources.Add(topic, new Source(
                        new ChangeDecoder(null!, "", new SharedDecoding(new CanalReader(new ChangeMessageOptions())), table.Relation.Options["table"]), new RowTarget(Graph.AddTable(table.Relation), Graph.Arena)));
                    break;
                case BoundCreateView view:
                    _relations.Add(view.Relation.Name, view.Relation);
                    if (statement.Kind == PipelineStatementKind.MaterializedView)
                        Graph.AddView(view.Relation.Name, view.Plan, new ViewOptions { IsMaterialized = view.Relation.Options.GetValueOrDefault("rows") != "computed" });
                    break;
            }
        }
    }

    public DataflowGraph Graph { get; }

    /// <summary>Messages that could not be read, with the reason.</summary>
    public List<string> Rejected { get; } = [];

    public IEnumerable<string> RelationNames => _relations.Keys;

    public IEnumerable<string> FunctionNames => [];

    public Relation? FindRelation(string name) => _relations.GetValueOrDefault(name);

    public SqlFunction? FindFunction(string name) => null;

    /// <summary>Messages as they lie in the log: one slice for each topic.</summary>
    public List<(string Topic, SourceSlice Slice)> Slices(IEnumerable<CanalMessage> messages)
    {
        var slices = new List<(string, SourceSlice)>();
        foreach (IGrouping<string, CanalMessage> topic in messages.GroupBy(static message => message.Topic))
        {
            _encoder.Reset();
            foreach (CanalMessage message in topic)
                _encoder.Add(Encoding.UTF8.GetBytes(message.Key), message.Value, 0);
            long from = _offset;
            _offset += _encoder.Records;
            byte[] batch = _encoder.Finish().ToArray();
            LogBatches.Stamp(batch, from, 0);
            slices.Add((topic.Key, new SourceSlice(0, from, _offset, _offset, LogBatches.Parse(batch), batch.Length, null)));
        }

        return slices;
    }

    /// <summary>One epoch.</summary>
    public void Step(List<(string Topic, SourceSlice Slice)> slices)
    {
        Decode(slices);
        Graph.Step(0);
        Graph.EndStep();
    }

    /// <summary>The messages' rows are given to the tables.</summary>
    public void Decode(List<(string Topic, SourceSlice Slice)> slices)
    {
        foreach ((string topic, SourceSlice slice) in slices)
        {
            Source source = _sources[topic];
            source.Decoder.Decode(slice, source.Target, (_, _, reason) => Rejected.Add(reason));
        }
    }

    public void Dispose()
    {
        foreach (Source source in _sources.Values)
            source.Target.Dispose();
        Graph.Dispose();
    }

    private sealed record Source(ChangeDecoder Decoder, RowTarget Target);
}

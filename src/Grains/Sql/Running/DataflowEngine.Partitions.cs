using System.Buffers;
using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Partitions;
using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Sql.Sinks;
using Orrery.Grains.Sql.Values;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Sql.Running;

/// <summary>The engine as one of several: its graph steps together with the others, and holds a part of all rows.</summary>
sealed partial class DataflowEngine
{
    /// <summary>Rounds of one epoch: a view that joins takes one, and the step.</summary>
    const int RoundsMax = 1 << 12;

    readonly PartitionedGraph? parts;
    readonly int partition;
    long order, round;
    bool hasStepped;

    /// <summary>Whether this partition takes the rows of a source's partition.</summary>
    public bool Reads(int sourcePartition) => parts is null || sourcePartition % options.Partitions == partition;

    /// <summary>The journal has these ranges: who reads them has given their rows.</summary>
    public void Pass(IEnumerable<OffsetRange> ranges)
    {
        foreach (OffsetRange range in ranges)
            if (tables.TryGetValue(range.Table, out SourceTable? table))
                table.Applied[range.Partition] = Math.Max(table.Applied[range.Partition], range.To);
    }

    /// <summary>The tables and views that a statement reads.</summary>
    public IReadOnlyCollection<string> Reads(StatementSyntax statement)
    {
        IEnumerable<Plan> plans = statement switch
        {
            QueryStatementSyntax query => [SqlBinder.BindQuery(query.Query, Catalog)],
            WhySyntax why => ((BoundWhy)SqlBinder.Bind(why, Catalog)).Sources.Select(static source => source.Plan),
            _ => [((BoundInsert)SqlBinder.Bind(statement, Catalog)).Plan],
        };
        return [.. plans.SelectMany(PlanTraversal.Nodes).OfType<ScanPlan>().Select(static scan => scan.Relation.Name).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The layout of a table's or a view's rows.</summary>
    public RowLayout RowsOf(string relation) => tables.ContainsKey(relation) ? graph.FindTable(relation).Layout : graph.FindView(relation).Layout;

    /// <summary>Rows that this partition has of a table or view, between two epochs, as <see cref="PackedPages"/> has them.</summary>
    /// <param name="skip">Of different rows, those that were answered before.</param>
    public (byte[] Rows, bool IsLast) PartOf(string relation, long skip)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bool isLast = true;
        void Take(nint row, int weight)
        {
            if (skip-- > 0)
                return;
            if (bytes.WrittenCount < PackedPages.PageBytes)
                PackedPages.Write(bytes, row, weight);
            else
                isLast = false;
        }

        if (tables.ContainsKey(relation))
            graph.FindTable(relation).ReadRows(Take);
        else
            graph.FindView(relation).ReadRows(Take);
        return (bytes.WrittenSpan.ToArray(), isLast);
    }

    async Task<DataflowView> AddViewAsync(string name, BoundDefinition meaning, IReadOnlyList<int>? receiverKey, long epoch, bool isEmpty, CancellationToken cancellationToken)
    {
        // Of several partitions nobody has what an exchange has brought: there rows are always kept.
        bool isKept = meaning.Relation!.Kind != RelationKind.MaterializedView || !AreRowsComputed(meaning.Relation) || parts is not null;
        var how = new ViewOptions { Errors = ErrorsOf(meaning.Relation!), IsMaterialized = isKept };
        if (parts is null)
            return graph.AddView(name, meaning.Plan!, how);
        return isEmpty ? parts.DeclareView(name, meaning.Plan!, how, receiverKey) : await parts.AddView(NextRound(epoch), name, meaning.Plan!, cancellationToken, how, receiverKey);
    }

    /// <summary>All changes of a key, or without one of a row, come from one partition, so that the sink takes them in their order.</summary>
    static int[] ReceiverKeyOf(Relation sink)
    {
        Relation written = SinkTypes.Written(sink);
        return written.PrimaryKey.Count > 0 ? [.. written.PrimaryKey] : [.. Enumerable.Range(0, written.Schema.Count)];
    }

    void RemoveView(string name)
    {
        if (parts is null)
            graph.RemoveView(name);
        else
            parts.RemoveView(name);
    }

    /// <summary>The same at all partitions, and the same again when an epoch is done again.</summary>
    long NextRound(long epoch)
    {
        long first = epoch * RoundsMax;
        round = Math.Max(round + 1, first);
        return round < first + RoundsMax ? round : throw new InvalidDataException($"Epoch {epoch} takes more than {RoundsMax} rounds. Make fewer views at once.");
    }
}

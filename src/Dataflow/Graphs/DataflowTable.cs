using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Graphs;

/// <summary>A table of a graph: where changes are given for the next step. Rows are packed by <see cref="Layout"/> and good until the step ends; the graph's arena has just such memory.</summary>
public sealed class DataflowTable
{
    internal DataflowTable(TableOperator source) => Operator = source;

    public Relation Relation => Operator.Relation;

    public RowLayout Layout => Operator.Layout;

    /// <summary>Rows that are kept; 0 for a table that keeps none.</summary>
    public long Rows => Operator.Arrangement?.Count ?? 0;

    /// <summary>Event times before this are late, in microseconds; <see cref="long.MinValue"/>: none.</summary>
    public long Watermark => Operator.Watermark;

    /// <summary>Rows that were dropped because they were late.</summary>
    public long LateRows => Operator.LateRows;

    /// <summary>All rows that are kept, with how often each is there; between steps, no order. A row is good until the next one is told.</summary>
    public unsafe void ReadRows(RowReceiver receiver)
    {
        if (Operator.Arrangement is not { } rows) return;
        var row = new RowBuffer();
        foreach (uint handle in rows.Handles())
            if (rows.Entry(handle)->Weight > 0) receiver(rows.Row(handle, row), rows.Entry(handle)->Weight);
    }

    internal TableOperator Operator { get; }

    /// <summary>With a primary key: the row of its key, whether there was one or not. Without: one more row.</summary>
    public void Upsert(nint row) => Operator.Add(row, 1);

    /// <summary>Adds or takes away so many of a row. With a primary key: above zero is an upsert, below a deletion by key.</summary>
    public void Add(nint row, int weight) => Operator.Add(row, weight);

    /// <summary>With a primary key: the row of the key goes, if there is one; only the key's columns are read. Without: one row less.</summary>
    public void Delete(nint row) => Operator.Delete(row);
}

using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Archives;

/// <summary>A table of a document: where its rows belong, and how those of given documents are found in the source and in the archive.</summary>
/// <param name="Source">As the source has it.</param>
/// <param name="Column">The column that leads to the parent; for heads the primary key.</param>
/// <param name="Parent">What it belongs to; null for heads.</param>
/// <param name="ParentColumn">The parent's column that is met.</param>
sealed record DocumentTable(TableDefinition Source, string Column, DocumentTable? Parent, string? ParentColumn)
{
    /// <summary>As the archive has it; the source's own until the archive was opened.</summary>
    public TableDefinition Archive { get; set; } = Source;

    public string Name => Source.Name.Name;

    /// <summary>The column by which a foreign key leads from a row to another of the same table, and the column that it meets; null: there is none.</summary>
    public (string Column, string ParentColumn)? Self { get; init; }

    /// <summary>The columns that are compared, by the source's types.</summary>
    public IReadOnlyList<(string Name, ColumnType As)> Digested { get; } = [.. Source.Writable.Select(column => (column.Name, column.Type))];

    /// <summary>Whether the rows are found by the document's own key, without a look at other tables.</summary>
    public bool IsDirect => Parent is null || (Parent.Parent is null && ParentColumn == Parent.Column);

    /// <summary>A condition over this table's rows, in an engine's SQL.</summary>
    /// <param name="dialect">The engine's.</param>
    /// <param name="keys">Makes the condition that a column's value is a key of the documents.</param>
    /// <param name="side">The table there.</param>
    public string Condition(IDialect dialect, Func<string, string> keys, Func<DocumentTable, TableDefinition> side)
    {
        if (IsDirect) return keys(dialect.Quote(Column));
        return $"{dialect.Quote(Column)} IN (SELECT {dialect.Quote(ParentColumn!)} FROM {dialect.Quote(side(Parent!).Name)} WHERE {Parent!.Condition(dialect, keys, side)})";
    }
}

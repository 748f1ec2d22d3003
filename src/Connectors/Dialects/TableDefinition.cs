using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>A table as a database knows it.</summary>
public sealed record TableDefinition(TableName Name, IReadOnlyList<ColumnDefinition> Columns)
{
    /// <summary>Names of the primary key's columns in its order; empty where there is none.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>The other indexes.</summary>
    public IReadOnlyList<IndexDefinition> Indexes { get; init; } = [];

    /// <summary>Of a table that is to be made: checks and foreign keys as the engine's own SQL has them between a table's columns. Catalogues leave them out.</summary>
    public IReadOnlyList<string> Constraints { get; init; } = [];

    public string? Comment { get; init; }

    /// <summary>A rough number of rows by the database's statistics; -1 where it has none.</summary>
    public long RowsEstimate { get; init; } = -1;

    /// <summary>Columns that can be written.</summary>
    public IEnumerable<ColumnDefinition> Writable => Columns.Where(column => !column.IsGenerated);

    /// <summary>The schema of its rows, all columns in their order.</summary>
    /// <param name="database">The database's name, as receipts and catalogues know it.</param>
    public TableSchema ToSchema(string database) =>
        new(Name.Schema ?? database, Name.Name, [.. Columns.Select(column => column.ToColumn())], [.. Key.Select(IndexOf)]);

    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public ColumnDefinition Column(string name) => Columns[IndexOf(name)];

    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public int IndexOf(string name)
    {
        for (int index = 0; index < Columns.Count; index++)
            if (Columns[index].Name == name)
                return index;
        throw new ArgumentException($"Table {Name} has no column '{name}'; it has: {string.Join(", ", Columns.Select(column => column.Name))}.", nameof(name));
    }
}

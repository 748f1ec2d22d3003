namespace Orrery.Retail.Schema;

/// <summary>A table of one of the source databases.</summary>
/// <param name="KeyColumns">Places of the primary key's columns.</param>
/// <param name="PartitionColumn">
/// The place of the column by whose hash canal chooses the partition. What belongs to an order goes by the order, so that a line whose key changes stays in the order of its changes; everything else by its key, which never changes.
/// </param>
public sealed record RetailTable(string Database, string Name, IReadOnlyList<RetailColumn> Columns, IReadOnlyList<int> KeyColumns, int PartitionColumn)
{
    /// <summary><c>database.table</c>.</summary>
    public string FullName => $"{Database}.{Name}";

    /// <summary>The topic of the table's changes: <c>retail.database.table</c>.</summary>
    public string Topic => $"retail.{Database}.{Name}";

    /// <exception cref="ArgumentException">There is no such column.</exception>
    public int IndexOf(string column)
    {
        for (int index = 0; index < Columns.Count; index++)
            if (Columns[index].Name.Equals(column, StringComparison.OrdinalIgnoreCase))
                return index;
        throw new ArgumentException($"{FullName} has no column '{column}'. It has: {string.Join(", ", Columns.Select(static each => each.Name))}.");
    }
}

namespace Orrery.Sql.Rows;

/// <summary>The columns of a relation, in order. Names may repeat in the schema of a join; in a table's or a view's they do not.</summary>
public sealed class RowSchema(IEnumerable<RowColumn> columns)
{
    private readonly RowColumn[] _columns = [.. columns];

    /// <summary>Columns of one relation, at most.</summary>
    public const int ColumnsMax = 2_000;

    public int Count => _columns.Length;

    public IReadOnlyList<RowColumn> Columns => _columns;

    public RowColumn this[int index] => _columns[index];

    /// <summary>The first column of this name, without regard to case; -1 where there is none.</summary>
    public int IndexOf(string name) => Array.FindIndex(_columns, column => string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase));

    public override string ToString() => string.Join(", ", _columns.Select(column => $"{column.Name} {column.Type}"));
}

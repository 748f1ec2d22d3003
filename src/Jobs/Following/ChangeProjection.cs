using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Following;

/// <summary>Rows of a capture as the follower's table takes them: its names, the columns that travel.</summary>
sealed class ChangeProjection
{
    readonly TableSchema from;
    readonly bool[] travels;
    readonly int[] keyOf;

    /// <exception cref="FollowException">The capture lacks a column: the table was altered.</exception>
    public ChangeProjection(FollowedTable table, TableSchema from)
    {
        (Table, this.from) = (table, from);
        string?[] names = [.. from.Columns.Select(column => table.NameOf(column.Name))];
        foreach ((string leader, _) in table.Columns)
            if (from.IndexOf(leader) < 0)
                throw new FollowException($"Table {table.Name} was altered where it changes: column '{leader}' is not there any more, and {table.Follower.Name} has it. Undo that, or begin a new job.");
        travels = [.. names.Select(name => name is not null)];
        Column[] columns = [.. from.Columns.Select((column, index) => names[index] is { } name ? column with { Name = name } : null).OfType<Column>()];
        Schema = new TableSchema(from.Database, table.Follower.Name.Name, columns, [.. table.Follower.Key.Select(name => Array.FindIndex(columns, column => column.Name == name))]);
        KeySchema = RowKeys.SchemaOf(Schema);
        keyOf = [.. table.Follower.Key.Select(name => Array.IndexOf(names, name))];
    }

    public FollowedTable Table { get; }

    public TableSchema Schema { get; }

    public TableSchema KeySchema { get; }

    /// <summary>A row; null where a column that travels is missing.</summary>
    public byte[]? Row(ReadOnlySpan<byte> row)
    {
        var writer = new RowWriter(row.Length + 16);
        writer.BeginRow(Schema.Columns.Count);
        var reader = new RowReader(from, row);
        while (reader.Read())
        {
            if (!travels[reader.Index]) continue;
            if (reader.IsMissing) return null;
            if (reader.IsNull) writer.WriteNull();
            else writer.WriteEncoded(reader.Encoded);
        }

        writer.EndRow();
        return writer.Written.ToArray();
    }

    /// <summary>A row's key; null where it is not said.</summary>
    public byte[]? Key(ReadOnlySpan<byte> row)
    {
        if (row.IsEmpty) return null;
        var encoded = new byte[from.Columns.Count][];
        var reader = new RowReader(from, row);
        while (reader.Read())
            if (!reader.IsMissing && !reader.IsNull)
                encoded[reader.Index] = reader.Encoded.ToArray();
        var writer = new RowWriter(64);
        writer.BeginRow(keyOf.Length);
        foreach (int index in keyOf)
        {
            if (encoded[index] is not { } value) return null;
            writer.WriteEncoded(value);
        }

        writer.EndRow();
        return writer.Written.ToArray();
    }

    /// <summary>Values of the leader's columns of a row, by name; null where one is missing or null.</summary>
    public Dictionary<string, byte[]>? Values(ReadOnlySpan<byte> row, IReadOnlyList<string> columns)
    {
        var values = new Dictionary<string, byte[]>();
        if (row.IsEmpty) return null;
        var reader = new RowReader(from, row);
        while (reader.Read())
            if (!reader.IsMissing && !reader.IsNull && columns.Contains(reader.Column.Name))
                values[reader.Column.Name] = reader.Encoded.ToArray();
        return values.Count == columns.Count ? values : null;
    }

    /// <summary>The capture's column.</summary>
    public Column Captured(string leaderColumn) => from.Columns[from.IndexOf(leaderColumn)];
}

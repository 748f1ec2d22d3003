using Orrery.Connectors.ChangeCapture.MySql.Columns;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Schemas;

/// <summary>A column of a table as it is defined at a position of the log.</summary>
internal sealed record MySqlColumn(string Name, MySqlType Type, bool Nullable);

/// <summary>A table as it is defined at a position of the log. Immutable.</summary>
internal sealed class MySqlTable
{
    TableSchema? schema;

    public MySqlTable(string database, string name, string charset, IReadOnlyList<MySqlColumn> columns, IReadOnlyList<string> keys)
    {
        Database = database;
        Name = name;
        Charset = charset;
        Columns = columns;
        Keys = keys;
    }

    public string Database { get; }

    public string Name { get; }

    /// <summary>What its new text columns get where they name none.</summary>
    public string Charset { get; }

    public IReadOnlyList<MySqlColumn> Columns { get; }

    /// <summary>Names of the primary key's columns; empty where it has none.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>The strict schema.</summary>
    /// <exception cref="ChangeSourceException">A column has a type that is not known.</exception>
    public TableSchema Schema => schema ??= MakeSchema();

    public int IndexOf(string column)
    {
        for (int index = 0; index < Columns.Count; index++)
            if (string.Equals(Columns[index].Name, column, StringComparison.OrdinalIgnoreCase))
                return index;
        return -1;
    }

    public MySqlTable With(IReadOnlyList<MySqlColumn>? columns = null, IReadOnlyList<string>? keys = null, string? database = null, string? name = null, string? charset = null) =>
        new(database ?? Database, name ?? Name, charset ?? Charset, columns ?? Columns, keys ?? Keys);

    public override string ToString() => $"{Database}.{Name}";

    TableSchema MakeSchema()
    {
        var columns = new Column[Columns.Count];
        for (int index = 0; index < columns.Length; index++)
        {
            var column = Columns[index];
            try
            {
                columns[index] = new Column(column.Name, column.Type.ToColumnType(), column.Type.ToString(), column.Nullable && !Keys.Contains(column.Name, StringComparer.OrdinalIgnoreCase));
            }
            catch (NotSupportedException error)
            {
                throw new ChangeSourceException(ChangeSourceFault.Schema, $"Column '{column.Name}' of {this} cannot be captured: {error.Message} Leave the table out.", error);
            }
        }

        return new TableSchema(Database, Name, columns, [.. Keys.Select(IndexOf).Where(index => index >= 0)]);
    }
}

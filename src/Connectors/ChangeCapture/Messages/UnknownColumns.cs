using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Stands for the schema of a table that a statement names before any row of it was seen: database, table, and one column named <c>*</c>.</summary>
public static class UnknownColumns
{
    public const string ColumnName = "*";

    public static TableSchema Of(string database, string table) => new(database, table, [new Column(ColumnName, new ColumnType(ColumnKind.Text), "", true)], []);

    public static bool Is(TableSchema schema) => schema.Columns.Count == 1 && schema.Columns[0].Name == ColumnName;
}

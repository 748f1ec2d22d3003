using Orrery.Connectors.Rows;
using Orrery.Interfaces.Catalog;

namespace Orrery.Grains.Channels;

/// <summary>Schemas of rows as the catalog keeps them, and back.</summary>
static class SchemaTexts
{
    public static SchemaDraft Draft(TableSchema schema) => new(
        schema.Fingerprint,
        [.. schema.Columns.Select((column, index) => new SchemaColumn(column.Name, column.Type.ToString(), column.NativeType, column.Nullable, KeyPlace(schema, index)))],
        schema.Database, schema.Table);

    /// <exception cref="FormatException">A type is none of ours, or the fingerprint is another one.</exception>
    public static TableSchema Read(SchemaVersion version)
    {
        Column[] columns = [.. version.Columns.Select(column => new Column(column.Name, ColumnType.Parse(column.Type), column.NativeType, column.Nullable))];
        int[] keys = [.. version.Columns.Select((column, index) => (column.Key, index)).Where(pair => pair.Key > 0).OrderBy(pair => pair.Key).Select(pair => pair.index)];
        var schema = new TableSchema(version.Database ?? "", version.Table ?? "", columns, keys);
        return schema.Fingerprint == version.Fingerprint
            ? schema
            : throw new FormatException($"The schema of {schema} in the catalog has the fingerprint {schema.Fingerprint:x16}, and is kept under {version.Fingerprint:x16}.");
    }

    static int KeyPlace(TableSchema schema, int column)
    {
        for (int place = 0; place < schema.KeyColumns.Count; place++)
            if (schema.KeyColumns[place] == column)
                return place + 1;
        return 0;
    }
}

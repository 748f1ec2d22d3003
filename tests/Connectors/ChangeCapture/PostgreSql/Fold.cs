using System.Globalization;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.PostgreSql;

/// <summary>What a reader of changes makes of them: a table per name, a row per key.</summary>
sealed class Fold
{
    readonly Dictionary<string, Dictionary<string, Dictionary<string, string>>> tables = [];

    public Fold()
    {
    }

    Fold(Fold other) => tables = other.tables.ToDictionary(table => table.Key, table => table.Value.ToDictionary(row => row.Key, row => row.Value));

    public Fold Copy() => new(this);

    public Dictionary<string, Dictionary<string, string>> this[string table] => tables.TryGetValue(table, out var rows) ? rows : tables[table] = [];

    public void Apply(ChangeBatch batch)
    {
        foreach (ChangeEntry entry in batch.Entries)
        {
            TableSchema schema = batch.Schemas[entry.Schema];
            var change = new ChangeReader(batch.ValueOf(entry).Span);
            Dictionary<string, Dictionary<string, string>> rows = this[schema.Table];
            if (entry.Kind == ChangeKind.Truncate) rows.Clear();
            if (change.Kind is ChangeKind.Schema or ChangeKind.Truncate) continue;
            Dictionary<string, string>? known = null;
            if (!change.Before.IsEmpty) rows.Remove(Key(schema, change.Before), out known);
            if (change.After.IsEmpty) continue;
            string key = Key(schema, change.After);
            if (change.Kind == ChangeKind.Update && known is null) rows.TryGetValue(key, out known);
            rows[key] = Row(schema, change.After, known);
        }
    }

    static string Key(TableSchema schema, ReadOnlySpan<byte> row)
    {
        object?[] values = RowValues.ReadAll(schema, row);
        return string.Join('|', schema.KeyColumns.Select(index => Text(values[index])));
    }

    static Dictionary<string, string> Row(TableSchema schema, ReadOnlySpan<byte> row, Dictionary<string, string>? known)
    {
        object?[] values = RowValues.ReadAll(schema, row);
        var result = new Dictionary<string, string>();
        for (int column = 0; column < values.Length; column++)
        {
            string name = schema.Columns[column].Name;
            result[name] = values[column] == RowValues.Missing ? known?.GetValueOrDefault(name) ?? "(missing)" : Text(values[column]);
        }

        return result;
    }

    public static string Text(object? value) => value switch
    {
        null => "(null)",
        byte[] bytes => Convert.ToHexString(bytes),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}

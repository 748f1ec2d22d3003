using System.Globalization;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Tests.ChangeCapture.MySql;

/// <summary>Tables as somebody has them who only heard of the changes: rows by key, values as text by column.</summary>
sealed class FoldedTables
{
    readonly Dictionary<string, Dictionary<string, Dictionary<string, string?>>> tables = [];
    readonly Dictionary<string, TableSchema> schemas = [];

    /// <summary>The last sequence taken, as the log's partitions know it of their producer.</summary>
    public long LastSequence { get; private set; }

    public int Reads { get; private set; }

    public int Changes { get; private set; }

    /// <summary>Takes a batch as a log does: what is not above the last sequence is a repeat.</summary>
    public void Take(ChangeBatch batch)
    {
        long last = LastSequence;
        foreach (var entry in batch.Entries)
        {
            entry.Sequence.ShouldBeLessThanOrEqualTo(batch.EndSequence);
            if (entry.Sequence <= LastSequence) continue;
            entry.Sequence.ShouldBeGreaterThanOrEqualTo(last);
            last = entry.Sequence;
            Apply(batch, entry);
        }

        LastSequence = Math.Max(LastSequence, last);
    }

    /// <summary>A table's rows as lines in the key's order; null where the table is not known.</summary>
    public List<string>? Lines(string table)
    {
        if (!schemas.TryGetValue(table, out var schema) || !tables.TryGetValue(table, out var rows)) return null;
        return [.. rows.Values.Select(row => string.Join('|', schema.Columns.Select(column => row.GetValueOrDefault(column.Name) ?? "NULL"))).Order(StringComparer.Ordinal)];
    }

    public TableSchema? SchemaOf(string table) => schemas.GetValueOrDefault(table);

    void Apply(ChangeBatch batch, ChangeEntry entry)
    {
        var schema = batch.Schemas[entry.Schema];
        var change = new ChangeReader(batch.ValueOf(entry).Span);
        if (!tables.TryGetValue(schema.Table, out var rows)) tables[schema.Table] = rows = [];
        schemas[schema.Table] = schema;
        string key = Convert.ToHexString(batch.KeyOf(entry).Span);
        if (entry.Kind == ChangeKind.Read) Reads++;
        else Changes++;
        switch (entry.Kind)
        {
            case ChangeKind.Read or ChangeKind.Insert: rows[key] = Row(schema, change.After, null); break;
            case ChangeKind.Update: rows[key] = Row(schema, change.After, rows.GetValueOrDefault(key)); break;
            case ChangeKind.Delete: rows.Remove(key); break;
            case ChangeKind.Truncate: rows.Clear(); break;
            case ChangeKind.Schema:
                if (change.Fingerprint != 0) break;
                tables.Remove(schema.Table);
                schemas.Remove(schema.Table);
                break;
        }
    }

    static Dictionary<string, string?> Row(TableSchema schema, ReadOnlySpan<byte> bytes, Dictionary<string, string?>? before)
    {
        object?[] values = RowValues.ReadAll(schema, bytes);
        var row = new Dictionary<string, string?>();
        for (int column = 0; column < values.Length; column++)
        {
            string name = schema.Columns[column].Name;
            row[name] = values[column] == RowValues.Missing ? before?.GetValueOrDefault(name) : Text(values[column]);
        }

        return row;
    }

    static string? Text(object? value) => value switch
    {
        null => null,
        byte[] bytes => Convert.ToHexString(bytes),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}

using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>Keys of rows: a row of the key's columns alone.</summary>
public static class RowKeys
{
    /// <summary>Characters of a value that an error message shows.</summary>
    const int ShownCharactersMax = 120;

    /// <summary>The schema of a table's keys.</summary>
    /// <exception cref="ArgumentException">The table has no key.</exception>
    public static TableSchema SchemaOf(TableSchema schema) => schema.KeyColumns.Count == 0
        ? throw new ArgumentException($"Table {schema} has no key.", nameof(schema))
        : new TableSchema(schema.Database, schema.Table, [.. schema.KeyColumns.Select(index => schema.Columns[index])], [.. Enumerable.Range(0, schema.KeyColumns.Count)]);

    /// <summary>A row's key.</summary>
    public static byte[] Of(TableSchema schema, ReadOnlySpan<byte> row)
    {
        var encoded = new byte[schema.Columns.Count][];
        var reader = new RowReader(schema, row);
        while (reader.Read())
            if (!reader.IsNull && !reader.IsMissing)
                encoded[reader.Index] = reader.Encoded.ToArray();
        var writer = new RowWriter(64);
        writer.BeginRow(schema.KeyColumns.Count);
        foreach (int index in schema.KeyColumns)
        {
            if (encoded[index] is { } value) writer.WriteEncoded(value);
            else writer.WriteNull();
        }

        writer.EndRow();
        return writer.Written.ToArray();
    }

    /// <summary>How an error names a row: by its key where it has one, else by its number, counted from 1.</summary>
    public static string Describe(TableSchema schema, ReadOnlySpan<byte> row, long ordinal)
    {
        if (schema.KeyColumns.Count == 0) return $"row {ordinal + 1}";
        object?[] values = RowValues.ReadAll(schema, row);
        return "row " + string.Join(", ", schema.KeyColumns.Select(index => $"{schema.Columns[index].Name}={Show(values[index])}"));
    }

    /// <summary>A number as plain text.</summary>
    internal static string Plain(object value) => value is IFormattable formattable ? formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture) : value.ToString()!;

    internal static string Show(object? value)
    {
        string text = value switch
        {
            null => "NULL",
            byte[] bytes => "0x" + Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, ShownCharactersMax))),
            IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        if (text.Length <= ShownCharactersMax) return text;
        return new StringBuilder(text, 0, ShownCharactersMax, ShownCharactersMax + 1).Append('…').ToString();
    }
}

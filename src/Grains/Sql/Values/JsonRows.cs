using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Orrery.Interfaces.Sql;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Values;

/// <summary>Rows as JSON: what answers of queries hold, and what a table of one's own keeps in its topic.</summary>
static class JsonRows
{
    /// <summary>Integers up to here are exact in every reader of JSON.</summary>
    const long ExactMax = 1L << 53;

    static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static Utf8JsonWriter Writer(IBufferWriter<byte> into) => new(into, Options);

    /// <summary>A row as an array of its values.</summary>
    public static void Write(Utf8JsonWriter writer, nint row, RowLayout layout)
    {
        writer.WriteStartArray();
        for (int column = 0; column < layout.Count; column++)
            WriteValue(writer, RowValues.ToObject(row, layout, column), layout.Schema[column].Type);
        writer.WriteEndArray();
    }

    /// <summary>A row as an object by its columns' names.</summary>
    public static byte[] ToObjectUtf8(nint row, RowLayout layout)
    {
        var text = new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter writer = Writer(text))
        {
            writer.WriteStartObject();
            for (int column = 0; column < layout.Count; column++)
            {
                writer.WritePropertyName(layout.Schema[column].Name);
                WriteValue(writer, RowValues.ToObject(row, layout, column), layout.Schema[column].Type);
            }

            writer.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();
    }

    /// <summary>Some columns of a row of values as an array.</summary>
    /// <param name="columns">Their places, in the array's order.</param>
    public static byte[] ToUtf8(object?[] values, int[] columns, RowSchema schema)
    {
        var text = new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter writer = Writer(text))
        {
            writer.WriteStartArray();
            foreach (int column in columns)
                WriteValue(writer, values[column], schema[column].Type);
            writer.WriteEndArray();
        }

        return text.WrittenSpan.ToArray();
    }

    public static byte[] ToUtf8(nint row, RowLayout layout)
    {
        var text = new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter writer = Writer(text))
            Write(writer, row, layout);
        return text.WrittenSpan.ToArray();
    }

    public static void WriteValue(Utf8JsonWriter writer, object? value, SqlType type)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool truth: writer.WriteBooleanValue(truth); break;
            case long number when type.IsInteger && number is >= -ExactMax and <= ExactMax: writer.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): writer.WriteNumberValue(number); break;
            case ImmutableArray<byte> bytes: writer.WriteStringValue(Convert.ToHexString(bytes.AsSpan())); break;
            case object?[] elements:
                writer.WriteStartArray();
                foreach (object? element in elements)
                    WriteValue(writer, element, type.Element!);
                writer.WriteEndArray();
                break;
            default: writer.WriteStringValue(RowValues.Text(value, type)); break;
        }
    }

    /// <summary>The values of a row that is written as an array in the columns' order or as an object by their names. What an object lacks is null; what is no column is passed over.</summary>
    /// <exception cref="SqlValueException">It is neither, or the array has another length.</exception>
    public static object?[] Values(JsonElement row, RowSchema schema)
    {
        var values = new object?[schema.Count];
        if (row.ValueKind == JsonValueKind.Array)
        {
            int length = row.GetArrayLength();
            if (length != schema.Count)
                throw new SqlValueException($"A row of {length} values does not fit {schema.Count} columns ({string.Join(", ", schema.Columns.Select(static column => column.Name))}).");
            int index = 0;
            foreach (JsonElement value in row.EnumerateArray())
            {
                values[index] = Value(value, schema[index].Type);
                index++;
            }

            return values;
        }

        if (row.ValueKind != JsonValueKind.Object)
            throw new SqlValueException($"A row must be an array of values or an object by column names, not {row.ValueKind}.");
        for (int index = 0; index < values.Length; index++)
            if (row.TryGetProperty(schema[index].Name, out JsonElement value))
                values[index] = Value(value, schema[index].Type);
        return values;
    }

    /// <summary>A value in a form that a row can be made of. Numbers stay as their text, so that none is bent on its way.</summary>
    static object? Value(JsonElement value, SqlType type) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True or JsonValueKind.False when type.Kind == SqlTypeKind.Boolean => value.GetBoolean(),
        JsonValueKind.String when type.Kind == SqlTypeKind.Binary => Hex(value.GetString()!),
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array when type.Kind == SqlTypeKind.Array => value.EnumerateArray().Select(element => Value(element, type.Element!)).ToArray(),
        _ => value.GetRawText(),
    };

    static byte[] Hex(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException fault)
        {
            throw new SqlValueException($"'{(text.Length > 40 ? text[..40] + "..." : text)}' is no binary in hexadecimal digits.", fault);
        }
    }

    public static IReadOnlyList<SqlColumn> Columns(RowSchema schema) => [.. schema.Columns.Select(static column => new SqlColumn(column.Name, column.Type.ToString()))];

    /// <summary>An array of rows of texts and numbers, for answers that are no rows of a relation.</summary>
    public static SqlJson Texts(IEnumerable<IReadOnlyList<object?>> rows)
    {
        var text = new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter writer = Writer(text))
        {
            writer.WriteStartArray();
            foreach (IReadOnlyList<object?> row in rows)
            {
                writer.WriteStartArray();
                foreach (object? value in row)
                {
                    if (value is bool truth) writer.WriteBooleanValue(truth);
                    else if (value is null) writer.WriteNullValue();
                    else writer.WriteStringValue(value.ToString());
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        return new SqlJson(text.WrittenSpan.ToArray());
    }
}

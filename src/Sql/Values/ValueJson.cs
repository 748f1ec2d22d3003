using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Values;

/// <summary>
/// How values are written as JSON: numbers with all of their digits, NaN and infinities as strings; dates, times and intervals as <see cref="ValueText"/> writes them, a TIMESTAMP_LTZ with a Z behind; binaries in Base64;
/// arrays as arrays; NULL as null.
/// </summary>
public static class ValueJson
{
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A row as an object, a member a column.</summary>
    public static void WriteRow(Utf8JsonWriter writer, nint row, RowLayout layout)
    {
        writer.WriteStartObject();
        for (int column = 0; column < layout.Count; column++)
        {
            writer.WritePropertyName(layout.Schema[column].Name);
            WriteColumn(writer, row, layout, column);
        }

        writer.WriteEndObject();
    }

    public static void WriteColumn(Utf8JsonWriter writer, nint row, RowLayout layout, int column) =>
        WriteSlot(writer, row, layout.OffsetOf(column), column, layout.Schema[column].Type);

    public static void WriteNull(Utf8JsonWriter writer) => writer.WriteNullValue();

    public static void WriteBoolean(Utf8JsonWriter writer, bool value, SqlType type) => writer.WriteBooleanValue(value);

    public static void WriteInt64(Utf8JsonWriter writer, long value, SqlType type)
    {
        if (type.IsInteger)
        {
            writer.WriteNumberValue(value);
            return;
        }

        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        int length = ValueText.FormatHeldAsInt64(value, type, text);
        if (type.Kind == SqlTypeKind.TimestampLtz) text[length++] = (byte)'Z';
        writer.WriteStringValue(text[..length]);
    }

    public static void WriteDecimal(Utf8JsonWriter writer, Int128 value, SqlType type)
    {
        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        writer.WriteRawValue(text[..ValueText.FormatDecimal(value, type.Scale, text)], skipInputValidation: true);
    }

    public static void WriteReal(Utf8JsonWriter writer, double value, SqlType type)
    {
        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        int length = ValueText.FormatReal(value, type.Kind == SqlTypeKind.Float, text);
        if (double.IsFinite(value)) writer.WriteRawValue(text[..length], skipInputValidation: true);
        else writer.WriteStringValue(text[..length]);
    }

    /// <summary>A text, a binary or an array.</summary>
    public static void WriteBytes(Utf8JsonWriter writer, Bytes value, SqlType type)
    {
        if (type.Kind == SqlTypeKind.String)
        {
            writer.WriteStringValue(value.Span);
        }
        else if (type.Kind == SqlTypeKind.Binary)
        {
            writer.WriteBase64StringValue(value.Span);
        }
        else
        {
            writer.WriteStartArray();
            int count = RowArray.Count(value);
            for (int index = 0; index < count; index++) WriteSlot(writer, value.Address, RowArray.OffsetOf(count, index, type.Element!), index, type.Element!);
            writer.WriteEndArray();
        }
    }

    /// <summary>A text that is JSON already.</summary>
    public static void WriteRaw(Utf8JsonWriter writer, Bytes value, SqlType type) => writer.WriteRawValue(value.Span, skipInputValidation: true);

    private static void WriteSlot(Utf8JsonWriter writer, nint row, int offset, int column, SqlType type)
    {
        if (type.Kind == SqlTypeKind.Null || RowReader.IsNull(row, column)) writer.WriteNullValue();
        else if (type.Kind == SqlTypeKind.Boolean) writer.WriteBooleanValue(RowReader.Boolean(row, offset));
        else if (type.Kind == SqlTypeKind.Decimal) WriteDecimal(writer, RowReader.Decimal(row, offset, type), type);
        else if (type.IsApproximate) WriteReal(writer, RowReader.Real(row, offset, type), type);
        else if (type.IsVariable) WriteBytes(writer, RowReader.Bytes(row, offset), type);
        else WriteInt64(writer, RowReader.Integer(row, offset, type), type);
    }
}

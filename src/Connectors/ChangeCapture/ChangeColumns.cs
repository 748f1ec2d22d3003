using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Connectors.Landing;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture;

/// <summary>
/// Columns of compact changes for people and other engines: <c>time</c>, <c>table</c>, <c>kind</c>, <c>position</c>, and the row <c>before</c> and <c>after</c> as JSON objects by column name.
/// Integers and decimals are JSON numbers with all their digits, binary values base64, times ISO 8601 as the source has them; a column of which the source said nothing is left out.
/// </summary>
/// <param name="schemaOf">The schema of a fingerprint; null: not known, and the rows are left out.</param>
public sealed class ChangeColumns(Func<ulong, TableSchema?> schemaOf) : ILandingProjection
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    readonly ArrayBufferWriter<byte> buffer = new();
    readonly Utf8JsonWriter writer = new(Stream.Null, Options);

    public IReadOnlyList<LandingColumn> Columns { get; } =
    [
        new("time", "timestamp"), new("table", "text"), new("kind", "text"), new("position", "bigint"), new("before", "json", IsJson: true), new("after", "json", IsJson: true),
    ];

    /// <summary>The fingerprint of the schema that a record's rows have; 0: it is no change, or has none.</summary>
    public static ulong FingerprintOf(in LandingRecord record) => ChangeReader.Is(record.Value.Span) ? new ChangeReader(record.Value.Span).Fingerprint : 0;

    public bool Project(in LandingRecord record, Span<string?> values)
    {
        if (!ChangeReader.Is(record.Value.Span))
            return false;
        var change = new ChangeReader(record.Value.Span);
        TableSchema? schema = change.Fingerprint == 0 ? null : schemaOf(change.Fingerprint);
        values[0] = TimeOf(record.TimestampMilliseconds);
        values[1] = schema?.ToString();
        values[2] = JsonNamingPolicy.CamelCase.ConvertName(change.Kind.ToString());
        values[3] = change.Sequence.ToString(CultureInfo.InvariantCulture);
        try
        {
            values[4] = Object(schema, change.Before);
            values[5] = change.Kind == ChangeKind.Schema ? Statement(change.Statement) : Object(schema, change.After);
            return true;
        }
        catch (RowFormatException)
        {
            // The bytes stand in the file as they are; they are what somebody has to look at.
            return false;
        }
    }

    /// <summary>Years beyond those of a calendar have no text; the number stands beside it.</summary>
    static string? TimeOf(long milliseconds) =>
        milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
            : null;

    string Statement(string text)
    {
        Begin();
        writer.WriteString("statement", text);
        return End();
    }

    string? Object(TableSchema? schema, ReadOnlySpan<byte> row)
    {
        if (schema is null || row.IsEmpty)
            return null;
        Begin();
        var reader = new RowReader(schema, row);
        while (reader.Read())
            if (!reader.IsMissing)
            {
                writer.WritePropertyName(reader.Column.Name);
                WriteValue(reader);
            }

        return End();
    }

    void Begin()
    {
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        writer.WriteStartObject();
    }

    string End()
    {
        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    void WriteValue(in RowReader reader)
    {
        if (reader.IsNull)
        {
            writer.WriteNullValue();
            return;
        }

        switch (reader.Kind)
        {
            case ColumnKind.Boolean: writer.WriteBooleanValue(reader.GetBoolean()); break;
            case ColumnKind.Int8: writer.WriteNumberValue(reader.GetInt8()); break;
            case ColumnKind.Int16: writer.WriteNumberValue(reader.GetInt16()); break;
            case ColumnKind.Int32: writer.WriteNumberValue(reader.GetInt32()); break;
            case ColumnKind.Int64: writer.WriteNumberValue(reader.GetInt64()); break;
            case ColumnKind.UInt8: writer.WriteNumberValue(reader.GetUInt8()); break;
            case ColumnKind.UInt16: writer.WriteNumberValue(reader.GetUInt16()); break;
            case ColumnKind.UInt32: writer.WriteNumberValue(reader.GetUInt32()); break;
            case ColumnKind.UInt64: writer.WriteNumberValue(reader.GetUInt64()); break;
            case ColumnKind.Binary: writer.WriteBase64StringValue(reader.Value); break;
            case ColumnKind.Text or ColumnKind.Json: writer.WriteStringValue(reader.GetText()); break;
            default: WriteObject(RowValues.Get(reader)); break;
        }
    }

    void WriteObject(object? some)
    {
        switch (some)
        {
            case ExactDecimal value: writer.WriteRawValue(value.ToString(), skipInputValidation: true); break;
            case float value when float.IsFinite(value): writer.WriteNumberValue(value); break;
            case double value when double.IsFinite(value): writer.WriteNumberValue(value); break;
            case DateOnly value: writer.WriteStringValue(value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)); break;
            case TimeSpan value: writer.WriteStringValue(value.ToString("c", CultureInfo.InvariantCulture)); break;
            case DateTime value: writer.WriteStringValue(value.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)); break;
            case DateTimeOffset value: writer.WriteStringValue(value.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture)); break;
            case var other: writer.WriteStringValue(Convert.ToString(other, CultureInfo.InvariantCulture)); break;
        }
    }
}

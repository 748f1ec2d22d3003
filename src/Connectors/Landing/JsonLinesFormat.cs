using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Orrery.Connectors.Landing;

/// <summary>
/// One object a line: <c>offset</c>, <c>timestamp</c>, <c>origin</c>, <c>key</c> or <c>keyBase64</c>, and the value as <c>value</c> (it was a JSON
/// object: its bytes stand in the line untouched), <c>text</c> (it was other UTF-8) or <c>base64</c>; <c>headers</c> in base64, and <c>row</c> by a
/// projection. What is empty is left out.
/// </summary>
sealed class JsonLinesFormat(ILandingProjection? projection) : ILandingFormat
{
    const int DepthMax = 64;

    /// <summary>After so many values that looked like JSON and were not, the format stops trying: each costs an exception.</summary>
    const int MisfitsMax = 16;

    static readonly JsonEncodedText Offset = JsonEncodedText.Encode("offset"), Timestamp = JsonEncodedText.Encode("timestamp"), Origin = JsonEncodedText.Encode("origin"),
        Key = JsonEncodedText.Encode("key"), KeyBase64 = JsonEncodedText.Encode("keyBase64"), Value = JsonEncodedText.Encode("value"), Text = JsonEncodedText.Encode("text"),
        Base64 = JsonEncodedText.Encode("base64"), Headers = JsonEncodedText.Encode("headers"), Row = JsonEncodedText.Encode("row");

    readonly JsonEncodedText[] columns = [.. (projection?.Columns ?? []).Select(column => JsonEncodedText.Encode(column.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
    readonly string?[] values = new string?[projection?.Columns.Count ?? 0];
    readonly Utf8JsonWriter writer = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    int misfits;

    public byte[] Head => [];

    public void Write(in LandingRecord record, IBufferWriter<byte> to)
    {
        writer.Reset(to);
        writer.WriteStartObject();
        writer.WriteNumber(Offset, record.Offset);
        writer.WriteNumber(Timestamp, record.TimestampMilliseconds);
        if (record.Origin.Length > 0)
            writer.WriteString(Origin, record.Origin);
        if (!record.Key.IsEmpty)
            WriteBytes(Key, KeyBase64, record.Key.Span);
        WriteValue(record.Value.Span);
        if (!record.Headers.IsEmpty)
            writer.WriteBase64String(Headers, record.Headers.Span);
        if (projection is not null && projection.Project(record, values))
            WriteRow();
        writer.WriteEndObject();
        writer.Flush();
        to.Write("\n"u8);
    }

    public int Find(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)'\n') + 1;

    public LandingRecord Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return ReadObject(line);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException($"A line of {line.Length} bytes is not a record: {error.Message}", error);
        }
    }

    void WriteBytes(JsonEncodedText textName, JsonEncodedText base64Name, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            writer.WriteString(textName, bytes);
        else
            writer.WriteBase64String(base64Name, bytes);
    }

    void WriteValue(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;
        if (IsPlainObject(value))
        {
            writer.WritePropertyName(Value);
            writer.WriteRawValue(value, skipInputValidation: true);
        }
        else
        {
            WriteBytes(Text, Base64, value);
        }
    }

    void WriteRow()
    {
        writer.WriteStartObject(Row);
        for (int i = 0; i < columns.Length; i++)
            if (values[i] is { } json && projection!.Columns[i].IsJson)
            {
                writer.WritePropertyName(columns[i]);
                writer.WriteRawValue(json, skipInputValidation: true);
            }
            else
            {
                writer.WriteString(columns[i], values[i]);
            }
        writer.WriteEndObject();
    }

    /// <summary>Whether the bytes are one JSON object on one line, so that they can stand in the line and be cut out again unchanged.</summary>
    bool IsPlainObject(ReadOnlySpan<byte> value)
    {
        if (value[0] != '{' || value[^1] != '}' || misfits >= MisfitsMax || value.ContainsAny((byte)'\n', (byte)'\r') || !Utf8.IsValid(value))
            return false;
        try
        {
            var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = DepthMax });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            misfits++;
            return false;
        }
    }

    static LandingRecord ReadObject(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = DepthMax + 2 });
        long? offset = null, timestamp = null;
        string origin = "";
        byte[] key = [], value = [], headers = [];
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("It is not an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "offset": offset = reader.GetInt64(); break;
                case "timestamp": timestamp = reader.GetInt64(); break;
                case "origin": origin = reader.GetString() ?? ""; break;
                case "key" or "text": Set(ref name == "key" ? ref key : ref value, Unescaped(ref reader)); break;
                case "keyBase64" or "base64": Set(ref name == "keyBase64" ? ref key : ref value, reader.GetBytesFromBase64()); break;
                case "headers": headers = reader.GetBytesFromBase64(); break;
                case "value":
                    int start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    value = line[start..(int)reader.BytesConsumed].ToArray();
                    break;
                default: reader.Skip(); break;
            }
        }

        while (reader.Read())
        {
        }

        return offset is { } at && timestamp is { } time
            ? new LandingRecord(at, key, value, time, origin, headers)
            : throw new JsonException("It has no offset or no timestamp.");
    }

    static void Set(ref byte[] target, byte[] bytes) => target = bytes;

    static byte[] Unescaped(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("A key or text is not a string.");
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan.ToArray();
        byte[] buffer = new byte[reader.ValueSpan.Length];
        int length = reader.CopyString(buffer);
        return buffer.AsSpan(0, length).ToArray();
    }
}

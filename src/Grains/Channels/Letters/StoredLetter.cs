using System.Buffers;
using System.Text;
using System.Text.Json;
using Orrery.Connectors.LogObjects;

namespace Orrery.Grains.Channels.Letters;

/// <summary>A dead letter as its topic holds it: the key, headers and timestamp of the line, and as value one JSON object with the line's bytes as they were.</summary>
/// <param name="Offset">Its place.</param>
/// <param name="Key">Of the line.</param>
/// <param name="TimestampMilliseconds">Of the line.</param>
/// <param name="Reason">Why it could not be read.</param>
/// <param name="Format">As what it was read.</param>
/// <param name="Origin">Where it began.</param>
/// <param name="Head">What head lines of its file had said; empty: nothing.</param>
/// <param name="Attempts">How often it was read.</param>
/// <param name="Line">The line's bytes as they were shipped.</param>
sealed record StoredLetter(
    long Offset, ReadOnlyMemory<byte> Key, long TimestampMilliseconds, string Reason, string Format, string Origin, string Head, int Attempts, ReadOnlyMemory<byte> Line)
{
    /// <summary>Writes the value.</summary>
    public static void Write(IBufferWriter<byte> to, string reason, string format, string origin, string head, int attempts, ReadOnlySpan<byte> line)
    {
        using var writer = new Utf8JsonWriter(to);
        writer.WriteStartObject();
        writer.WriteString("reason", reason);
        writer.WriteString("format", format);
        writer.WriteString("origin", origin);
        if (head.Length > 0)
            writer.WriteString("head", head);
        if (attempts > 1)
            writer.WriteNumber("attempts", attempts);
        writer.WritePropertyName("line");
        writer.WriteRawValue(line);
        writer.WriteEndObject();
    }

    /// <exception cref="FormatException">The value is no dead letter.</exception>
    public static StoredLetter Read(long offset, ReadOnlyMemory<byte> key, long timestampMilliseconds, ReadOnlyMemory<byte> value)
    {
        try
        {
            var reader = new Utf8JsonReader(value.Span);
            string reason = "", format = "", origin = "", head = "";
            int attempts = 1;
            ReadOnlyMemory<byte>? line = null;
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                switch (name)
                {
                    case "reason": reason = reader.GetString()!; break;
                    case "format": format = reader.GetString()!; break;
                    case "origin": origin = reader.GetString()!; break;
                    case "head": head = reader.GetString()!; break;
                    case "attempts": attempts = reader.GetInt32(); break;
                    case "line":
                        int start = checked((int)reader.TokenStartIndex);
                        reader.Skip();
                        line = value[start..checked((int)reader.BytesConsumed)];
                        break;
                    default: reader.Skip(); break;
                }
            }

            return new StoredLetter(offset, key, timestampMilliseconds, reason, format, origin, head, attempts, line ?? throw new FormatException($"The dead letter at offset {offset} has no line."));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException($"The dead letter at offset {offset}, of {value.Length} bytes, cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The line as it was shipped.</summary>
    public ShippedLine Shipped() => ShippedLine.Parse(Line.Span);

    /// <summary>A reason without what differs from line to line: <c>#</c> for numbers, <c>'..'</c> for what is quoted.</summary>
    public static string KindOf(string reason)
    {
        var kind = new StringBuilder(reason.Length);
        for (int at = 0; at < reason.Length; at++)
        {
            int quoteEnd = reason[at] == '\'' ? reason.IndexOf('\'', at + 1) : -1;
            if (quoteEnd > 0)
            {
                kind.Append("'..'");
                at = quoteEnd;
            }
            else if (!char.IsAsciiDigit(reason[at]))
            {
                kind.Append(reason[at]);
            }
            else if (kind.Length == 0 || kind[^1] != '#')
            {
                kind.Append('#');
            }
        }

        return kind.ToString();
    }
}

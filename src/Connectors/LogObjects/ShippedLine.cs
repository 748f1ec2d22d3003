using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orrery.Connectors.LogObjects;

/// <summary>What happened to a line on its way.</summary>
[Flags]
public enum ShippedMarks
{
    /// <summary>Nothing: a whole record.</summary>
    None = 0,

    /// <summary>The record was longer than the bound; this is a piece of it, and the next record goes on.</summary>
    Cut = 1,

    /// <summary>Its line had no end when the file was left.</summary>
    Unterminated = 2,

    /// <summary>Its bytes were not of the file's encoding; the odd ones were replaced.</summary>
    Damaged = 4,
}

/// <summary>
/// A record of a log file as the agent ships it: one JSON object a line. In a topic its key is the file (so that a file's records keep their
/// order), its value is this line's bytes without the line end, and its timestamp is the one in the line; so any hop computes the same hash.
/// </summary>
/// <param name="Id">Unique for ever: the file's identity, ':' and the offset of the record's first byte in the file.</param>
/// <param name="TimestampMilliseconds">When the agent read it, Unix milliseconds; never changed afterwards.</param>
/// <param name="Source">The name of the agent's log source.</param>
/// <param name="Path">The file's path when the record was read.</param>
/// <param name="Text">The record: a line, or several joined by line feeds.</param>
/// <param name="Marks">What happened to it.</param>
public sealed record ShippedLine(string Id, long TimestampMilliseconds, string Source, string Path, string Text, ShippedMarks Marks)
{
    static readonly JsonEncodedText IdName = JsonEncodedText.Encode("id"), TimestampName = JsonEncodedText.Encode("timestamp"), SourceName = JsonEncodedText.Encode("source"),
        PathName = JsonEncodedText.Encode("path"), TextName = JsonEncodedText.Encode("text"), MarksName = JsonEncodedText.Encode("marks");

    static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The file's identity: the key of the record in a topic.</summary>
    public string File => Id.LastIndexOf(':') is >= 0 and var end ? Id[..end] : Id;

    /// <summary>A writer for <see cref="Write"/>, to be kept by the caller.</summary>
    public static Utf8JsonWriter MakeWriter() => new(Stream.Null, WriterOptions);

    /// <summary>Writes the line without its end.</summary>
    public void Write(IBufferWriter<byte> to, Utf8JsonWriter writer)
    {
        writer.Reset(to);
        writer.WriteStartObject();
        writer.WriteString(IdName, Id);
        writer.WriteNumber(TimestampName, TimestampMilliseconds);
        writer.WriteString(SourceName, Source);
        writer.WriteString(PathName, Path);
        writer.WriteString(TextName, Text);
        if (Marks != ShippedMarks.None)
            writer.WriteNumber(MarksName, (int)Marks);
        writer.WriteEndObject();
        writer.Flush();
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static ShippedLine Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            string? id = null, source = null, path = null, text = null;
            long? timestamp = null;
            int marks = 0;
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new FormatException("A shipped line is not an object.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                switch (name)
                {
                    case "id": id = reader.GetString(); break;
                    case "timestamp": timestamp = reader.GetInt64(); break;
                    case "source": source = reader.GetString(); break;
                    case "path": path = reader.GetString(); break;
                    case "text": text = reader.GetString(); break;
                    case "marks": marks = reader.GetInt32(); break;
                    default: reader.Skip(); break;
                }
            }

            while (reader.Read())
            {
            }

            return id is not null && timestamp is { } at && source is not null && path is not null && text is not null
                ? new ShippedLine(id, at, source, path, text, (ShippedMarks)marks)
                : throw new FormatException("A shipped line lacks id, timestamp, source, path or text.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException($"A shipped line of {line.Length} bytes cannot be read: {error.Message}", error);
        }
    }
}

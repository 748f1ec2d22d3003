using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Connectors.LogFormats;
using Orrery.Connectors.LogObjects;

namespace Orrery.Grains.Channels.Collecting;

/// <summary>A log entry as topics hold it: one JSON object.</summary>
static class LogEntryJson
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(IBufferWriter<byte> to, ShippedLine shipped, LogEntry entry)
    {
        using var writer = new Utf8JsonWriter(to, Options);
        writer.WriteStartObject();
        writer.WriteString("id", shipped.Id);
        writer.WriteString("source", shipped.Source);
        writer.WriteString("path", shipped.Path);
        writer.WriteString("format", entry.Format);
        if (entry.Time is { } time)
            writer.WriteString("time", time);
        writer.WriteString("level", JsonNamingPolicy.CamelCase.ConvertName(entry.Level.ToString()));
        if (entry.Host.Length > 0)
            writer.WriteString("host", entry.Host);
        if (entry.Program.Length > 0)
            writer.WriteString("program", entry.Program);
        writer.WriteString("message", entry.Message);
        if (entry.Fields.Count > 0)
        {
            writer.WriteStartObject("fields");
            foreach ((string name, string value) in entry.Fields)
                writer.WriteString(name, value);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;
using Orrery.Connectors.ChangeCapture.MySql.Snapshots;

namespace Orrery.Connectors.ChangeCapture.MySql;

/// <summary>A table whose rows are still to be read, and how far they have been.</summary>
/// <param name="Database">Its database.</param>
/// <param name="Name">Its name.</param>
/// <param name="After">Literals of the last key read; null where none was.</param>
internal sealed record PendingTable(string Database, string Name, string[]? After);

/// <summary>
/// All that a capture needs to go on, as text: where the log is read from, what has been handed on, the definitions as of there, the tables whose snapshot is not done.
/// The bounds of batches are kept with it, so that a chunk that is read again at the same position is cut as it was.
/// </summary>
internal sealed record MySqlCheckpoint
{
    const int Version = 1;

    /// <summary>Where the log is read from: the start of a group.</summary>
    public required BinlogPosition Position { get; init; }

    /// <summary>Everything up to this sequence has been handed on.</summary>
    public required long EndSequence { get; init; }

    /// <summary>When the server began the file, Unix seconds; 0 where it is not known.</summary>
    public required long FileSeconds { get; init; }

    public required string? Gtid { get; init; }

    /// <summary>Position of the last chunk, and how many batches were read there.</summary>
    public required long SlotSequence { get; init; }

    public required int Slots { get; init; }

    public required int ChunkRows { get; init; }

    public required int BatchBytes { get; init; }

    /// <summary>Character set of tables whose own is not known.</summary>
    public required string Charset { get; init; }

    public required IReadOnlyList<PendingTable> Pending { get; init; }

    public required SchemaHistory History { get; init; }

    public string Write()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("file", Position.File);
            json.WriteNumber("offset", Position.Offset);
            json.WriteNumber("end", EndSequence);
            json.WriteNumber("began", FileSeconds);
            json.WriteString("gtid", Gtid);
            json.WriteNumber("at", SlotSequence);
            json.WriteNumber("slots", Slots);
            json.WriteNumber("rows", ChunkRows);
            json.WriteNumber("bytes", BatchBytes);
            json.WriteString("charset", Charset);
            json.WriteStartArray("pending");
            foreach (var table in Pending)
            {
                json.WriteStartArray();
                json.WriteStringValue(table.Database);
                json.WriteStringValue(table.Name);
                foreach (string literal in table.After ?? []) json.WriteStringValue(literal);
                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WritePropertyName("history");
            json.WriteRawValue(History.Write(), skipInputValidation: true);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <exception cref="FormatException">The text is no checkpoint.</exception>
    public static MySqlCheckpoint Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.GetProperty("v").GetInt32() is not Version and var version) throw new FormatException($"It is of version {version}; {Version} is known.");
            var pending = root.GetProperty("pending").EnumerateArray().Select(table =>
            {
                string[] parts = [.. table.EnumerateArray().Select(part => part.GetString()!)];
                string[] after = parts[2..];
                if (after.FirstOrDefault(literal => !KeyRange.IsLiteral(literal)) is { } wrong) throw new FormatException($"'{wrong}' is no key.");
                return new PendingTable(parts[0], parts[1], after.Length == 0 ? null : after);
            });
            return new MySqlCheckpoint
            {
                Position = new BinlogPosition(root.GetProperty("file").GetString()!, root.GetProperty("offset").GetInt64()),
                EndSequence = root.GetProperty("end").GetInt64(),
                FileSeconds = root.GetProperty("began").GetInt64(),
                Gtid = root.GetProperty("gtid").GetString(),
                SlotSequence = root.GetProperty("at").GetInt64(),
                Slots = root.GetProperty("slots").GetInt32(),
                ChunkRows = root.GetProperty("rows").GetInt32(),
                BatchBytes = root.GetProperty("bytes").GetInt32(),
                Charset = root.GetProperty("charset").GetString()!,
                Pending = [.. pending],
                History = SchemaHistory.Read(root.GetProperty("history")),
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            throw new FormatException($"The checkpoint of {text.Length} characters cannot be read: {error.Message}", error);
        }
    }
}

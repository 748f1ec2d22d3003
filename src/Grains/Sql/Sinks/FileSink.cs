using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Orrery.Grains.Sql.Running;
using Orrery.Grains.Sql.Values;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>Files of JSON lines in a folder, one an epoch, named by its number: <c>{"weight":1,"row":{...}}</c>. A file is there whole or not at all; a repeat writes the same again.</summary>
sealed class FileSink(Relation relation, string folder) : ISink
{
    public async Task WriteAsync(SinkChanges changes, int term, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"epoch-{changes.Epoch:D12}.jsonl"));
        if (File.Exists(path))
            return;
        string writing = $"{path}.{term}.writing";
        await File.WriteAllBytesAsync(writing, Lines(relation, changes), cancellationToken);
        File.Move(writing, path, overwrite: true);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A line a change.</summary>
    public static byte[] Lines(Relation relation, SinkChanges changes)
    {
        var text = new ArrayBufferWriter<byte>();
        foreach ((object?[] values, int weight) in changes.Rows)
        {
            using (Utf8JsonWriter writer = JsonRows.Writer(text))
            {
                writer.WriteStartObject();
                writer.WriteNumber("weight", weight);
                writer.WritePropertyName("row");
                TopicSink.WriteObject(writer, values, relation);
                writer.WriteEndObject();
            }

            text.Write("\n"u8);
        }

        return text.WrittenSpan.ToArray();
    }
}

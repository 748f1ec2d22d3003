using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Orrery.Grains.Sql.Running;
using Orrery.Grains.Sql.Values;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>Files of JSON lines in a folder, one an epoch, named by its number: <c>{"weight":1,"row":{...}}</c>. A file is there whole or not at all, on the disk; a repeat changes nothing.</summary>
sealed class FileSink(Relation relation, string folder) : ISink
{
    public async Task WriteAsync(SinkChanges changes, int term, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"epoch-{changes.Epoch:D12}.jsonl"));
        if (File.Exists(path))
            return;
        string writing = $"{path}.{term}.writing";
        await using (var file = new FileStream(writing, FileMode.Create, FileAccess.Write))
        {
            foreach (ReadOnlyMemory<byte> part in Parts(relation, changes.Rows))
                await file.WriteAsync(part, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(writing, path, overwrite: true);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A line a change, in parts of about 1 MiB that end with a line. A part is valid until the next is asked for.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Parts(Relation relation, IEnumerable<(object?[] Values, int Weight)> rows)
    {
        const int PartBytes = 1 << 20;
        var text = new ArrayBufferWriter<byte>();
        foreach ((object?[] values, int weight) in rows)
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
            if (text.WrittenCount < PartBytes)
                continue;
            yield return text.WrittenMemory;
            text.ResetWrittenCount();
        }

        if (text.WrittenCount > 0)
            yield return text.WrittenMemory;
    }
}

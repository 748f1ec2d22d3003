using System.Buffers;
using System.Text.Json;
using Orrery.Grains.Sql.Running;
using Orrery.Grains.Sql.Values;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;
using Orrery.Log;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>
/// A topic. Rows are JSON objects. With a primary key: the key as a JSON array, the newest row of each key, no value for one that went. Without: each change with its weight in the header
/// <c>orrery-weight</c>, where it is not 1. The log knows an epoch's batch by its number, so a repeat is not written.
/// </summary>
sealed class TopicSink(IGrainFactory grains, Relation relation, string topic, long producer, TimeProvider time) : ISink
{
    TopicWriter? writer;
    long failed;

    public async Task WriteAsync(SinkChanges changes, int term, CancellationToken cancellationToken)
    {
        if (writer is null)
        {
            TopicSettings settings = await grains.GetGrain<ITopicGrain>(topic).Get();
            writer = new TopicWriter(grains, topic, settings.Partitions, producer, 1, time, new Random(term));
        }

        // What failed is in the writer already.
        if (failed != changes.Epoch)
            Fill(changes);
        failed = changes.Epoch;
        await writer.FlushAsync(changes.Epoch, cancellationToken);
        failed = 0;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    void Fill(SinkChanges changes)
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (relation.PrimaryKey.Count > 0)
        {
            KeyedChanges keyed = KeyedChanges.Of(relation, changes.Rows);
            foreach (object?[] row in keyed.Deletes)
                writer!.Add(Key(row), [], now, Headers(changes.Epoch, 1));
            foreach (object?[] row in keyed.Upserts)
                writer!.Add(Key(row), Row(row), now, Headers(changes.Epoch, 1));
            return;
        }

        foreach ((object?[] values, int weight) in changes.Rows)
            writer!.Add([], Row(values), now, Headers(changes.Epoch, weight));
    }

    static byte[] Headers(long epoch, int weight) => weight == 1
        ? LogHeaders.Encode(("orrery-epoch", Text(epoch)))
        : LogHeaders.Encode(("orrery-epoch", Text(epoch)), ("orrery-weight", Text(weight)));

    static byte[] Text(long number) => System.Text.Encoding.ASCII.GetBytes(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    byte[] Key(object?[] values) => Json(writer =>
    {
        writer.WriteStartArray();
        foreach (int place in relation.PrimaryKey)
            JsonRows.WriteValue(writer, values[place], relation.Schema[place].Type);
        writer.WriteEndArray();
    });

    byte[] Row(object?[] values) => Json(writer => WriteObject(writer, values, relation));

    /// <summary>A row as an object by column names.</summary>
    public static void WriteObject(Utf8JsonWriter writer, object?[] values, Relation relation)
    {
        writer.WriteStartObject();
        for (int place = 0; place < values.Length; place++)
        {
            writer.WritePropertyName(relation.Schema[place].Name);
            JsonRows.WriteValue(writer, values[place], relation.Schema[place].Type);
        }

        writer.WriteEndObject();
    }

    static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter writer = JsonRows.Writer(text))
            write(writer);
        return text.WrittenSpan.ToArray();
    }
}

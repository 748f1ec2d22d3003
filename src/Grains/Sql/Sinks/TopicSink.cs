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
/// <c>orrery-weight</c>, where it is not 1. An epoch is one batch a partition, or several where it is large; the log knows each by (epoch, number of the batch), so a repeat is not written. The rows of a large one
/// are sorted: a repeat may come from views that were filled otherwise, and give the same rows in another order.
/// </summary>
sealed class TopicSink(IGrainFactory grains, Relation relation, string topic, long producer, TimeProvider time) : ISink
{
    /// <summary>An epoch has fewer batches than this many bits count; each has 1 MiB at least.</summary>
    const int BatchBits = 20;

    /// <summary>As many rows may be more than one batch.</summary>
    const int SortedFrom = 1_000;

    TopicWriter? writer;
    IEnumerator<TopicRecord> records = Enumerable.Empty<TopicRecord>().GetEnumerator();
    bool isFlushing;
    long underWay = -1, batch;

    public async Task WriteAsync(SinkChanges changes, int term, CancellationToken cancellationToken)
    {
        if (writer is null)
        {
            TopicSettings settings = await grains.GetGrain<ITopicGrain>(topic).Get();
            writer = new TopicWriter(grains, topic, settings.Partitions, producer, 1, time, new Random(term));
        }

        if (underWay != changes.Epoch)
            (underWay, batch, records) = (changes.Epoch, 0, Records(changes).GetEnumerator());
        // What failed is in the writer already.
        if (isFlushing)
            await FlushAsync(cancellationToken);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        while (records.MoveNext())
        {
            TopicRecord record = records.Current;
            writer.Add(record.Key, record.Value, now, Headers(changes.Epoch, record.Weight));
            if (writer.WantsFlush)
                await FlushAsync(cancellationToken);
        }

        await FlushAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async Task FlushAsync(CancellationToken cancellationToken)
    {
        isFlushing = true;
        await writer!.FlushAsync((underWay << BatchBits) + batch, cancellationToken);
        isFlushing = false;
        batch++;
    }

    IEnumerable<TopicRecord> Records(SinkChanges changes)
    {
        if (relation.PrimaryKey.Count == 0)
            return Sorted(changes.Rows.Select(row => new TopicRecord([], Row(row.Values), row.Weight)), changes.Rows.Count);
        KeyedChanges keyed = KeyedChanges.Of(relation, changes.Rows);
        return Sorted(keyed.Deletes.Select(row => new TopicRecord(Key(row), [], 1)).Concat(keyed.Upserts.Select(row => new TopicRecord(Key(row), Row(row), 1))), changes.Rows.Count);
    }

    /// <summary>What goes before what comes.</summary>
    static IEnumerable<TopicRecord> Sorted(IEnumerable<TopicRecord> records, int count) => count < SortedFrom
        ? records
        : records.OrderBy(static record => record.Weight > 0 && record.Value.Length > 0).ThenBy(static record => record, Comparer<TopicRecord>.Create(static (left, right) =>
            left.Key.AsSpan().SequenceCompareTo(right.Key) is not 0 and var byKey ? byKey : left.Value.AsSpan().SequenceCompareTo(right.Value)));

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

    readonly record struct TopicRecord(byte[] Key, byte[] Value, int Weight);
}

using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Orrery.Grains.Sql.Running;
using Orrery.Grains.Sql.Values;
using Orrery.Interfaces.Topics;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>
/// The track API of Sensors Analytics: a form with <c>data_list</c>, events as JSON, packed with gzip, as base64; and <c>gzip=1</c>. Each row that comes is an event; its other columns that are not null are the
/// event's properties. A row that goes stays with the receiver: an event has happened.
/// <para>At least once. <c>_track_id</c> follows from the primary key, or for want of it from the epoch and the place in it: by it, with event, time and distinct_id, the receiver drops what comes twice. Any answer
/// but 2xx is a failure, and tried again from that batch on.</para>
/// </summary>
sealed class SensorsSink(Relation relation, SensorsOptions settings, Uri address, string name) : ISink
{
    const int BatchBytesMax = 1 << 20;

    readonly HttpClient client = SinkHttp.Client();
    long underWay = -1;
    int taken;

    public async Task WriteAsync(SinkChanges changes, int term, CancellationToken cancellationToken)
    {
        if (underWay != changes.Epoch)
            (underWay, taken) = (changes.Epoch, 0);
        object?[][] events = relation.PrimaryKey.Count == 0
            ? [.. changes.Rows.Where(static row => row.Weight > 0).SelectMany(static row => Enumerable.Repeat(row.Values, row.Weight))]
            : [.. KeyedChanges.Of(relation, changes.Rows).Upserts];
        var text = new ArrayBufferWriter<byte>();
        while (taken < events.Length)
        {
            text.ResetWrittenCount();
            int count = Write(text, events, taken, changes.Epoch);
            await SendAsync(text.WrittenMemory, changes.Epoch, cancellationToken);
            taken += count;
        }
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>An array of events from one on; answers how many.</summary>
    int Write(ArrayBufferWriter<byte> text, object?[][] events, int from, long epoch)
    {
        using Utf8JsonWriter writer = JsonRows.Writer(text);
        int count = 0;
        writer.WriteStartArray();
        while (from + count < events.Length && count < settings.BatchRows && text.WrittenCount + writer.BytesPending < BatchBytesMax)
        {
            WriteEvent(writer, events[from + count], epoch, from + count);
            count++;
        }

        writer.WriteEndArray();
        return count;
    }

    void WriteEvent(Utf8JsonWriter writer, object?[] values, long epoch, int place)
    {
        if (values[settings.Event] is null || values[settings.DistinctId] is null || values[settings.Time] is not long time)
            throw new SinkException($"A row of {relation.Name} has no value in {Column(settings.Event)}, {Column(settings.DistinctId)} or {Column(settings.Time)}, and is no event without. Leave such rows out by WHERE in the INSERT.");
        writer.WriteStartObject();
        writer.WriteString("type", "track");
        writer.WriteString("event", RowValues.Text(values[settings.Event], relation.Schema[settings.Event].Type));
        writer.WriteString("distinct_id", RowValues.Text(values[settings.DistinctId], relation.Schema[settings.DistinctId].Type));
        writer.WriteNumber("time", Milliseconds(time, relation.Schema[settings.Time].Type));
        // Else the receiver takes no event that is older than some days.
        writer.WriteBoolean("time_free", true);
        writer.WriteNumber("_track_id", TrackId(values, epoch, place));
        writer.WriteStartObject("properties");
        for (int column = 0; column < values.Length; column++)
        {
            if (column == settings.Event || column == settings.DistinctId || column == settings.Time || values[column] is not { } value)
                continue;
            writer.WritePropertyName(relation.Schema[column].Name);
            WriteProperty(writer, value, relation.Schema[column].Type);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    string Column(int place) => $"'{relation.Schema[place].Name}'";

    /// <summary>31 bits, as the receiver's own clients give.</summary>
    long TrackId(object?[] values, long epoch, int place)
    {
        var text = new StringBuilder();
        if (relation.PrimaryKey.Count == 0)
            text.Append(CultureInfo.InvariantCulture, $"{name}/{epoch}/{place}");
        foreach (int key in relation.PrimaryKey)
            text.Append(values[key] is { } value ? RowValues.Text(value, relation.Schema[key].Type) : "").Append('\n');
        return (long)(TopicPartitioner.HashOf(Encoding.UTF8.GetBytes(text.ToString())) & int.MaxValue);
    }

    long Milliseconds(long microseconds, SqlType type)
    {
        DateTime time = DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
        if (type.Kind == SqlTypeKind.TimestampLtz)
            return new DateTimeOffset(time).ToUnixTimeMilliseconds();
        DateTime local = DateTime.SpecifyKind(time, DateTimeKind.Unspecified);
        return new DateTimeOffset(local, settings.Zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }

    static void WriteProperty(Utf8JsonWriter writer, object value, SqlType type)
    {
        switch (value)
        {
            case bool truth: writer.WriteBooleanValue(truth); break;
            case long number when type.IsInteger: writer.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): writer.WriteNumberValue(number); break;
            case Int128: writer.WriteRawValue(RowValues.Text(value, type)); break;
            case ImmutableArray<byte> bytes: writer.WriteStringValue(Convert.ToHexString(bytes.AsSpan())); break;
            case long microseconds when type.Kind == SqlTypeKind.Timestamp:
                writer.WriteStringValue(DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture));
                break;
            default: writer.WriteStringValue(RowValues.Text(value, type)); break;
        }
    }

    async Task SendAsync(ReadOnlyMemory<byte> events, long epoch, CancellationToken cancellationToken)
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(events, cancellationToken);
        using var form = new FormUrlEncodedContent([new("gzip", "1"), new("data_list", Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length)))]);
        using HttpResponseMessage answer = await client.PostAsync(address, form, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw new SinkException($"{address.Host} answered {(int)answer.StatusCode} to events of epoch {epoch} of {name}. Check the address (http://HOST:8106/sa?project=PROJECT) and the project's token in it.");
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Values;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Sql.Running;

/// <summary>A query that is followed: its last changes, for all who follow it.</summary>
/// <param name="text">The query.</param>
/// <param name="view">Its view in the graph.</param>
/// <param name="began">The epoch behind which changes are known.</param>
/// <param name="changesMax">Changes that are kept.</param>
sealed class Subscription(string text, string view, long began, int changesMax, TimeProvider time)
{
    // A cursor is of a query, whatever process followed it: what the query gave at an epoch is the same everywhere.
    readonly string token = Interfaces.Topics.TopicPartitioner.HashOf(System.Text.Encoding.UTF8.GetBytes(text)).ToString("x16", CultureInfo.InvariantCulture);
    readonly Queue<(long Epoch, byte[] Change)> changes = new();
    long askedAt = time.GetTimestamp();
    long forgottenTo = began;
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Text { get; } = text;

    public string View { get; } = view;

    /// <summary>Completes at the next change.</summary>
    public Task Changed => changed.Task;

    public bool IsIdle(TimeSpan idle) => time.GetElapsedTime(askedAt) > idle;

    /// <summary>Takes an epoch's changes.</summary>
    public void Take(long epoch, DataflowView from)
    {
        bool any = false;
        from.ReadChanges((row, weight) =>
        {
            var json = new ArrayBufferWriter<byte>();
            using (Utf8JsonWriter writer = JsonRows.Writer(json))
            {
                writer.WriteStartObject();
                writer.WriteNumber("weight", weight);
                writer.WritePropertyName("row");
                JsonRows.Write(writer, row, from.Layout);
                writer.WriteEndObject();
            }

            changes.Enqueue((epoch, json.WrittenSpan.ToArray()));
            any = true;
        });
        while (changes.Count > changesMax)
            forgottenTo = changes.Dequeue().Epoch;
        // An epoch is told whole or not at all.
        while (changes.TryPeek(out (long Epoch, byte[] Change) oldest) && oldest.Epoch <= forgottenTo)
            changes.Dequeue();
        if (!any)
            return;
        TaskCompletionSource told = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.SetResult();
    }

    /// <summary>What changed since a cursor; null where that is not known any more.</summary>
    public SqlFeed? Since(string? cursor, long epoch, DataflowView from)
    {
        askedAt = time.GetTimestamp();
        string[] parts = (cursor ?? "").Split(':');
        if (parts.Length != 2 || parts[0] != token || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long seen) || seen < forgottenTo || seen > epoch)
            return null;
        return new SqlFeed(Cursor(epoch), epoch, [], SqlJson.EmptyArray, false, Join(changes.Where(change => change.Epoch > seen).Select(static change => change.Change)));
    }

    /// <summary>All rows.</summary>
    public SqlFeed Snapshot(long epoch, DataflowView from)
    {
        askedAt = time.GetTimestamp();
        var rows = new List<byte[]>();
        from.ReadRows((row, weight) =>
        {
            byte[] text = JsonRows.ToUtf8(row, from.Layout);
            for (int copy = 0; copy < weight; copy++)
                rows.Add(text);
        });
        return new SqlFeed(Cursor(epoch), epoch, JsonRows.Columns(from.Layout.Schema), Join(rows), true, SqlJson.EmptyArray);
    }

    string Cursor(long epoch) => string.Create(CultureInfo.InvariantCulture, $"{token}:{epoch}");

    static SqlJson Join(IEnumerable<byte[]> values)
    {
        var text = new ArrayBufferWriter<byte>();
        text.Write("["u8);
        bool isFirst = true;
        foreach (byte[] value in values)
        {
            if (!isFirst)
                text.Write(","u8);
            text.Write(value);
            isFirst = false;
        }

        text.Write("]"u8);
        return new SqlJson(text.WrittenSpan.ToArray());
    }
}

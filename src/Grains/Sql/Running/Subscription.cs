using System.Buffers;
using System.Text.Json;
using Orrery.Dataflow.Graphs;
using Orrery.Grains.Sql.Values;
using Orrery.Interfaces.Sql;
using Orrery.Sql.Syntax;

namespace Orrery.Grains.Sql.Running;

/// <summary>A query that is followed, as a view of the graph.</summary>
/// <param name="text">The query.</param>
/// <param name="query">What it says.</param>
/// <param name="view">Its view in the graph.</param>
/// <param name="began">The epoch behind which changes are known.</param>
/// <param name="changesMax">Changes that are kept.</param>
sealed class Subscription(string text, QuerySyntax query, string view, long began, int changesMax, TimeProvider time)
{
    readonly FollowedChanges changes = new(text, began, changesMax, time);
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Text { get; } = text;

    public QuerySyntax Query { get; } = query;

    public string View { get; } = view;

    /// <summary>Completes at the next change.</summary>
    public Task Changed => changed.Task;

    public bool IsIdle(TimeSpan idle) => changes.IsIdle(idle);

    /// <summary>Takes an epoch's changes.</summary>
    public void Take(long epoch, DataflowView from)
    {
        var added = new List<byte[]>();
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

            added.Add(json.WrittenSpan.ToArray());
        });
        if (added.Count == 0)
            return;
        changes.Add(epoch, added);
        TaskCompletionSource told = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.SetResult();
    }

    /// <summary>What changed since a cursor, or all rows where that is not known any more.</summary>
    public SqlFeed Since(string? cursor, long epoch, DataflowView from)
    {
        if (changes.Since(cursor, epoch) is { } known)
            return known;
        var rows = new List<byte[]>();
        from.ReadRows((row, weight) =>
        {
            byte[] values = JsonRows.ToUtf8(row, from.Layout);
            for (int copy = 0; copy < weight; copy++)
                rows.Add(values);
        });
        return changes.Snapshot(epoch, JsonRows.Columns(from.Layout.Schema), rows);
    }
}

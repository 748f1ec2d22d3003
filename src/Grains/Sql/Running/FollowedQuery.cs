using System.Globalization;
using System.Text;
using System.Text.Json;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Sql.Running;

/// <summary>A query over several partitions that is followed: its answer as it was asked last, and what changed from one answer to the next.</summary>
/// <param name="text">The query.</param>
/// <param name="epoch">The epoch of the first answer.</param>
/// <param name="first">That answer.</param>
/// <param name="changesMax">Changes that are kept.</param>
sealed class FollowedQuery(string text, long epoch, SqlResult first, int changesMax, TimeProvider time)
{
    readonly FollowedChanges changes = new(text, epoch, changesMax, time);
    Dictionary<string, int> rows = Counted(first);
    IReadOnlyList<SqlColumn> columns = first.Columns;

    /// <summary>Of the answer.</summary>
    public long Epoch { get; private set; } = epoch;

    public bool IsIdle(TimeSpan idle) => changes.IsIdle(idle);

    /// <summary>Takes the answer behind an epoch.</summary>
    public void Take(long at, SqlResult answer)
    {
        // Two who follow it may have asked at once.
        if (at <= Epoch)
            return;
        Dictionary<string, int> next = Counted(answer);
        changes.Add(at, rows.Keys.Union(next.Keys).Select(row => (Row: row, By: next.GetValueOrDefault(row) - rows.GetValueOrDefault(row))).Where(static change => change.By != 0).OrderBy(static change => change.By)
            .Select(static change => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"weight\":{change.By},\"row\":{change.Row}}}"))));
        (rows, columns, Epoch) = (next, answer.Columns, at);
    }

    /// <summary>What changed since a cursor, or all rows where that is not known.</summary>
    public SqlFeed Since(string? cursor) =>
        changes.Since(cursor, Epoch) ?? changes.Snapshot(Epoch, columns, rows.SelectMany(static row => Enumerable.Repeat(Encoding.UTF8.GetBytes(row.Key), row.Value)));

    static Dictionary<string, int> Counted(SqlResult answer)
    {
        var counted = new Dictionary<string, int>(StringComparer.Ordinal);
        using JsonDocument document = JsonDocument.Parse(answer.Rows.Utf8);
        foreach (JsonElement row in document.RootElement.EnumerateArray())
            counted[row.GetRawText()] = counted.GetValueOrDefault(row.GetRawText()) + 1;
        return counted;
    }
}

using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Sql.Running;

/// <summary>A query over several partitions that is followed: its answer as it was asked last, and what changed from one answer to the next.</summary>
/// <param name="changesMax">Changes that are kept.</param>
/// <param name="term">Of the activation: cursors of another one begin anew.</param>
sealed class FollowedQuery(int changesMax, int term, TimeProvider time)
{
    readonly Queue<(long Epoch, byte[] Change)> changes = new();
    Dictionary<string, int> rows = new(StringComparer.Ordinal);
    IReadOnlyList<SqlColumn> columns = [];
    long askedAt = time.GetTimestamp();
    long forgottenTo;

    public bool IsNew { get; private set; } = true;

    /// <summary>Of the answer.</summary>
    public long Epoch { get; private set; }

    public bool IsIdle(TimeSpan idle) => time.GetElapsedTime(askedAt) > idle;

    /// <summary>Takes the answer behind an epoch.</summary>
    public void Take(long epoch, SqlResult answer)
    {
        if (!IsNew && epoch < Epoch)
            return;
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        using (JsonDocument document = JsonDocument.Parse(answer.Rows.Utf8))
            foreach (JsonElement row in document.RootElement.EnumerateArray())
                next[row.GetRawText()] = next.GetValueOrDefault(row.GetRawText()) + 1;
        columns = answer.Columns;
        if (IsNew)
        {
            forgottenTo = epoch;
        }
        else
        {
            foreach ((string row, int count) in rows)
                Note(epoch, row, next.GetValueOrDefault(row) - count);
            foreach ((string row, int count) in next)
                if (!rows.ContainsKey(row))
                    Note(epoch, row, count);
            while (changes.Count > changesMax)
                forgottenTo = changes.Dequeue().Epoch;
            // An epoch is told whole or not at all.
            while (changes.TryPeek(out (long Epoch, byte[] Change) oldest) && oldest.Epoch <= forgottenTo)
                changes.Dequeue();
        }

        (rows, Epoch, IsNew) = (next, epoch, false);
    }

    /// <summary>What changed since a cursor, or all rows where that is not known.</summary>
    public SqlFeed Since(string? cursor)
    {
        askedAt = time.GetTimestamp();
        string here = string.Create(CultureInfo.InvariantCulture, $"{term}:{Epoch}");
        string[] parts = (cursor ?? "").Split(':');
        bool isKnown = parts.Length == 2 && parts[0] == term.ToString(CultureInfo.InvariantCulture) && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long told) && told >= forgottenTo && told <= Epoch;
        if (!isKnown)
            return new SqlFeed(here, Epoch, columns, Join(rows.SelectMany(static row => Enumerable.Repeat(System.Text.Encoding.UTF8.GetBytes(row.Key), row.Value))), true, SqlJson.EmptyArray);
        long seen = long.Parse(parts[1], CultureInfo.InvariantCulture);
        return new SqlFeed(here, Epoch, [], SqlJson.EmptyArray, false, Join(changes.Where(change => change.Epoch > seen).Select(static change => change.Change)));
    }

    void Note(long epoch, string row, int by)
    {
        if (by != 0)
            changes.Enqueue((epoch, System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"weight\":{by},\"row\":{row}}}"))));
    }

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

using System.Buffers;
using System.Globalization;
using System.Text;
using Orrery.Interfaces.Sql;

namespace Orrery.Grains.Sql.Running;

/// <summary>The last changes of a query, for all who follow it. An epoch is told whole or not at all.</summary>
/// <param name="query">Its text. A cursor is of a query, whatever process followed it: what the query gave at an epoch is the same everywhere.</param>
/// <param name="began">The epoch behind which changes are known.</param>
/// <param name="changesMax">Changes that are kept.</param>
sealed class FollowedChanges(string query, long began, int changesMax, TimeProvider time)
{
    readonly string token = Interfaces.Topics.TopicPartitioner.HashOf(Encoding.UTF8.GetBytes(query)).ToString("x16", CultureInfo.InvariantCulture);
    readonly Queue<(long Epoch, byte[] Change)> changes = new();
    long askedAt = time.GetTimestamp();
    long forgottenTo = began;

    public bool IsIdle(TimeSpan idle) => time.GetElapsedTime(askedAt) > idle;

    /// <summary>Keeps the changes of an epoch.</summary>
    /// <param name="epoch">Not before the last one.</param>
    /// <param name="added">Each <c>{"weight":n,"row":[...]}</c>.</param>
    public void Add(long epoch, IEnumerable<byte[]> added)
    {
        foreach (byte[] change in added)
            changes.Enqueue((epoch, change));
        while (changes.Count > changesMax)
            forgottenTo = changes.Dequeue().Epoch;
        while (changes.TryPeek(out (long Epoch, byte[] Change) oldest) && oldest.Epoch <= forgottenTo)
            changes.Dequeue();
    }

    /// <summary>What changed since a cursor; null where that is not known any more.</summary>
    public SqlFeed? Since(string? cursor, long epoch)
    {
        askedAt = time.GetTimestamp();
        string[] parts = (cursor ?? "").Split(':');
        if (parts.Length != 2 || parts[0] != token || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long seen) || seen < forgottenTo || seen > epoch)
            return null;
        return new SqlFeed(Cursor(epoch), epoch, [], SqlJson.EmptyArray, false, Join(changes.Where(change => change.Epoch > seen).Select(static change => change.Change)));
    }

    /// <summary>All rows, from which whoever follows goes on.</summary>
    public SqlFeed Snapshot(long epoch, IReadOnlyList<SqlColumn> columns, IEnumerable<byte[]> rows)
    {
        askedAt = time.GetTimestamp();
        return new SqlFeed(Cursor(epoch), epoch, columns, Join(rows), true, SqlJson.EmptyArray);
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

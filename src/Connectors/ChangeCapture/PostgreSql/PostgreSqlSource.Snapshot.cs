using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.PostgreSql;

// The snapshot's chunks between the stream's transactions; the type's opening comment says the rule.
public sealed partial class PostgreSqlSource
{
    /// <summary>Transactions that a chunk's snapshot has to see: running when the capture was opened, and streamed since.</summary>
    readonly HashSet<ulong> required = [];
    readonly HashSet<uint> streamed = [];

    (ulong From, ulong To)? marker;
    PostgreSqlChunk? chunk;

    /// <summary>The table and last key that are read, ahead of the checkpoint by the chunk that still merges with the stream.</summary>
    (int Table, string[]? Key) ahead;

    /// <summary>What held when the last batch was handed out: a batch that a lost connection breaks off changes nothing.</summary>
    (PostgreSqlCheckpoint Handed, PostgreSqlChunk? Chunk, (int, string[]?) Ahead) kept;

    bool IsMarker(int length, out ulong place)
    {
        var message = new PgOutputMessage(buffer.AsSpan(1, length - 1));
        bool isTransactional = (message.Byte() & 1) != 0;
        place = message.Position();
        return !isTransactional && marker is { } expected && place > expected.From && place <= expected.To
            && message.Text() == PostgreSqlSide.MarkerPrefix && message.Bytes().SequenceEqual(Encoding.UTF8.GetBytes(options.Slot));
    }

    /// <summary>The stream has come to the marker: the chunk before is done, and the next one is read.</summary>
    async Task ReadChunkAsync(ChangeBatch batch, ulong place, DateTime serverClock, CancellationToken cancellationToken)
    {
        marker = null;
        chunk = null;
        isSeen = false;
        if (ahead.Table == handed.Table && ahead.Key == handed.Key && ahead.Table >= options.Tables.Count) return;
        handed = handed with { Table = ahead.Table, Key = ahead.Key };
        if (ahead.Table >= options.Tables.Count)
        {
            isDone = true; // So that the checkpoint says it soon.
            return;
        }

        PostgreSqlChunk? read = await side.ReadChunkAsync(options.Tables[ahead.Table], ahead.Key, IsEnough, cancellationToken);
        if (read is null) return;
        // The stream gives the marker's end, where a commit may begin; within the marker none does.
        long at = SequenceOf(place - 8, 0), time = new DateTimeOffset(serverClock.ToUniversalTime()).ToUnixTimeMilliseconds();
        TableSchema schema = read.Relation.Schema;
        for (int index = 0; index < read.Starts.Count; index++)
        {
            int end = index + 1 < read.Starts.Count ? read.Starts[index + 1] : read.Rows.Position;
            ReadOnlySpan<byte> values = read.Rows.Written[read.Starts[index]..end];
            batch.AddRow(ChangeKind.Read, schema, time, at, index, values);
            read.Keys.Add(Encoding.Latin1.GetString(batch.KeyOf(batch.Entries[^1]).Span));
        }

        sequence = at;
        chunk = read;
        ahead = read.IsLast ? (ahead.Table + 1, null) : (ahead.Table, read.LastKey);
        isDone = batch.Count > 0;
    }

    bool IsEnough(PostgreSqlSnapshotText snapshot)
    {
        required.RemoveWhere(snapshot.Sees);
        streamed.RemoveWhere(id => snapshot.Sees(snapshot.Whole(id)));
        return required.Count == 0 && streamed.Count == 0;
    }

    /// <summary>Hands out what a chunk does not have of a change that its snapshot sees.</summary>
    void EmitUnlessRead(ChangeBatch batch, ChangeKind kind, PostgreSqlRelation relation)
    {
        bool isOldRead = kind != ChangeKind.Insert && IsRead(relation, before.Written);
        bool isNewRead = kind == ChangeKind.Delete ? isOldRead : IsRead(relation, after.Written);
        bool isMove = kind == ChangeKind.Update && HasOtherKey(relation);
        if (!isMove)
        {
            if (!isNewRead) Emit(batch, kind, relation);
            return;
        }

        // A row that changed its key: what was read of either key is newer than this change; the other half still counts.
        if (isNewRead && !isOldRead) Emit(batch, ChangeKind.Delete, relation);
        else if (!isNewRead) Emit(batch, isOldRead ? ChangeKind.Insert : ChangeKind.Update, relation);
    }

    bool IsRead(PostgreSqlRelation relation, ReadOnlySpan<byte> values)
    {
        key.Clear();
        WriteKey(key, relation, values);
        return chunk!.Keys.Contains(Encoding.Latin1.GetString(key.Written));
    }

    bool HasOtherKey(PostgreSqlRelation relation)
    {
        key.Clear();
        WriteKey(key, relation, before.Written);
        int middle = key.Position;
        WriteKey(key, relation, after.Written);
        return !key.Written[..middle].SequenceEqual(key.Written[middle..]);
    }

    /// <summary>A truncated table whose snapshot runs, or whose last chunk still merges, is read anew.</summary>
    void RestartSnapshot(string name)
    {
        int table = -1;
        for (int index = 0; index < options.Tables.Count; index++)
            if (options.Tables[index] == name)
                table = index;
        bool isMerging = chunk is not null && chunk.Relation.Name == name;
        if (table < 0 || (!isMerging && table != ahead.Table)) return;
        ahead = (table, null);
        if (handed.Table == table) handed = handed with { Key = null };
        if (!isMerging) return;
        chunk = null;
        isSeen = false;
    }
}

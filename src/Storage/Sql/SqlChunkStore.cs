using Orrery.Storage.Chunks;

namespace Orrery.Storage.Sql;

/// <summary>Chunks of samples in a shared database.</summary>
sealed class SqlChunkStore(SqlStore store) : IChunkStore
{
    static readonly SqlRaw Overlapping = new("ORDER BY first_time, sequence");

    public async ValueTask WriteAsync(IReadOnlyList<Chunk> chunks, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckChunks(chunks, owner: null);
        if (chunks.Count == 0) return;
        var database = await store.OpenAsync(cancellationToken);
        await database.WriteAsync("store chunks", session => Put(session, chunks), cancellationToken);
    }

    public async ValueTask ReplaceAsync(string owner, IReadOnlyList<ChunkKey> removed, IReadOnlyList<Chunk> added, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckOwner(owner);
        ChunkArguments.CheckChunks(added, owner);
        var database = await store.OpenAsync(cancellationToken);
        await database.WriteAsync("replace chunks", session =>
        {
            var ownerId = IdOf(owner);
            foreach (var piece in removed.Chunk(session.Dialect.StatementRowsLimit))
                session.Dialect.Delete(session, SqlTables.Chunk, [.. piece.Select(key => new object?[] { ownerId, (long)key.Kind, key.Sequence })]);
            return Put(session, added);
        }, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ChunkInfo>> ListAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckOwner(owner);
        var database = await store.OpenAsync(cancellationToken);
        return await database.QueryAsync("list chunks", $"""
            SELECT sequence, first_time, last_time, {database.Dialect.LengthOf("data")} FROM orrery_chunk
            WHERE owner_id = {IdOf(owner)} AND kind = {(long)kind} AND last_time >= {fromMilliseconds} AND first_time <= {toMilliseconds} {Overlapping}
            """, reader => new ChunkInfo(new(kind, reader.GetInt64(0)), reader.GetInt64(1), reader.GetInt64(2), Convert.ToInt32(reader.GetValue(3))), cancellationToken);
    }

    public async ValueTask<IReadOnlyList<Chunk>> ReadAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckOwner(owner);
        var database = await store.OpenAsync(cancellationToken);
        return await database.QueryAsync("read chunks", $"""
            SELECT sequence, first_time, last_time, data FROM orrery_chunk
            WHERE owner_id = {IdOf(owner)} AND kind = {(long)kind} AND last_time >= {fromMilliseconds} AND first_time <= {toMilliseconds} {Overlapping}
            """, reader => new Chunk(owner, new(kind, reader.GetInt64(0)), reader.GetInt64(1), reader.GetInt64(2), reader.GetBytes(3)), cancellationToken);
    }

    public async ValueTask<int> DeleteBeforeAsync(string owner, ChunkKind kind, long beforeMilliseconds, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckOwner(owner);
        var database = await store.OpenAsync(cancellationToken);
        return await database.WriteAsync("delete old chunks", session => session.Execute(
            $"DELETE FROM orrery_chunk WHERE owner_id = {IdOf(owner)} AND kind = {(long)kind} AND last_time < {beforeMilliseconds}"), cancellationToken);
    }

    static byte[] IdOf(string owner) => SqlId.Of(owner, "");

    public static int Put(SqlSession session, IReadOnlyList<Chunk> chunks)
    {
        var rows = new SqlRows(SqlTables.Chunk);
        // In the order of the keys, so that two writers seldom wait for each other in a circle.
        foreach (var (id, chunk) in chunks.Select(chunk => (IdOf(chunk.Owner), chunk)).OrderBy(pair => pair.Item1, SqlIdComparer.Instance).ThenBy(pair => pair.chunk.Key.Kind).ThenBy(pair => pair.chunk.Key.Sequence))
            rows.Add(id, (long)chunk.Key.Kind, chunk.Key.Sequence, chunk.Owner, chunk.FirstMilliseconds, chunk.LastMilliseconds, chunk.Data.ToArray());
        if (rows.Count > 0) session.Dialect.Upsert(session, rows);
        return rows.Count;
    }
}

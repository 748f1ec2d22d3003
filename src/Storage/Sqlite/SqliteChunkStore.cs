using Orrery.Connectors.Sqlite;
using Orrery.Storage.Chunks;

namespace Orrery.Storage.Sqlite;

/// <summary>Chunks of samples in the embedded file. An owner's name is stored once; chunks carry its number.</summary>
public sealed class SqliteChunkStore(SqliteStore store) : IChunkStore
{
    /// <summary>About what a row and its two index entries take beside the data.</summary>
    const int RowBytes = 100;

    const string Overlapping = "JOIN chunk_owner o ON o.id = c.owner_id WHERE o.name = ?1 AND c.kind = ?2 AND c.last_time >= ?3 AND c.first_time <= ?4 ORDER BY c.first_time, c.sequence";

    readonly SqliteDatabase database = store.Database;

    public async ValueTask WriteAsync(IReadOnlyList<Chunk> chunks, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckChunks(chunks, owner: null);
        if (chunks.Count == 0) return;
        await database.WriteAsync(chunks, BytesOf(chunks), static (session, chunks) => Put(session, chunks), cancellationToken);
    }

    public async ValueTask ReplaceAsync(string owner, IReadOnlyList<ChunkKey> removed, IReadOnlyList<Chunk> added, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckOwner(owner);
        ChunkArguments.CheckChunks(added, owner);
        await database.WriteAsync((owner, removed, added), BytesOf(added), static (session, change) =>
        {
            if (FindOwner(session, change.owner) is { } ownerId)
            {
                var delete = session.Prepare("DELETE FROM chunk WHERE owner_id = ?1 AND kind = ?2 AND sequence = ?3");
                foreach (var key in change.removed) delete.Bind(1, ownerId).Bind(2, (long)key.Kind).Bind(3, key.Sequence).Run();
            }

            return Put(session, change.added);
        }, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<ChunkInfo>> ListAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckOwner(owner);
        return await database.ReadAsync((owner, kind, fromMilliseconds, toMilliseconds), static (session, query) =>
        {
            var statement = session.Prepare($"SELECT c.sequence, c.first_time, c.last_time, length(c.data) FROM chunk c {Overlapping}");
            statement.Bind(1, query.owner).Bind(2, (long)query.kind).Bind(3, query.fromMilliseconds).Bind(4, query.toMilliseconds);
            var chunks = new List<ChunkInfo>();
            while (statement.Step())
            {
                chunks.Add(new(new(query.kind, statement.GetLong(0)), statement.GetLong(1), statement.GetLong(2), (int)statement.GetLong(3)));
            }

            return chunks;
        }, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<Chunk>> ReadAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckOwner(owner);
        return await database.ReadAsync((owner, kind, fromMilliseconds, toMilliseconds), static (session, query) =>
        {
            var statement = session.Prepare($"SELECT c.sequence, c.first_time, c.last_time, c.data FROM chunk c {Overlapping}");
            statement.Bind(1, query.owner).Bind(2, (long)query.kind).Bind(3, query.fromMilliseconds).Bind(4, query.toMilliseconds);
            var chunks = new List<Chunk>();
            while (statement.Step())
            {
                chunks.Add(new(query.owner, new(query.kind, statement.GetLong(0)), statement.GetLong(1), statement.GetLong(2), statement.GetBlob(3)));
            }

            return chunks;
        }, cancellationToken);
    }

    public async ValueTask<int> DeleteBeforeAsync(string owner, ChunkKind kind, long beforeMilliseconds, CancellationToken cancellationToken)
    {
        ChunkArguments.CheckOwner(owner);
        return await database.WriteAsync((owner, kind, beforeMilliseconds), RowBytes, static (session, query) =>
        {
            if (FindOwner(session, query.owner) is not { } ownerId) return 0;
            var delete = session.Prepare("DELETE FROM chunk WHERE owner_id = ?1 AND kind = ?2 AND last_time < ?3");
            return delete.Bind(1, ownerId).Bind(2, (long)query.kind).Bind(3, query.beforeMilliseconds).Run();
        }, cancellationToken);
    }

    static int Put(SqliteSession session, IReadOnlyList<Chunk> chunks)
    {
        var insert = session.Prepare("""
            INSERT INTO chunk (owner_id, kind, sequence, first_time, last_time, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (owner_id, kind, sequence) DO UPDATE SET first_time = excluded.first_time, last_time = excluded.last_time, data = excluded.data
            """);
        string? owner = null;
        long ownerId = 0;
        foreach (var chunk in chunks)
        {
            if (chunk.Owner != owner)
            {
                owner = chunk.Owner;
                ownerId = FindOwner(session, owner) ?? AddOwner(session, owner);
            }

            insert.Bind(1, ownerId).Bind(2, (long)chunk.Key.Kind).Bind(3, chunk.Key.Sequence)
                .Bind(4, chunk.FirstMilliseconds).Bind(5, chunk.LastMilliseconds).Bind(6, chunk.Data.Span).Run();
        }

        return chunks.Count;
    }

    static long? FindOwner(SqliteSession session, string owner)
    {
        var statement = session.Prepare("SELECT id FROM chunk_owner WHERE name = ?1").Bind(1, owner);
        if (!statement.Step()) return null;
        var id = statement.GetLong(0);
        statement.Reset();
        return id;
    }

    static long AddOwner(SqliteSession session, string owner)
    {
        var statement = session.Prepare("INSERT INTO chunk_owner (name) VALUES (?1) RETURNING id").Bind(1, owner);
        statement.Step();
        var id = statement.GetLong(0);
        statement.Run();
        return id;
    }

    static long BytesOf(IReadOnlyList<Chunk> chunks) => chunks.Sum(chunk => (long)chunk.Data.Length + RowBytes);
}

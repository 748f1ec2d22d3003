using System.Runtime.CompilerServices;
using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;
using Orrery.Storage.Sqlite;

namespace Orrery.Storage.Copy;

/// <summary>The embedded file, read in bounded pages by row id. While it is open no other process has it, so nothing changes.</summary>
sealed class CopySource(SqliteStore store)
{
    /// <summary>A page ends after so many rows, or after so many bytes of values.</summary>
    const int PageRowsLimit = 1000;

    const long PageBytesLimit = 4 << 20;

    readonly SqliteDatabase database = store.Database;

    public string FilePath => database.FilePath;

    public async Task<long> CountAsync(string table, CancellationToken cancellationToken) =>
        await database.ReadAsync(table, static (session, table) => session.QueryLong($"SELECT count(*) FROM {table}"), cancellationToken);

    public IAsyncEnumerable<(long Id, List<StateRow> Rows)> ReadStatesAsync(long afterId, CancellationToken cancellationToken) => PagesAsync(
        "SELECT id, grain_type, grain_key, state_name, shard, version, value FROM grain_state WHERE id > ?1 ORDER BY id LIMIT ?2", afterId,
        static row => new StateRow(new(row.GetText(1), row.GetText(2), row.GetText(3)), (int)row.GetLong(4), row.GetLong(5), row.IsNull(6) ? null : row.GetBlob(6)),
        static row => row.Value?.Length ?? 0, cancellationToken);

    public IAsyncEnumerable<(long Id, List<Chunk> Rows)> ReadChunksAsync(long afterId, CancellationToken cancellationToken) => PagesAsync(
        "SELECT c.id, o.name, c.kind, c.sequence, c.first_time, c.last_time, c.data FROM chunk c JOIN chunk_owner o ON o.id = c.owner_id WHERE c.id > ?1 ORDER BY c.id LIMIT ?2", afterId,
        static row => new Chunk(row.GetText(1), new((ChunkKind)row.GetLong(2), row.GetLong(3)), row.GetLong(4), row.GetLong(5), row.GetBlob(6)),
        static chunk => chunk.Data.Length, cancellationToken);

    public static async IAsyncEnumerable<IReadOnlyList<ReminderRow>> ReadRemindersAsync(IReminderTable table, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ReminderKey? after = null;
        while (true)
        {
            var page = await table.ReadPageAsync(null, after, PageRowsLimit, cancellationToken);
            if (page.Count > 0) yield return page;
            if (page.Count < PageRowsLimit) yield break;
            after = page[^1].Key;
        }
    }

    async IAsyncEnumerable<(long Id, List<T> Rows)> PagesAsync<T>(string sql, long afterId, Func<SqliteStatement, T> read, Func<T, long> bytesOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var (id, rows) = await database.ReadAsync((sql, afterId, read, bytesOf), static (session, page) =>
            {
                var (rows, id, bytes) = (new List<T>(), page.afterId, 0L);
                var statement = session.Prepare(page.sql).Bind(1, page.afterId).Bind(2, PageRowsLimit);
                while (bytes < PageBytesLimit && statement.Step())
                {
                    id = statement.GetLong(0);
                    rows.Add(page.read(statement));
                    bytes += page.bytesOf(rows[^1]);
                }

                statement.Reset();
                return (id, rows);
            }, cancellationToken);
            if (rows.Count == 0) yield break;
            yield return (id, rows);
            afterId = id;
        }
    }
}

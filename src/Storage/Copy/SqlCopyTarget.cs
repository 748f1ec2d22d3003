using System.Runtime.CompilerServices;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;
using Orrery.Storage.Sql;

namespace Orrery.Storage.Copy;

/// <summary>A shared database. The mark is a row of <c>orrery_copy</c>, written with the rows in one transaction.</summary>
sealed class SqlCopyTarget(SqlStore store) : ICopyTarget
{
    const int StatesPage = 500;
    const int ChunksPage = 64;

    public string Description => store.Description;

    public IReminderTable Reminders { get; } = new SqlReminderTable(store);

    public async Task<CopyMark?> ReadMarkAsync(CancellationToken cancellationToken) => (await QueryAsync(
        $"SELECT source, state_id, chunk_id, is_finished FROM orrery_copy WHERE id = 1",
        reader => new CopyMark(reader.GetTexts(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3) == 1), cancellationToken)).FirstOrDefault();

    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        var counts = await QueryAsync(
            $"SELECT COUNT(*) FROM orrery_grain_state UNION ALL SELECT COUNT(*) FROM orrery_reminder UNION ALL SELECT COUNT(*) FROM orrery_chunk", reader => Convert.ToInt64(reader.GetValue(0)), cancellationToken);
        return counts.Sum() == 0;
    }

    public async Task WriteAsync(IReadOnlyList<StateRow> states, IReadOnlyList<ReminderRow> reminders, IReadOnlyList<Chunk> chunks, CopyMark mark, CancellationToken cancellationToken)
    {
        var database = await store.OpenAsync(cancellationToken);
        await database.WriteAsync("copy rows", session =>
        {
            var rows = new SqlRows(SqlTables.GrainState);
            // Term 0: whoever takes the shard first may claim the row, in whichever term.
            foreach (var state in states) rows.Add(SqlId.Of(state.Key.GrainType, state.Key.GrainKey, state.Key.StateName), state.Key.GrainType, state.Key.GrainKey, state.Key.StateName, (long)state.Shard, 0L, state.Version, state.Value);
            if (rows.Count > 0) session.Dialect.Upsert(session, rows);
            var reminderRows = new SqlRows(SqlTables.Reminder);
            foreach (var reminder in reminders) SqlReminderTable.Add(reminderRows, reminder with { Term = 0 });
            if (reminderRows.Count > 0) session.Dialect.Upsert(session, reminderRows);
            SqlChunkStore.Put(session, chunks);
            var marks = new SqlRows(SqlTables.Copy);
            marks.Add(1L, mark.Source, mark.StateId, mark.ChunkId, mark.IsFinished ? 1L : 0L);
            session.Dialect.Upsert(session, marks);
            return 0;
        }, cancellationToken);
    }

    public async IAsyncEnumerable<StateRow> ReadStatesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var dialect = (await store.OpenAsync(cancellationToken)).Dialect;
        byte[] last = [];
        while (true)
        {
            var page = await QueryAsync(
                $"SELECT {dialect.LimitHead(StatesPage)} id, grain_type, grain_key, state_name, shard, version, value FROM orrery_grain_state WHERE id > {last} ORDER BY id {dialect.LimitTail(StatesPage)}",
                reader => (Id: reader.GetBytes(0), Row: new StateRow(
                    new(reader.GetTexts(1), reader.GetTexts(2), reader.GetTexts(3)), (int)reader.GetInt64(4), reader.GetInt64(5), reader.IsDBNull(6) ? null : reader.GetBytes(6))), cancellationToken);
            foreach (var (_, row) in page) yield return row;
            if (page.Count < StatesPage) yield break;
            last = page[^1].Id;
        }
    }

    public async IAsyncEnumerable<Chunk> ReadChunksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var dialect = (await store.OpenAsync(cancellationToken)).Dialect;
        (byte[] Owner, long Kind, long Sequence) last = ([], -1, -1);
        while (true)
        {
            var page = await QueryAsync($"""
                SELECT {dialect.LimitHead(ChunksPage)} owner_id, kind, sequence, owner, first_time, last_time, data FROM orrery_chunk
                WHERE owner_id > {last.Owner} OR (owner_id = {last.Owner} AND (kind > {last.Kind} OR (kind = {last.Kind} AND sequence > {last.Sequence})))
                ORDER BY owner_id, kind, sequence {dialect.LimitTail(ChunksPage)}
                """, reader => (Id: reader.GetBytes(0), Row: new Chunk(
                    reader.GetTexts(3), new((ChunkKind)reader.GetInt64(1), reader.GetInt64(2)), reader.GetInt64(4), reader.GetInt64(5), reader.GetBytes(6))), cancellationToken);
            foreach (var (_, row) in page) yield return row;
            if (page.Count < ChunksPage) yield break;
            last = (page[^1].Id, (long)page[^1].Row.Key.Kind, page[^1].Row.Key.Sequence);
        }
    }

    public ValueTask DisposeAsync()
    {
        store.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task<List<T>> QueryAsync<T>(FormattableString statement, Func<System.Data.Common.DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var database = await store.OpenAsync(cancellationToken);
        return await database.QueryAsync("read copied rows", statement, read, cancellationToken);
    }
}

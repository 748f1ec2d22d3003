using System.Data.Common;
using Orrery.Runtime.Storage;

namespace Orrery.Storage.Sql;

/// <summary>Reminders in a shared database. Times and periods are stored in whole milliseconds. Pages come in the order of the rows' ids.</summary>
sealed class SqlReminderTable(SqlStore store) : IReminderTable
{
    static readonly SqlRaw Names = SqlTables.Reminder.Names;
    static readonly string[] Changing = [.. SqlTables.Reminder.Columns.Skip(5).Select(column => column.Name)];

    public Task<ReminderRow> UpsertAsync(ReminderRow row, CancellationToken cancellationToken)
    {
        Check(row);
        return WriteAsync($"store reminder {row.Key}", session =>
        {
            var stored = Lock(session, [IdOf(row.Key)]);
            var next = row with { Version = 1 };
            var rows = new SqlRows(SqlTables.Reminder);
            if (stored.Values.FirstOrDefault() is { Version: > 0 } found)
            {
                CheckTerm(row.Key, found.Term, row.Term);
                next = row with { Version = found.Version + 1 };
                Add(rows, next);
                session.Dialect.Update(session, rows, Changing);
            }
            else
            {
                Add(rows, next);
                session.Dialect.Insert(session, rows);
            }

            return next;
        }, cancellationToken);
    }

    public async Task<IReadOnlyList<ReminderRow?>> UpdateAsync(IReadOnlyList<ReminderRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows) Check(row);
        if (rows.Count == 0) return [];
        return await WriteAsync($"update {rows.Count} reminders", session =>
        {
            var stored = Lock(session, [.. rows.Select(row => IdOf(row.Key))]);
            var outcomes = new ReminderRow?[rows.Count];
            var changed = new SqlRows(SqlTables.Reminder);
            for (var index = 0; index < outcomes.Length; index++)
            {
                var row = rows[index];
                if (!stored.TryGetValue(IdOf(row.Key), out var found) || found.Version != row.Version || found.Term > row.Term) continue;
                outcomes[index] = row with { Version = row.Version + 1 };
                Add(changed, outcomes[index]!);
            }

            if (changed.Count > 0) session.Dialect.Update(session, changed, Changing);
            return outcomes;
        }, cancellationToken);
    }

    public Task<bool> RemoveAsync(ReminderKey key, long term, CancellationToken cancellationToken) => WriteAsync($"remove reminder {key}", session =>
    {
        var id = IdOf(key);
        if (!Lock(session, [id]).TryGetValue(id, out var found)) return false;
        CheckTerm(key, found.Term, term);
        session.Dialect.Delete(session, SqlTables.Reminder, [[id]]);
        return true;
    }, cancellationToken);

    public async Task<ReminderRow?> ReadAsync(ReminderKey key, CancellationToken cancellationToken) =>
        (await QueryAsync("read a reminder", $"SELECT {Names} FROM orrery_reminder WHERE id = {IdOf(key)}", cancellationToken)).FirstOrDefault();

    public async Task<IReadOnlyList<ReminderRow>> ReadAllAsync(string grainType, string grainKey, CancellationToken cancellationToken)
    {
        var rows = await QueryAsync("read a grain's reminders", $"SELECT {Names} FROM orrery_reminder WHERE grain_id = {SqlId.Of(grainType, grainKey)}", cancellationToken);
        return [.. rows.OrderBy(row => row.Key.Name, StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyList<ReminderRow>> ReadDueAsync(IReadOnlyCollection<int>? shards, DateTimeOffset until, int rowsLimit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsLimit, 1);
        if (shards is { Count: 0 }) return [];
        var dialect = (await store.OpenAsync(cancellationToken)).Dialect;
        var (head, tail) = (dialect.LimitHead(rowsLimit), dialect.LimitTail(rowsLimit));
        var order = new SqlRaw("ORDER BY next_due, grain_type, grain_key, name");
        var time = until.ToUnixTimeMilliseconds();
        return await QueryAsync("read the due reminders", shards is null
            ? (FormattableString)$"SELECT {head} {Names} FROM orrery_reminder WHERE next_due <= {time} {order} {tail}"
            : $"SELECT {head} {Names} FROM orrery_reminder WHERE next_due <= {time} AND shard {ListOf(shards)} {order} {tail}", cancellationToken);
    }

    public async Task<IReadOnlyList<ReminderRow>> ReadPageAsync(IReadOnlyCollection<int>? shards, ReminderKey? after, int rowsLimit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsLimit, 1);
        if (shards is { Count: 0 }) return [];
        var dialect = (await store.OpenAsync(cancellationToken)).Dialect;
        var (head, tail) = (dialect.LimitHead(rowsLimit), dialect.LimitTail(rowsLimit));
        var last = after is { } key ? IdOf(key) : [];
        return await QueryAsync("read a page of reminders", shards is null
            ? (FormattableString)$"SELECT {head} {Names} FROM orrery_reminder WHERE id > {last} ORDER BY id {tail}"
            : $"SELECT {head} {Names} FROM orrery_reminder WHERE id > {last} AND shard {ListOf(shards)} ORDER BY id {tail}", cancellationToken);
    }

    static SqlList ListOf(IReadOnlyCollection<int> shards) => SqlList.Of(shards.Select(shard => (long)shard));

    async Task<T> WriteAsync<T>(string action, Func<SqlSession, T> work, CancellationToken cancellationToken)
    {
        var database = await store.OpenAsync(cancellationToken);
        return await database.WriteAsync(action, work, cancellationToken);
    }

    async Task<List<ReminderRow>> QueryAsync(string action, FormattableString statement, CancellationToken cancellationToken)
    {
        var database = await store.OpenAsync(cancellationToken);
        return await database.QueryAsync(action, statement, ReadRow, cancellationToken);
    }

    static byte[] IdOf(ReminderKey key) => SqlId.Of(key.GrainType, key.GrainKey, key.Name);

    static void Check(ReminderRow row)
    {
        if (row.Period < TimeSpan.FromMilliseconds(1)) throw new ArgumentException($"The period of reminder {row.Key} is {row.Period}; it must be at least one millisecond.", nameof(row));
    }

    static void CheckTerm(ReminderKey key, long stored, long term)
    {
        if (stored > term) throw new StaleTermException($"Reminder {key} was not changed: its row has term {stored}, the caller has {term}. Another silo owns its shard now.", stored, term);
    }

    static Dictionary<byte[], (long Term, long Version)> Lock(SqlSession session, byte[][] ids)
    {
        Array.Sort(ids, SqlIdComparer.Instance);
        var stored = new Dictionary<byte[], (long, long)>(ids.Length, SqlIdComparer.Instance);
        foreach (var piece in ids.Chunk(session.Dialect.StatementRowsLimit))
        {
            var rows = session.Query(
                $"SELECT id, term, version FROM orrery_reminder {session.Dialect.LockHint} WHERE id {SqlList.Of(piece)} ORDER BY id {session.Dialect.LockSuffix}",
                reader => (reader.GetBytes(0), (reader.GetInt64(1), reader.GetInt64(2))));
            foreach (var (id, row) in rows) stored.Add(id, row);
        }

        return stored;
    }

    public static void Add(SqlRows rows, ReminderRow row) => rows.Add(
        IdOf(row.Key), SqlId.Of(row.Key.GrainType, row.Key.GrainKey), row.Key.GrainType, row.Key.GrainKey, row.Key.Name, (long)row.Shard, row.Term, row.Version,
        row.FirstDue.ToUnixTimeMilliseconds(), (long)row.Period.TotalMilliseconds, row.NextDue.ToUnixTimeMilliseconds(), row.Ran, row.Failed, row.Missed, (long)row.Attempts, row.Repeated, row.Late);

    static ReminderRow ReadRow(DbDataReader reader) => new()
    {
        Key = new(reader.GetTexts(2), reader.GetTexts(3), reader.GetTexts(4)),
        Shard = (int)reader.GetInt64(5),
        Term = reader.GetInt64(6),
        Version = reader.GetInt64(7),
        FirstDue = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(8)),
        Period = TimeSpan.FromMilliseconds(reader.GetInt64(9)),
        NextDue = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(10)),
        Ran = reader.GetInt64(11),
        Failed = reader.GetInt64(12),
        Missed = reader.GetInt64(13),
        Attempts = (int)reader.GetInt64(14),
        Repeated = reader.GetInt64(15),
        Late = reader.GetInt64(16),
    };
}

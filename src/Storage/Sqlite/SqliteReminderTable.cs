using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Storage;

namespace Orrery.Storage.Sqlite;

/// <summary>Reminders in the embedded file. Times and periods are stored in whole milliseconds.</summary>
public sealed class SqliteReminderTable(SqliteStore store) : IReminderTable
{
    const string Columns = "grain_type, grain_key, name, shard, term, version, first_due, period, next_due, ran, failed, missed, attempts, repeated, late";
    const string ByKey = "grain_type = ?1 AND grain_key = ?2 AND name = ?3";
    const string InShards = "(?4 = '' OR shard IN (SELECT value FROM json_each(iif(?4 = '', '[]', ?4))))";
    const string UpdateText = $"""
        UPDATE reminder SET shard = ?4, term = ?5, version = ?6, first_due = ?7, period = ?8, next_due = ?9, ran = ?10, failed = ?11, missed = ?12, attempts = ?13, repeated = ?14, late = ?15
        WHERE {ByKey} AND version = ?16 AND term <= ?5
        """;

    /// <summary>About what a row takes.</summary>
    const int RowBytes = 300;

    readonly SqliteDatabase database = store.Database;

    public async Task<ReminderRow> UpsertAsync(ReminderRow row, CancellationToken cancellationToken)
    {
        Check(row);
        return await database.WriteAsync(row, RowBytes, static (session, row) => Put(session, row, Find(session, row.Key, row.Term)?.Version ?? 0), cancellationToken);
    }

    public async Task<IReadOnlyList<ReminderRow?>> UpdateAsync(IReadOnlyList<ReminderRow> rows, CancellationToken cancellationToken)
    {
        foreach (var row in rows) Check(row);
        return await database.WriteAsync(rows, RowBytes * rows.Count, static (session, rows) =>
        {
            var outcomes = new ReminderRow?[rows.Count];
            for (int index = 0; index < outcomes.Length; index++)
            {
                var row = rows[index];
                int changed = Bind(session.Prepare(UpdateText), row).Bind(6, row.Version + 1).Bind(16, row.Version).Run();
                if (changed > 0) outcomes[index] = row with { Version = row.Version + 1 };
            }

            return outcomes;
        }, cancellationToken);
    }

    public async Task<bool> RemoveAsync(ReminderKey key, long term, CancellationToken cancellationToken) =>
        await database.WriteAsync((key, term), RowBytes, static (session, wanted) =>
        {
            if (Find(session, wanted.key, wanted.term) is null) return false;
            return Bind(session.Prepare($"DELETE FROM reminder WHERE {ByKey}"), wanted.key).Run() > 0;
        }, cancellationToken);

    public async Task<ReminderRow?> ReadAsync(ReminderKey key, CancellationToken cancellationToken) =>
        await database.ReadAsync(key, static (session, key) => Find(session, key), cancellationToken);

    public async Task<IReadOnlyList<ReminderRow>> ReadAllAsync(string grainType, string grainKey, CancellationToken cancellationToken) =>
        await database.ReadAsync((grainType, grainKey), static (session, grain) =>
        {
            var rows = new List<ReminderRow>();
            var statement = session.Prepare($"SELECT {Columns} FROM reminder WHERE grain_type = ?1 AND grain_key = ?2 ORDER BY name").Bind(1, grain.grainType).Bind(2, grain.grainKey);
            while (statement.Step()) rows.Add(ReadRow(statement));
            return rows;
        }, cancellationToken);

    public async Task<IReadOnlyList<ReminderRow>> ReadDueAsync(IReadOnlyCollection<int>? shards, DateTimeOffset until, int rowsLimit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsLimit, 1);
        return await database.ReadAsync((Wanted(shards), until, rowsLimit), static (session, query) =>
            Collect(session.Prepare($"SELECT {Columns} FROM reminder WHERE next_due <= ?1 AND {InShards} ORDER BY next_due, grain_type, grain_key, name LIMIT ?5").Bind(1, query.until.ToUnixTimeMilliseconds()),
                query.Item1, query.rowsLimit), cancellationToken);
    }

    public async Task<IReadOnlyList<ReminderRow>> ReadPageAsync(IReadOnlyCollection<int>? shards, ReminderKey? after, int rowsLimit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsLimit, 1);
        // No type is called by the empty text: after it comes everything.
        return await database.ReadAsync((Wanted(shards), after ?? new("", "", ""), rowsLimit), static (session, query) =>
            Collect(Bind(session.Prepare($"SELECT {Columns} FROM reminder WHERE (grain_type, grain_key, name) > (?1, ?2, ?3) AND {InShards} ORDER BY grain_type, grain_key, name LIMIT ?5"), query.Item2),
                query.Item1, query.rowsLimit), cancellationToken);
    }

    /// <summary>The numbers as JSON; empty: all shards.</summary>
    static string Wanted(IReadOnlyCollection<int>? shards) => shards is null ? "" : $"[{string.Join(',', shards)}]";

    static IReadOnlyList<ReminderRow> Collect(SqliteStatement statement, string shards, int rowsLimit)
    {
        statement.Bind(4, shards).Bind(5, rowsLimit);
        var rows = new List<ReminderRow>();
        while (statement.Step()) rows.Add(ReadRow(statement));
        return rows;
    }

    static void Check(ReminderRow row)
    {
        if (row.Period < TimeSpan.FromMilliseconds(1)) throw new ArgumentException($"The period of reminder {row.Key} is {row.Period}; it must be at least one millisecond.", nameof(row));
    }

    /// <summary>The stored row, provided that its term is not newer.</summary>
    static ReminderRow? Find(SqliteSession session, ReminderKey key, long term)
    {
        var stored = Find(session, key);
        if (stored is not null && stored.Term > term)
        {
            throw new StaleTermException($"Reminder {key} was not changed: its row has term {stored.Term}, the caller has {term}. Another silo owns shard {stored.Shard} now.", stored.Term, term);
        }

        return stored;
    }

    static ReminderRow? Find(SqliteSession session, ReminderKey key)
    {
        var statement = Bind(session.Prepare($"SELECT {Columns} FROM reminder WHERE {ByKey}"), key);
        if (!statement.Step()) return null;
        var row = ReadRow(statement);
        statement.Reset();
        return row;
    }

    static ReminderRow Put(SqliteSession session, ReminderRow row, long storedVersion)
    {
        Bind(session.Prepare($"INSERT OR REPLACE INTO reminder ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"), row).Bind(6, storedVersion + 1).Run();
        return row with { Version = storedVersion + 1 };
    }

    static ReminderRow ReadRow(SqliteStatement statement) => new()
    {
        Key = new(statement.GetText(0), statement.GetText(1), statement.GetText(2)),
        Shard = (int)statement.GetLong(3),
        Term = statement.GetLong(4),
        Version = statement.GetLong(5),
        FirstDue = DateTimeOffset.FromUnixTimeMilliseconds(statement.GetLong(6)),
        Period = TimeSpan.FromMilliseconds(statement.GetLong(7)),
        NextDue = DateTimeOffset.FromUnixTimeMilliseconds(statement.GetLong(8)),
        Ran = statement.GetLong(9),
        Failed = statement.GetLong(10),
        Missed = statement.GetLong(11),
        Attempts = (int)statement.GetLong(12),
        Repeated = statement.GetLong(13),
        Late = statement.GetLong(14),
    };

    static SqliteStatement Bind(SqliteStatement statement, ReminderKey key) =>
        statement.Bind(1, key.GrainType).Bind(2, key.GrainKey).Bind(3, key.Name);

    /// <summary>All but the version.</summary>
    static SqliteStatement Bind(SqliteStatement statement, ReminderRow row) => Bind(statement, row.Key)
        .Bind(4, row.Shard).Bind(5, row.Term)
        .Bind(7, row.FirstDue.ToUnixTimeMilliseconds()).Bind(8, (long)row.Period.TotalMilliseconds).Bind(9, row.NextDue.ToUnixTimeMilliseconds())
        .Bind(10, row.Ran).Bind(11, row.Failed).Bind(12, row.Missed)
        .Bind(13, row.Attempts).Bind(14, row.Repeated).Bind(15, row.Late);
}

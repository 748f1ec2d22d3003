using Microsoft.Extensions.Logging;
using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Storage;
using Orrery.Storage.Cluster;

namespace Orrery.Storage.Sqlite;

/// <summary>
/// The cluster store of silos that run on one machine: a small file, <c>cluster.db</c>, that all their processes have open. Each change is one
/// immediate transaction, flushed before it is acknowledged; a reader sees one moment and waits for nobody. The directory must be on a local disk.
/// </summary>
public sealed class SqliteClusterStore(string filePath, SqliteInstruments instruments, TimeProvider time, ILogger<SqliteClusterStore> logger) : IClusterStore, IDisposable
{
    public const string DefaultFileName = "cluster.db";

    const string MemberColumns = "name, generation, address, status, counter, wire_least, wire_most, build, started_at, changed_at, reason";

    /// <summary>How long a change waits for other processes' changes.</summary>
    static readonly TimeSpan BusyTimeout = TimeSpan.FromSeconds(2);

    readonly Lock gate = new();
    SqliteDatabase? database;
    bool disposed;

    public string FilePath { get; } = Path.GetFullPath(filePath);

    public async Task<string> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await (await Task.Run(Database, cancellationToken)).WriteAsync(0, 0, static (session, _) =>
            {
                session.Prepare("INSERT OR IGNORE INTO cluster (id, identity, shards_version) VALUES (1, ?1, 0)").Bind(1, ClusterRows.NewIdentity()).Run();
                return session.QueryText("SELECT identity FROM cluster");
            }, cancellationToken);
        }
        catch (SqliteStoreException error)
        {
            throw new ClusterStoreException($"The cluster store cannot be used. {error.Message}", error);
        }
    }

    public async Task<ClusterSnapshot> ReadAsync(long knownShardsVersion, CancellationToken cancellationToken) =>
        await Database().ReadAsync(knownShardsVersion, static (session, known) =>
        {
            session.Prepare("BEGIN").Run();
            // Whoever reads compares the identity: where it is gone, the rest means nothing.
            var snapshot = ReadCluster(session) is ({ } identity, var version) ? new ClusterSnapshot(identity, ReadMembers(session), version, known == version ? null : ReadShards(session)) : new("", [], 0, null);
            session.Prepare("COMMIT").Run();
            return snapshot;
        }, cancellationToken);

    public async Task<bool> TryAddMemberAsync(MemberRow row, CancellationToken cancellationToken)
    {
        ClusterRows.Check(row);
        return await Database().WriteAsync(row, 0, static (session, row) =>
            Bind(session.Prepare($"INSERT OR IGNORE INTO member ({MemberColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"), row).Run() > 0, cancellationToken);
    }

    public async Task<bool> TryUpdateMemberAsync(MemberRow row, long expectedCounter, CancellationToken cancellationToken)
    {
        ClusterRows.Check(row);
        return await Database().WriteAsync((row, expectedCounter), 0, static (session, change) =>
            Bind(session.Prepare("""
                UPDATE member SET address = ?3, status = ?4, counter = ?5, wire_least = ?6, wire_most = ?7, build = ?8, started_at = ?9, changed_at = ?10, reason = ?11
                WHERE name = ?1 AND generation = ?2 AND counter = ?12 AND status IN (1, 2)
                """), change.row).Bind(12, change.expectedCounter).Run() > 0, cancellationToken);
    }

    public async Task<IReadOnlyList<ShardRow>> TakeShardsAsync(SiloId taker, IReadOnlyList<ShardRow> expected, CancellationToken cancellationToken)
    {
        ClusterRows.Check(expected);
        if (expected.Count == 0) return [];
        return await Database().WriteAsync((taker, expected), 0, static (session, change) =>
        {
            var members = ReadMembers(session);
            if (members.FirstOrDefault(row => row.Id == change.taker)?.Status != MemberStatus.Active) return [];
            var live = members.Where(row => row.IsLive).Select(row => row.Id).ToHashSet();
            var taken = ClusterRows.Take(change.taker, change.expected, ReadShards(session).ToDictionary(row => row.Shard), live);
            Write(session, taken);
            return taken;
        }, cancellationToken);
    }

    public async Task FreeShardsAsync(SiloId owner, IReadOnlyList<ShardRow> owned, CancellationToken cancellationToken)
    {
        ClusterRows.Check(owned);
        if (owned.Count == 0) return;
        await Database().WriteAsync((owner, owned), 0, static (session, change) =>
        {
            var stored = ReadShards(session);
            List<ShardRow> freed = [.. change.owned.Where(row => stored[row.Shard].Owner == change.owner && stored[row.Shard].Term == row.Term).Select(row => row with { Owner = null })];
            Write(session, freed);
            return freed.Count;
        }, cancellationToken);
    }

    public async Task PruneMembersAsync(int kept, CancellationToken cancellationToken) =>
        await Database().WriteAsync(kept, 0, static (session, kept) =>
        {
            var pruned = ClusterRows.Prune(ReadMembers(session), ReadShards(session).Select(row => row.Owner).OfType<SiloId>(), kept);
            var delete = session.Prepare("DELETE FROM member WHERE name = ?1 AND generation = ?2");
            foreach (var id in pruned) delete.Bind(1, id.Name).Bind(2, id.Generation).Run();
            return pruned.Count;
        }, cancellationToken);

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            database?.Dispose();
        }
    }

    SqliteDatabase Database()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            var options = new SqliteOptions { FilePath = FilePath, IsShared = true, CacheBytes = 1 << 20, CheckpointBytes = 1 << 20, BusyTimeout = BusyTimeout };
            return database ??= SqliteDatabase.Open(options, SqliteClusterSchema.Schema, instruments, time, logger);
        }
    }

    static (string Identity, long ShardsVersion)? ReadCluster(SqliteSession session)
    {
        var statement = session.Prepare("SELECT identity, shards_version FROM cluster");
        if (!statement.Step()) return null;
        var cluster = (statement.GetText(0), statement.GetLong(1));
        statement.Reset();
        return cluster;
    }

    static List<MemberRow> ReadMembers(SqliteSession session)
    {
        var rows = new List<MemberRow>();
        var statement = session.Prepare($"SELECT {MemberColumns} FROM member ORDER BY name, generation");
        while (statement.Step())
        {
            rows.Add(new()
            {
                Id = new(statement.GetText(0), statement.GetLong(1)),
                Address = statement.GetText(2),
                Status = (MemberStatus)statement.GetLong(3),
                Counter = statement.GetLong(4),
                WireVersionLeast = (int)statement.GetLong(5),
                WireVersionMost = (int)statement.GetLong(6),
                Build = statement.GetText(7),
                StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(statement.GetLong(8)),
                ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(statement.GetLong(9)),
                Reason = statement.GetText(10),
            });
        }

        return rows;
    }

    static List<ShardRow> ReadShards(SqliteSession session)
    {
        var rows = new List<ShardRow>(1024);
        var statement = session.Prepare("SELECT shard, owner_name, owner_generation, term FROM shard ORDER BY shard");
        while (statement.Step())
        {
            rows.Add(new((int)statement.GetLong(0), statement.IsNull(1) ? null : new SiloId(statement.GetText(1), statement.GetLong(2)), statement.GetLong(3)));
        }

        return rows;
    }

    static void Write(SqliteSession session, List<ShardRow> rows)
    {
        if (rows.Count == 0) return;
        var update = session.Prepare("UPDATE shard SET owner_name = ?2, owner_generation = ?3, term = ?4 WHERE shard = ?1");
        foreach (var row in rows)
        {
            update.Bind(1, row.Shard).Bind(4, row.Term);
            if (row.Owner is { } owner) update.Bind(2, owner.Name).Bind(3, owner.Generation);
            else update.BindNull(2).BindNull(3);
            update.Run();
        }

        session.Prepare("UPDATE cluster SET shards_version = shards_version + 1").Run();
    }

    static SqliteStatement Bind(SqliteStatement statement, MemberRow row) => statement
        .Bind(1, row.Id.Name).Bind(2, row.Id.Generation).Bind(3, row.Address).Bind(4, (long)row.Status).Bind(5, row.Counter)
        .Bind(6, row.WireVersionLeast).Bind(7, row.WireVersionMost).Bind(8, row.Build)
        .Bind(9, row.StartedAt.ToUnixTimeMilliseconds()).Bind(10, row.ChangedAt.ToUnixTimeMilliseconds()).Bind(11, row.Reason);
}

using System.Data.Common;
using Orrery.Runtime.Storage;
using Orrery.Storage.Cluster;

namespace Orrery.Storage.Sql;

/// <summary>
/// The cluster's rows in a shared database. Whoever takes, frees or prunes locks the cluster's row first, so that these stand in line; a take then locks
/// the taker's own row, so that its death is either before the take (which takes nothing) or after it. Renewals touch only their own row.
/// </summary>
sealed class SqlClusterStore(SqlStore store) : IClusterStore, IDisposable
{
    static readonly SqlRaw MemberNames = SqlTables.Member.Names;

    public async Task<string> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await WriteAsync("open the cluster store", static session =>
            {
                var found = session.Query($"SELECT identity FROM orrery_cluster WHERE id = 1", reader => reader.GetString(0));
                if (found.Count > 0) return found[0];
                var cluster = new SqlRows(SqlTables.Cluster);
                var identity = ClusterRows.NewIdentity();
                cluster.Add(1L, identity, 0L);
                session.Dialect.Insert(session, cluster);
                var shards = new SqlRows(SqlTables.Shard);
                for (var shard = 0L; shard < GrainShards.Count; shard++) shards.Add(shard, null, null, 0L);
                session.Dialect.Insert(session, shards);
                return identity;
            }, cancellationToken);
        }
        catch (StoreException error)
        {
            throw new ClusterStoreException(error.Message, error);
        }
    }

    public async Task<ClusterSnapshot> ReadAsync(long knownShardsVersion, CancellationToken cancellationToken)
    {
        var database = await store.OpenAsync(cancellationToken);
        return await database.ReadAsync("read the cluster's rows", session =>
        {
            // Whoever reads compares the identity: where it is gone, the rest means nothing.
            if (ReadCluster(session, lockHint: SqlRaw.Empty, lockSuffix: SqlRaw.Empty) is not ({ } identity, var version)) return new ClusterSnapshot("", [], 0, null);
            var members = ReadMembers(session);
            return new ClusterSnapshot(identity, members, version, version == knownShardsVersion ? null : ReadShards(session));
        }, cancellationToken);
    }

    public Task<bool> TryAddMemberAsync(MemberRow row, CancellationToken cancellationToken)
    {
        ClusterRows.Check(row);
        return WriteAsync($"add silo {row.Id}", session =>
        {
            var there = session.Query($"SELECT counter FROM orrery_member WHERE name = {row.Id.Name} AND generation = {row.Id.Generation}", reader => reader.GetInt64(0));
            if (there.Count > 0) return false;
            var rows = new SqlRows(SqlTables.Member);
            rows.Add(
                row.Id.Name, row.Id.Generation, row.Address, (long)row.Status, row.Counter, (long)row.WireVersionLeast, (long)row.WireVersionMost, row.Build,
                row.StartedAt.ToUnixTimeMilliseconds(), row.ChangedAt.ToUnixTimeMilliseconds(), row.Reason);
            session.Dialect.Insert(session, rows); // Where another was faster: refused as a duplicate, and run again.
            return true;
        }, cancellationToken);
    }

    public Task<bool> TryUpdateMemberAsync(MemberRow row, long expectedCounter, CancellationToken cancellationToken)
    {
        ClusterRows.Check(row);
        return WriteAsync($"update silo {row.Id}", session => session.Execute($"""
            UPDATE orrery_member SET address = {SqlTexts.Encode(row.Address)}, status = {(long)row.Status}, counter = {row.Counter}, wire_least = {row.WireVersionLeast}, wire_most = {row.WireVersionMost},
              build = {SqlTexts.Encode(row.Build)}, started_at = {row.StartedAt.ToUnixTimeMilliseconds()}, changed_at = {row.ChangedAt.ToUnixTimeMilliseconds()}, reason = {SqlTexts.Encode(row.Reason)}
            WHERE name = {row.Id.Name} AND generation = {row.Id.Generation} AND counter = {expectedCounter} AND status IN (1, 2)
            """) > 0, cancellationToken);
    }

    public async Task<IReadOnlyList<ShardRow>> TakeShardsAsync(SiloId taker, IReadOnlyList<ShardRow> expected, CancellationToken cancellationToken)
    {
        ClusterRows.Check(expected);
        if (expected.Count == 0) return [];
        return await WriteAsync($"take shards for silo {taker}", session =>
        {
            LockCluster(session);
            var status = session.Query(
                $"SELECT status FROM orrery_member {session.Dialect.LockHint} WHERE name = {taker.Name} AND generation = {taker.Generation} {session.Dialect.LockSuffix}", reader => reader.GetInt64(0));
            if (status is not [(long)MemberStatus.Active]) return [];
            // A silo that is not live never lives again, so the others' rows need no lock.
            var live = session.Query($"SELECT name, generation FROM orrery_member WHERE status IN (1, 2)", reader => new SiloId(reader.GetString(0), reader.GetInt64(1))).ToHashSet();
            var stored = ReadShards(session, expected);
            var taken = ClusterRows.Take(taker, expected, stored, live);
            WriteShards(session, taken);
            return taken;
        }, cancellationToken);
    }

    public async Task FreeShardsAsync(SiloId owner, IReadOnlyList<ShardRow> owned, CancellationToken cancellationToken)
    {
        ClusterRows.Check(owned);
        if (owned.Count == 0) return;
        await WriteAsync($"free shards of silo {owner}", session =>
        {
            LockCluster(session);
            var stored = ReadShards(session, owned);
            List<ShardRow> freed = [.. owned.Where(row => stored.TryGetValue(row.Shard, out var found) && found.Owner == owner && found.Term == row.Term).Select(row => row with { Owner = null })];
            WriteShards(session, freed);
            return freed.Count;
        }, cancellationToken);
    }

    public Task PruneMembersAsync(int kept, CancellationToken cancellationToken) => WriteAsync("remove old silos", session =>
    {
        LockCluster(session);
        var pruned = ClusterRows.Prune(ReadMembers(session), ReadShards(session).Select(row => row.Owner).OfType<SiloId>(), kept);
        session.Dialect.Delete(session, SqlTables.Member, [.. pruned.Select(id => new object?[] { id.Name, id.Generation })]);
        return pruned.Count;
    }, cancellationToken);

    public void Dispose() => store.Dispose();

    async Task<T> WriteAsync<T>(string action, Func<SqlSession, T> work, CancellationToken cancellationToken)
    {
        var database = await store.OpenAsync(cancellationToken);
        return await database.WriteAsync(action, work, cancellationToken);
    }

    static void LockCluster(SqlSession session)
    {
        if (ReadCluster(session, session.Dialect.LockHint, session.Dialect.LockSuffix) is null)
            throw new ClusterStoreException("The database holds no cluster: OpenAsync makes it, and comes before any other call. Was it emptied while silos ran?");
    }

    static (string Identity, long ShardsVersion)? ReadCluster(SqlSession session, SqlRaw lockHint, SqlRaw lockSuffix)
    {
        var found = session.Query($"SELECT identity, shards_version FROM orrery_cluster {lockHint} WHERE id = 1 {lockSuffix}", reader => (reader.GetString(0), reader.GetInt64(1)));
        return found.Count > 0 ? found[0] : null;
    }

    static IReadOnlyList<MemberRow> ReadMembers(SqlSession session) => ClusterRows.Sort(session.Query($"SELECT {MemberNames} FROM orrery_member", reader => new MemberRow
    {
        Id = new(reader.GetString(0), reader.GetInt64(1)),
        Address = reader.GetTexts(2),
        Status = (MemberStatus)reader.GetInt64(3),
        Counter = reader.GetInt64(4),
        WireVersionLeast = (int)reader.GetInt64(5),
        WireVersionMost = (int)reader.GetInt64(6),
        Build = reader.GetTexts(7),
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(8)),
        ChangedAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(9)),
        Reason = reader.GetTexts(10),
    }));

    static List<ShardRow> ReadShards(SqlSession session) =>
        session.Query($"SELECT shard, owner_name, owner_generation, term FROM orrery_shard ORDER BY shard", ReadShard);

    static Dictionary<int, ShardRow> ReadShards(SqlSession session, IReadOnlyList<ShardRow> wanted) => session.Query(
        $"SELECT shard, owner_name, owner_generation, term FROM orrery_shard WHERE shard {SqlList.Of(wanted.Select(row => (long)row.Shard))}", ReadShard).ToDictionary(row => row.Shard);

    static ShardRow ReadShard(DbDataReader reader) =>
        new((int)reader.GetInt64(0), reader.IsDBNull(1) ? null : new SiloId(reader.GetString(1), reader.GetInt64(2)), reader.GetInt64(3));

    static void WriteShards(SqlSession session, List<ShardRow> shards)
    {
        if (shards.Count == 0) return;
        var rows = new SqlRows(SqlTables.Shard);
        foreach (var row in shards) rows.Add((long)row.Shard, row.Owner?.Name, row.Owner?.Generation, row.Term);
        session.Dialect.Update(session, rows, "owner_name", "owner_generation", "term");
        session.Execute($"UPDATE orrery_cluster SET shards_version = shards_version + 1 WHERE id = 1");
    }
}

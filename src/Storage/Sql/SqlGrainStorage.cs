using Orrery.Runtime.Storage;

namespace Orrery.Storage.Sql;

/// <summary>
/// Grain state in a shared database. A batch is one transaction of a few statements: its rows are read and locked, each operation is decided on what was
/// read, and all that changed is written. A row that another process inserts meanwhile makes the batch begin again.
/// </summary>
sealed class SqlGrainStorage(SqlStore store) : IFencedGrainStorage
{
    public async Task ExecuteAsync(IReadOnlyList<GrainStateOperation> batch, CancellationToken cancellationToken)
    {
        if (batch.Count == 0) return;
        var database = await store.OpenAsync(cancellationToken);
        var ids = new byte[batch.Count][];
        for (var index = 0; index < ids.Length; index++) ids[index] = SqlId.Of(batch[index].Key.GrainType, batch[index].Key.GrainKey, batch[index].Key.StateName);
        await database.WriteAsync("store grain state", session => Execute(session, batch, ids), cancellationToken);
    }

    static int Execute(SqlSession session, IReadOnlyList<GrainStateOperation> batch, byte[][] ids)
    {
        var stored = new Dictionary<byte[], Row>(ids.Length, SqlIdComparer.Instance);
        Read(session, batch, ids, stored, isClaim: true);
        Read(session, batch, ids, stored, isClaim: false);
        SqlRows inserted = new(SqlTables.GrainState), raised = new(SqlTables.GrainState), written = new(SqlTables.GrainState);
        foreach (var index in Enumerable.Range(0, ids.Length).OrderBy(index => ids[index], SqlIdComparer.Instance)) // rows are inserted in one order everywhere
        {
            var operation = batch[index];
            Row? row = stored.TryGetValue(ids[index], out var found) ? found : null;
            if (operation.Kind == GrainStateOperationKind.Claim) Claim(operation, ids[index], row, inserted, raised);
            else Replace(operation, ids[index], row, written);
        }

        if (inserted.Count > 0) session.Dialect.Insert(session, inserted);
        if (raised.Count > 0) session.Dialect.Update(session, raised, "shard", "term");
        if (written.Count > 0) session.Dialect.Update(session, written, "shard", "term", "version", "value");
        return inserted.Count + raised.Count + written.Count;
    }

    /// <summary>Claims need the values; writes do not. In the order of the keys, so that two batches seldom wait for each other in a circle.</summary>
    static void Read(SqlSession session, IReadOnlyList<GrainStateOperation> batch, byte[][] ids, Dictionary<byte[], Row> stored, bool isClaim)
    {
        var wanted = new List<byte[]>();
        for (var index = 0; index < ids.Length; index++)
        {
            if ((batch[index].Kind == GrainStateOperationKind.Claim) == isClaim) wanted.Add(ids[index]);
        }

        if (wanted.Count == 0) return;
        wanted.Sort(SqlIdComparer.Instance);
        var columns = new SqlRaw(isClaim ? "id, term, version, value" : "id, term, version");
        foreach (var piece in wanted.Chunk(session.Dialect.StatementRowsLimit))
        {
            var rows = session.Query(
                $"SELECT {columns} FROM orrery_grain_state {session.Dialect.LockHint} WHERE id {SqlList.Of(piece)} ORDER BY id {session.Dialect.LockSuffix}",
                reader => (reader.GetBytes(0), new Row(reader.GetInt64(1), reader.GetInt64(2), isClaim && !reader.IsDBNull(3) ? reader.GetBytes(3) : null)));
            foreach (var (id, row) in rows) stored.Add(id, row);
        }
    }

    static void Claim(GrainStateOperation operation, byte[] id, Row? row, SqlRows inserted, SqlRows raised)
    {
        if (row is not { } found)
        {
            Add(inserted, operation, id, version: 0, value: null);
            operation.Succeed(0);
            return;
        }

        if (found.Term > operation.Term)
        {
            operation.RefuseStaleTerm(found.Term, found.Version);
            return;
        }

        // A claim in the same term finds the row its own already: nothing to write.
        if (found.Term < operation.Term) Add(raised, operation, id, found.Version, value: null);
        operation.Succeed(found.Version, found.Value is { } value ? new ReadOnlyMemory<byte>(value) : default(ReadOnlyMemory<byte>?));
    }

    static void Replace(GrainStateOperation operation, byte[] id, Row? row, SqlRows written)
    {
        if (row is not { } found)
        {
            operation.RefuseVersion(-1);
        }
        else if (found.Term > operation.Term)
        {
            operation.RefuseStaleTerm(found.Term, found.Version);
        }
        else if (found.Version != operation.ExpectedVersion)
        {
            operation.RefuseVersion(found.Version);
        }
        else
        {
            Add(written, operation, id, found.Version + 1, operation.Kind == GrainStateOperationKind.Write ? operation.Value.ToArray() : null);
            operation.Succeed(found.Version + 1);
        }
    }

    static void Add(SqlRows rows, GrainStateOperation operation, byte[] id, long version, byte[]? value) =>
        rows.Add(id, operation.Key.GrainType, operation.Key.GrainKey, operation.Key.StateName, (long)operation.Shard, operation.Term, version, value);

    readonly record struct Row(long Term, long Version, byte[]? Value);
}

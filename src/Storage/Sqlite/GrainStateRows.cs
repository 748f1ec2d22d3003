using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Storage;

namespace Orrery.Storage.Sqlite;

/// <summary>One batch's way through the table of grain state, with its statements at hand.</summary>
readonly struct GrainStateRows(SqliteSession session)
{
    readonly SqliteStatement find = session.Prepare("SELECT id, term, version, value FROM grain_state WHERE grain_type = ?1 AND grain_key = ?2 AND state_name = ?3");
    readonly SqliteStatement findVersion = session.Prepare("SELECT id, term, version FROM grain_state WHERE grain_type = ?1 AND grain_key = ?2 AND state_name = ?3");
    readonly SqliteStatement insert = session.Prepare("INSERT INTO grain_state (grain_type, grain_key, state_name, shard, term, version, value) VALUES (?1, ?2, ?3, ?4, ?5, 0, NULL)");
    readonly SqliteStatement raise = session.Prepare("UPDATE grain_state SET term = ?2, shard = ?3 WHERE id = ?1");
    readonly SqliteStatement update = session.Prepare("UPDATE grain_state SET term = ?2, shard = ?3, version = ?4, value = ?5 WHERE id = ?1");

    public void Apply(GrainStateOperation operation)
    {
        if (operation.Kind == GrainStateOperationKind.Claim) Claim(operation);
        else Replace(operation);
    }

    void Claim(GrainStateOperation operation)
    {
        Bind(find, operation.Key);
        if (!find.Step())
        {
            Bind(insert, operation.Key);
            insert.Bind(4, operation.Shard).Bind(5, operation.Term).Run();
            operation.Succeed(0);
            return;
        }

        var (id, term, version) = (find.GetLong(0), find.GetLong(1), find.GetLong(2));
        if (term > operation.Term)
        {
            find.Reset();
            operation.RefuseStaleTerm(term, version);
            return;
        }

        ReadOnlyMemory<byte>? value = find.IsNull(3) ? default(ReadOnlyMemory<byte>?) : find.GetBlob(3);
        find.Reset();
        // A claim in the same term finds the row its own already: nothing to write.
        if (term < operation.Term) raise.Bind(1, id).Bind(2, operation.Term).Bind(3, operation.Shard).Run();
        operation.Succeed(version, value);
    }

    void Replace(GrainStateOperation operation)
    {
        Bind(findVersion, operation.Key);
        if (!findVersion.Step())
        {
            operation.RefuseVersion(-1);
            return;
        }

        var (id, term, version) = (findVersion.GetLong(0), findVersion.GetLong(1), findVersion.GetLong(2));
        findVersion.Reset();
        if (term > operation.Term)
        {
            operation.RefuseStaleTerm(term, version);
            return;
        }

        if (version != operation.ExpectedVersion)
        {
            operation.RefuseVersion(version);
            return;
        }

        update.Bind(1, id).Bind(2, operation.Term).Bind(3, operation.Shard).Bind(4, version + 1);
        if (operation.Kind == GrainStateOperationKind.Clear) update.BindNull(5);
        else update.Bind(5, operation.Value.Span);
        update.Run();
        operation.Succeed(version + 1);
    }

    static void Bind(SqliteStatement statement, GrainStateKey key) =>
        statement.Bind(1, key.GrainType).Bind(2, key.GrainKey).Bind(3, key.StateName);
}

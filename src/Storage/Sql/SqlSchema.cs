using System.Data;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Orrery.Storage.Sql;

/// <summary>
/// Brings the tables to this program's version, under a lock that all processes of the cluster take in turn. Where the tables are up to date nothing but reading
/// is asked of the database, so that the user it is done by may be one without the right to make tables.
/// </summary>
static class SqlSchema
{
    const int LockTimeoutSeconds = 30;

    static readonly SqlTable Versions = new("orrery_schema", 1, new("id", SqlType.Long), new("version", SqlType.Long));

    /// <exception cref="StoreException">A newer version of this program made the tables, or they cannot be made.</exception>
    public static async Task EnsureAsync(SqlDatabase database, ILogger logger, CancellationToken cancellationToken)
    {
        var version = SqlTables.Steps.Count;
        var stored = await database.RunAsync("read the schema's version", ReadVersion, cancellationToken);
        if (stored < version)
        {
            stored = await database.RunAsync("make the tables", Migrate, cancellationToken);
            if (stored > 0 && stored < version) SqlLog.Migrated(logger, database.Description, stored, version);
        }

        if (stored > version)
        {
            throw new StoreException(
                $"Could not use the tables ({database.Description}): a newer version made them (schema {stored}, this program knows {version}). Start the newer program; the tables were not changed.", isOutcomeKnown: true);
        }
    }

    static long ReadVersion(SqlSession session) =>
        session.Query(session.Dialect.CountTables(Versions.Name), reader => Convert.ToInt64(reader.GetValue(0))).FirstOrDefault() == 0
            ? 0
            : session.Query($"SELECT version FROM {new SqlRaw(Versions.Name)} WHERE id = 1", reader => reader.GetInt64(0)).FirstOrDefault();

    /// <summary>Answers the version that was found.</summary>
    static long Migrate(SqlSession session) => session.InTransaction(IsolationLevel.ReadCommitted, static session =>
    {
        if (!session.Dialect.TryLockSchema(session, LockTimeoutSeconds))
            throw new StoreException($"Could not make the tables: another process has held the lock on the schema for {LockTimeoutSeconds} s. See whether one is stuck.", isOutcomeKnown: true);
        try
        {
            var stored = ReadVersion(session);
            var version = SqlTables.Steps.Count;
            if (stored >= version) return stored;
            if (stored == 0 && session.Query(session.Dialect.CountTables(Versions.Name), reader => Convert.ToInt64(reader.GetValue(0))).FirstOrDefault() == 0) ExecuteText(session, session.Dialect.CreateTable(Versions));
            for (var step = (int)stored; step < version; step++)
            {
                foreach (var text in SqlTables.Steps[step](session.Dialect)) ExecuteText(session, text);
            }

            var row = new SqlRows(Versions);
            row.Add(1L, (long)version);
            session.Dialect.Upsert(session, row);
            return stored;
        }
        finally
        {
            session.Dialect.UnlockSchema(session);
        }
    });

    static void ExecuteText(SqlSession session, string text) => session.Execute(FormattableStringFactory.Create("{0}", new SqlRaw(text)));
}

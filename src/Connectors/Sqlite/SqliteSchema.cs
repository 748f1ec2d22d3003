namespace Orrery.Connectors.Sqlite;

/// <summary>
/// The tables of a file as a list of steps. Step 1 makes the first version from nothing, step n turns version n-1 into n; a step that has
/// been released never changes. The file carries its version (<c>user_version</c>) and whose it is (<c>application_id</c>).
/// </summary>
/// <param name="ApplicationId">Marks the file as this program's.</param>
/// <param name="Steps">Each a list of SQL statements.</param>
public sealed record SqliteSchema(int ApplicationId, IReadOnlyList<IReadOnlyList<string>> Steps)
{
    public int Version => Steps.Count;

    /// <summary>Brings the file to the newest version in one transaction. Answers the version it had; 0 for a new file.</summary>
    /// <exception cref="SqliteStoreException">The file is another program's, or a newer version of this one wrote it.</exception>
    internal int Migrate(SqliteSession session)
    {
        var stored = (int)session.QueryLong("PRAGMA user_version");
        if (stored == Version && session.QueryLong("PRAGMA application_id") == ApplicationId) return stored;
        session.Execute("BEGIN EXCLUSIVE");
        try
        {
            // Read again under the lock.
            stored = (int)session.QueryLong("PRAGMA user_version");
            Check(session);
            for (var version = stored; version < Version; version++)
            {
                foreach (var sql in Steps[version]) session.Execute(sql);
            }

            session.Execute($"PRAGMA application_id = {ApplicationId}");
            session.Execute($"PRAGMA user_version = {Version}");
            session.Execute("COMMIT");
            return stored;
        }
        catch
        {
            if (session.InTransaction) session.Execute("ROLLBACK");
            throw;
        }
    }

    /// <summary>Whether the file is this program's and not newer; reads only.</summary>
    /// <exception cref="SqliteStoreException">It is not.</exception>
    internal void Check(SqliteSession session)
    {
        var (stored, applicationId, isNew) = session.InTransaction ? Read(session) : ReadAtOnce(session);
        if (!isNew && applicationId != ApplicationId)
        {
            throw new SqliteStoreException(SqliteFault.NotADatabase, session.FilePath, $"Could not use '{session.FilePath}': it is another program's SQLite database (application id {applicationId}, expected {ApplicationId}). Choose another data directory; the file was not changed.");
        }

        if (stored > Version)
        {
            throw new SqliteStoreException(SqliteFault.NewerSchema, session.FilePath, $"Could not use '{session.FilePath}': a newer version wrote it (schema {stored}, this program knows {Version}). Start the newer program, or restore the backup taken before the upgrade; the file was not changed.");
        }
    }

    /// <summary>In one read transaction: another process may be making the tables.</summary>
    static (long Stored, long ApplicationId, bool IsNew) ReadAtOnce(SqliteSession session)
    {
        session.Execute("BEGIN");
        try
        {
            return Read(session);
        }
        finally
        {
            if (session.InTransaction) session.Execute("ROLLBACK");
        }
    }

    static (long Stored, long ApplicationId, bool IsNew) Read(SqliteSession session)
    {
        var stored = session.QueryLong("PRAGMA user_version");
        var applicationId = session.QueryLong("PRAGMA application_id");
        return (stored, applicationId, stored == 0 && applicationId == 0 && session.QueryLong("SELECT count(*) FROM sqlite_master") == 0);
    }
}

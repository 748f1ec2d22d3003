using SQLitePCL;

namespace Orrery.Connectors.Sqlite;

/// <summary>One connection to an SQLite file with its prepared statements. For one thread at a time.</summary>
public sealed class SqliteSession : IDisposable
{
    /// <summary>Statements kept prepared; SQL text must be constant, so a program reaches this only by mistake.</summary>
    const int StatementsLimit = 256;

    const uint Persistent = 1;

    readonly sqlite3 handle;
    readonly Dictionary<string, SqliteStatement> statements = new(StringComparer.Ordinal);

    SqliteSession(sqlite3 handle, string filePath)
    {
        this.handle = handle;
        FilePath = filePath;
    }

    public string FilePath { get; }

    /// <summary>Rows that the last statement inserted, updated or deleted.</summary>
    public int Changes => raw.sqlite3_changes(handle);

    public bool InTransaction => raw.sqlite3_get_autocommit(handle) == 0;

    /// <summary>Opens for reading and writing, and prepares for writing.</summary>
    /// <exception cref="SqliteStoreException">The file cannot be opened.</exception>
    public static SqliteSession OpenWriter(SqliteOptions options)
    {
        var session = Open(options, raw.SQLITE_OPEN_READWRITE);
        try
        {
            session.PrepareForWriting(options);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Opens for reading and writing, but changes nothing in the file yet, not even its header.</summary>
    /// <exception cref="SqliteStoreException">The file cannot be opened.</exception>
    internal static SqliteSession OpenUnchanged(SqliteOptions options) => Open(options, raw.SQLITE_OPEN_READWRITE);

    /// <summary>Opens an existing file for reading only.</summary>
    /// <exception cref="SqliteStoreException">The file cannot be opened.</exception>
    public static SqliteSession OpenReader(SqliteOptions options)
    {
        var session = Open(options, raw.SQLITE_OPEN_READONLY);
        try
        {
            session.Execute($"PRAGMA cache_size = -{options.CacheBytes >> 12}");
            session.Execute("PRAGMA temp_store = MEMORY");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The prepared statement for a constant SQL text, ready to bind; a use of it that has not ended is ended.</summary>
    public SqliteStatement Prepare(string sql)
    {
        if (statements.TryGetValue(sql, out var statement))
        {
            statement.Reset(); // Its last use may have ended in an exception.
            return statement;
        }

        if (statements.Count == StatementsLimit)
        {
            throw new InvalidOperationException($"More than {StatementsLimit} statements were prepared on '{FilePath}': pass values as parameters, not in the SQL. The last: {sql}");
        }

        var code = raw.sqlite3_prepare_v3(handle, sql, Persistent, out var prepared);
        if (code != raw.SQLITE_OK) throw Error(code, "prepare a statement for");
        statement = new(this, prepared);
        statements.Add(sql, statement);
        return statement;
    }

    /// <summary>Runs one statement that is not kept prepared; rows are dropped.</summary>
    public void Execute(string sql)
    {
        using var statement = PrepareOnce(sql);
        statement.Run();
    }

    /// <summary>The first column of the first row; 0 where there is no row.</summary>
    public long QueryLong(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.Step() ? statement.GetLong(0) : 0;
    }

    /// <summary>The first column of the first row; empty where there is no row.</summary>
    public string QueryText(string sql)
    {
        using var statement = PrepareOnce(sql);
        return statement.Step() ? statement.GetText(0) : "";
    }

    /// <summary>Copies the write-ahead log's pages into the file.</summary>
    /// <param name="mode">One of SQLite's checkpoint modes.</param>
    /// <returns>Pages in the log, and how many of them are in the file now; -1 where another connection checkpoints.</returns>
    internal (int LogPages, int CopiedPages) Checkpoint(int mode)
    {
        var code = raw.sqlite3_wal_checkpoint_v2(handle, "main", mode, out var logPages, out var copiedPages);
        if (code is not (raw.SQLITE_OK or raw.SQLITE_BUSY)) throw Error(code, "copy the write-ahead log into");
        return (logPages, copiedPages);
    }

    /// <summary>Pages written by this connection since the last call.</summary>
    internal int TakeWrittenPages()
    {
        raw.sqlite3_db_status(handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        return pages;
    }

    internal SqliteStoreException Error(int code, string action)
    {
        var extended = raw.sqlite3_extended_errcode(handle);
        if ((extended & 0xff) != (code & 0xff)) extended = code;
        return SqliteErrors.Create(extended, raw.sqlite3_errmsg(handle).utf8_to_string(), FilePath, action);
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Dispose();
        statements.Clear();
        handle.Dispose();
    }

    static SqliteSession Open(SqliteOptions options, int flags)
    {
        SqliteLibrary.Initialize();
        var code = raw.sqlite3_open_v2(options.FilePath, out var handle, flags | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            var error = SqliteErrors.Create(code, raw.sqlite3_errmsg(handle).utf8_to_string(), options.FilePath, "open");
            handle.Dispose();
            throw error;
        }

        raw.sqlite3_busy_timeout(handle, (int)options.BusyTimeout.TotalMilliseconds);
        return new(handle, options.FilePath);
    }

    internal void PrepareForWriting(SqliteOptions options)
    {
        // The first two take effect only in a file without tables.
        Execute($"PRAGMA page_size = {options.PageBytes}");
        Execute("PRAGMA auto_vacuum = INCREMENTAL");
        UseWriteAheadLog();
        Execute("PRAGMA synchronous = FULL"); // Each commit is on the disk before it is acknowledged.
        Execute("PRAGMA wal_autocheckpoint = 0"); // The writer does it, after callers were answered.
        Execute($"PRAGMA journal_size_limit = {options.CheckpointBytes}");
        Execute($"PRAGMA cache_size = -{options.CacheBytes >> 10}");
        Execute("PRAGMA temp_store = MEMORY");
        if (options.FileBytesLimit > 0) Execute($"PRAGMA max_page_count = {options.FileBytesLimit / QueryLong("PRAGMA page_size")}");
    }

    void UseWriteAheadLog()
    {
        var mode = QueryText("PRAGMA journal_mode = WAL");
        if (mode != "wal")
        {
            throw new SqliteStoreException(SqliteFault.CannotOpen, FilePath, $"Could not switch '{FilePath}' to a write-ahead log (it stays in mode '{mode}'). Its file system may lack shared memory files: put the data directory on a local disk.");
        }
    }

    SqliteStatement PrepareOnce(string sql)
    {
        var code = raw.sqlite3_prepare_v2(handle, sql, out var prepared);
        if (code != raw.SQLITE_OK) throw Error(code, "prepare a statement for");
        return new(this, prepared);
    }
}

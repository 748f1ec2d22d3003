using SQLitePCL;

namespace Orrery.Connectors.Sqlite;

/// <summary>Turns SQLite's result codes into errors that say what to do.</summary>
static class SqliteErrors
{
    /// <summary>An I/O error with less room than this on the volume is counted as a full disk: SQLite reports some of these as I/O errors.</summary>
    const long FullDiskBytes = 1 << 20;

    /// <param name="code">SQLite's primary or extended result code.</param>
    /// <param name="detail">SQLite's own text.</param>
    /// <param name="filePath">The database file.</param>
    /// <param name="action">What was tried, continuing "could not": for instance "commit to".</param>
    public static SqliteStoreException Create(int code, string detail, string filePath, string action)
    {
        var fault = FaultOf(code & 0xff);
        if (fault == SqliteFault.InputOutput && FreeBytes(filePath) is < FullDiskBytes) fault = SqliteFault.DiskFull;
        return new(fault, filePath, $"Could not {action} '{filePath}': {Explain(fault, filePath)} (SQLite {code}: {detail})");
    }

    /// <summary>Bytes free for this user on the file's volume; null where that cannot be found out.</summary>
    public static long? FreeBytes(string filePath)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(filePath))!).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    static SqliteFault FaultOf(int primaryCode) => primaryCode switch
    {
        raw.SQLITE_FULL => SqliteFault.DiskFull,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => SqliteFault.Locked,
        raw.SQLITE_CORRUPT => SqliteFault.Corrupt,
        raw.SQLITE_NOTADB => SqliteFault.NotADatabase,
        raw.SQLITE_READONLY or raw.SQLITE_PERM => SqliteFault.ReadOnly,
        raw.SQLITE_CANTOPEN => SqliteFault.CannotOpen,
        raw.SQLITE_IOERR or raw.SQLITE_NOMEM or raw.SQLITE_NOLFS or raw.SQLITE_PROTOCOL => SqliteFault.InputOutput,
        _ => SqliteFault.Statement,
    };

    static string Explain(SqliteFault fault, string filePath) => fault switch
    {
        SqliteFault.DiskFull => $"the disk is full or the file has reached its limit ({FreeText(filePath)}). Nothing of this write is stored; what was acknowledged before is safe. Free some space: writing goes on without a restart.",
        SqliteFault.Locked => "another program holds a lock on it. Nothing of this write is stored. Close that program (perhaps an open sqlite3 shell or a backup); writing goes on without a restart.",
        SqliteFault.Corrupt => "its content is damaged. Stop, keep a copy of the file with its -wal file, and restore the last backup.",
        SqliteFault.NotADatabase => "it is not an SQLite database. Was it overwritten, or is the path wrong? Move it away to start with an empty one, or restore the last backup.",
        SqliteFault.ReadOnly => "it cannot be written. Give this user write permission on the file and its directory, or choose another data directory.",
        SqliteFault.CannotOpen => "it cannot be opened. See that the directory exists and that this user may read and write it.",
        SqliteFault.InputOutput => $"the disk reported an error ({FreeText(filePath)}). Whether this write is stored is not known. See the operating system's log for the disk's errors.",
        _ => "the statement was refused.",
    };

    static string FreeText(string filePath) => FreeBytes(filePath) is { } free ? $"{free:N0} bytes free on the volume" : "free space unknown";
}

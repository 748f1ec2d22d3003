using Orrery.Connectors.Sqlite;

namespace Orrery.Storage.Sqlite;

/// <summary>Where and how the embedded storage keeps grain state, reminders and chunks: one SQLite file.</summary>
public sealed class SqliteStorageOptions
{
    public const string DefaultFileName = "orrery.db";

    /// <summary>The directory; made where there is none. Required.</summary>
    public string DataDirectory { get; set; } = "";

    /// <summary>The file's name in it.</summary>
    public string FileName { get; set; } = DefaultFileName;

    /// <summary>The file's size limit in bytes; writes beyond it fail as on a full disk. 0, the default: the disk is the limit.</summary>
    public long FileBytesLimit { get; set; }

    /// <summary>Page cache of the writing connection in bytes, at least 1 MiB. Default 32 MiB.</summary>
    public long CacheBytes { get; set; } = 32L << 20;

    /// <summary>How long to wait for another program's lock on the file before a write fails, up to 5 minutes. Default 5 s.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether several processes of this machine may have the file open; otherwise the second one is refused. Default: false.</summary>
    public bool IsShared { get; set; }

    internal SqliteOptions ToSqliteOptions()
    {
        if (string.IsNullOrWhiteSpace(DataDirectory)) throw new ArgumentException("SqliteStorageOptions.DataDirectory is empty: say where the data is kept, for instance with --data DIR.");
        return new() { FilePath = Path.Combine(DataDirectory, FileName), FileBytesLimit = FileBytesLimit, CacheBytes = CacheBytes, BusyTimeout = BusyTimeout, IsShared = IsShared };
    }
}

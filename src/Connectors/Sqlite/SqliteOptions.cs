namespace Orrery.Connectors.Sqlite;

/// <summary>How one SQLite file is kept.</summary>
public sealed record SqliteOptions
{
    /// <summary>The database file. Its -wal, -shm, .lock and .owner files stand beside it.</summary>
    public required string FilePath { get; init; }

    /// <summary>Whether several processes of this machine may have the file open; otherwise the second one is refused. A shared file waits for others' commits, up to <see cref="BusyTimeout"/>.</summary>
    public bool IsShared { get; init; }

    /// <summary>Size of a page in a new file: a power of two, 512 to 65,536.</summary>
    public int PageBytes { get; init; } = 4096;

    /// <summary>Page cache of the writing connection, in bytes. Reading connections get a quarter of it.</summary>
    public long CacheBytes { get; init; } = 32L << 20;

    /// <summary>The file's size limit in bytes; a write beyond it fails as on a full disk. 0: the disk is the limit.</summary>
    public long FileBytesLimit { get; init; }

    /// <summary>How long to wait for another process's lock before an operation fails.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Operations that may wait for the writer; further callers wait for room.</summary>
    public int QueueOperationsLimit { get; init; } = 8192;

    /// <summary>Operations committed together at most.</summary>
    public int GroupOperationsLimit { get; init; } = 1024;

    /// <summary>Bytes committed together at most; a larger operation is committed alone.</summary>
    public long GroupBytesLimit { get; init; } = 16L << 20;

    /// <summary>Connections for reading; further readers wait.</summary>
    public int ReadersLimit { get; init; } = 4;

    /// <summary>After so many bytes written to the write-ahead log, its pages are copied into the file.</summary>
    public long CheckpointBytes { get; init; } = 16L << 20;

    /// <summary>A write-ahead log longer than this is emptied even if that means waiting for readers (up to <see cref="BusyTimeout"/>).</summary>
    public long LogBytesLimit { get; init; } = 256L << 20;

    /// <summary>Free pages are given back to the disk when they are more than this share of the file, 0 to 1.</summary>
    public double FreeShareMax { get; init; } = 0.25;

    /// <summary>Pages given back to the disk in one step, after a checkpoint.</summary>
    public int ShrinkPagesLimit { get; init; } = 2048;

    /// <summary>Throws one <see cref="ArgumentException"/> that lists every option out of range.</summary>
    public void Validate()
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(FilePath)) errors.Add("FilePath is empty");
        if (PageBytes is < 512 or > 65536 || (PageBytes & (PageBytes - 1)) != 0) errors.Add($"PageBytes is {PageBytes}: use a power of two, 512 to 65,536");
        if (CacheBytes < 1 << 20) errors.Add($"CacheBytes is {CacheBytes}: use at least 1 MiB");
        if (FileBytesLimit is not 0 and < 65536) errors.Add($"FileBytesLimit is {FileBytesLimit}: use 0 or at least 65,536");
        if (BusyTimeout < TimeSpan.Zero || BusyTimeout > TimeSpan.FromMinutes(5)) errors.Add($"BusyTimeout is {BusyTimeout}: use 0 to 5 minutes");
        if (QueueOperationsLimit < 1) errors.Add($"QueueOperationsLimit is {QueueOperationsLimit}: use at least 1");
        if (GroupOperationsLimit < 1) errors.Add($"GroupOperationsLimit is {GroupOperationsLimit}: use at least 1");
        if (GroupBytesLimit < 1) errors.Add($"GroupBytesLimit is {GroupBytesLimit}: use at least 1");
        if (ReadersLimit is < 1 or > 64) errors.Add($"ReadersLimit is {ReadersLimit}: use 1 to 64");
        if (CheckpointBytes < 1 << 20) errors.Add($"CheckpointBytes is {CheckpointBytes}: use at least 1 MiB");
        if (LogBytesLimit < CheckpointBytes) errors.Add($"LogBytesLimit is {LogBytesLimit}: use at least CheckpointBytes ({CheckpointBytes})");
        if (FreeShareMax is < 0 or > 1) errors.Add($"FreeShareMax is {FreeShareMax}: use 0 to 1");
        if (ShrinkPagesLimit < 1) errors.Add($"ShrinkPagesLimit is {ShrinkPagesLimit}: use at least 1");
        if (errors.Count > 0) throw new ArgumentException($"Options of the SQLite file are out of range: {string.Join("; ", errors)}.");
    }
}

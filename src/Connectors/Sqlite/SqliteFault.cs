namespace Orrery.Connectors.Sqlite;

/// <summary>Why SQLite refused, in the terms that decide what to do next.</summary>
public enum SqliteFault
{
    /// <summary>The statement itself: a constraint, a value too large, a mistake in the SQL. Repeating it does not help.</summary>
    Statement,

    /// <summary>No room on the volume, or the file reached its configured limit. Goes on by itself once there is room.</summary>
    DiskFull,

    /// <summary>Another process holds SQLite's own lock longer than the busy time-out. Goes on by itself once that lock is released.</summary>
    Locked,

    /// <summary>Another Orrery process has the file open.</summary>
    InUse,

    /// <summary>The file's content is damaged.</summary>
    Corrupt,

    /// <summary>The file is not an SQLite database, or not one of Orrery's.</summary>
    NotADatabase,

    /// <summary>A newer Orrery wrote the file.</summary>
    NewerSchema,

    /// <summary>The file or its directory cannot be written.</summary>
    ReadOnly,

    /// <summary>The file or its directory cannot be opened or made.</summary>
    CannotOpen,

    /// <summary>Reading or writing the disk failed. Whether the last write is stored is not known.</summary>
    InputOutput,

    /// <summary>The database was closed.</summary>
    Closed,
}

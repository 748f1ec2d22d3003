namespace Orrery.Connectors.ChangeCapture.MySql;

/// <summary>Where a capture without a checkpoint begins.</summary>
public enum MySqlCaptureStart
{
    /// <summary>With the rows that are there, then the changes.</summary>
    Snapshot,

    /// <summary>With the changes from now on.</summary>
    Now,
}

/// <summary>What is captured, and how.</summary>
public sealed record MySqlCaptureOptions
{
    public required MySqlEndpoint Endpoint { get; init; }

    /// <summary>Tables as <c>database.table</c>, each part a name or <c>*</c>. The server's own databases are never captured. Default: all.</summary>
    public IReadOnlyList<string> Tables { get; init; } = ["*.*"];

    public MySqlCaptureStart Start { get; init; } = MySqlCaptureStart.Snapshot;

    /// <summary>Begin behind these GTIDs instead, without a snapshot: MariaDB's <c>0-1-100</c>, MySQL's <c>uuid:1-100</c>. Definitions are read as they stand now. Default: null.</summary>
    public string? StartGtid { get; init; }

    /// <summary>The number under which the server knows this reader: 1 to 4,294,967,295, unlike that of every server and other reader. Default: one made of <see cref="Name"/>.</summary>
    public uint? ReplicaId { get; init; }

    /// <summary>The capture's name, in logs.</summary>
    public string Name { get; init; } = "orrery";

    /// <summary>Rows of a chunk of a snapshot: 1 to 10,000,000. Each chunk is a transaction of its own at the server. Default 100,000.</summary>
    public int ChunkRows { get; init; } = 100_000;

    /// <summary>A batch this large is handed on: 1 kB to 64 MiB. Default 1 MiB.</summary>
    public int BatchBytes { get; init; } = 1 << 20;

    /// <summary>Largest event or row: 1 MiB to 1 GiB. Default 1 GiB.</summary>
    public int EventBytesMax { get; init; } = 1 << 30;

    /// <summary>How often an idle server says that it lives; after three times nothing the connection counts as lost: 100 ms to 1 h. Default 10 s.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a lost server is tried to be reached before <see cref="IChangeSource.ReadAsync"/> fails. Default 5 min.</summary>
    public TimeSpan ReconnectWithin { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether rows that were there are read anew after a definition changed what they hold: a column added that is not null, a type changed, a partition dropped, a table
    /// renamed. Such changes are in no event. Default true.
    /// </summary>
    public bool RereadsChangedTables { get; init; } = true;

    /// <summary>Takes a snapshot's position under a short lock of all tables, as for MySQL, at MariaDB too. Default false.</summary>
    public bool LocksForPosition { get; init; }

    /// <summary>Every error of these options, in words; empty when they are right.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        void Check(bool right, string name, object? value, string bound)
        {
            if (!right) errors.Add($"{name} is {value}; it must be {bound}.");
        }

        Check(Tables.Count > 0, nameof(Tables), "empty", "a list of patterns");
        foreach (string pattern in Tables) Check(pattern.Split('.').Length == 2 && pattern.Split('.').All(part => part.Length > 0), nameof(Tables), $"'{pattern}'", "database.table");
        Check(ReplicaId is null or > 0, nameof(ReplicaId), ReplicaId, "1 or more");
        Check(ChunkRows is >= 1 and <= 10_000_000, nameof(ChunkRows), ChunkRows, "1 to 10000000");
        Check(BatchBytes is >= 1024 and <= 64 << 20, nameof(BatchBytes), BatchBytes, "1024 to 64 MiB");
        Check(EventBytesMax is >= 1 << 20 and <= 1 << 30, nameof(EventBytesMax), EventBytesMax, "1 MiB to 1 GiB");
        Check(Heartbeat >= TimeSpan.FromMilliseconds(100) && Heartbeat <= TimeSpan.FromHours(1), nameof(Heartbeat), Heartbeat, "100 ms to 1 h");
        Check(ReconnectWithin >= TimeSpan.Zero, nameof(ReconnectWithin), ReconnectWithin, "zero or more");
        return errors;
    }

    /// <summary>Whether a table is captured.</summary>
    public bool Captures(string database, string table)
    {
        if (Schemas.DefinitionReader.IsOwn(database)) return false;
        foreach (string pattern in Tables)
        {
            int dot = pattern.IndexOf('.', StringComparison.Ordinal);
            if (Matches(pattern.AsSpan(0, dot), database) && Matches(pattern.AsSpan(dot + 1), table)) return true;
        }

        return false;
    }

    static bool Matches(ReadOnlySpan<char> part, string name) => part is "*" || part.SequenceEqual(name);
}

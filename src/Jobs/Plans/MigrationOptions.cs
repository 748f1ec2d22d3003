using System.Text.RegularExpressions;

namespace Orrery.Jobs.Plans;

/// <summary>What a migration is to do, and its bounds.</summary>
public sealed partial record MigrationOptions
{
    /// <summary>Names the job in the target, 1 to 80 letters, digits, '.', '-' and '_'. The same name goes on where it was.</summary>
    public required string Job { get; init; }

    /// <summary>Tables are made, and no rows copied.</summary>
    public bool IsSchemaOnly { get; init; }

    /// <summary>Rows are copied into tables that are there already, and empty.</summary>
    public bool IsDataOnly { get; init; }

    /// <summary>With <see cref="IsDataOnly"/>: tables may hold rows.</summary>
    public bool MayHoldRows { get; init; }

    /// <summary>Names of tables (with or without schema); all where empty.</summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>Names of tables that are left out.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>The target's schema; null: the connection's own.</summary>
    public string? TargetSchema { get; init; }

    /// <summary>Channels that copy at the same time, 1 to 64.</summary>
    public int Channels { get; init; } = 2;

    /// <summary>Rows of a chunk, which is one transaction of the target. 1 to 10,000,000.</summary>
    public int ChunkRows { get; init; } = 100_000;

    /// <summary>Rows that may be put aside before the job stops. 0: the first stops it.</summary>
    public long RejectsMax { get; init; }

    /// <summary>Where rows that were put aside are written, as JSON lines.</summary>
    public string? RejectFile { get; init; }

    /// <summary>What the source and the target are spared.</summary>
    public ThrottleOptions Throttle { get; init; } = new();

    /// <summary>How long a database may be away before the job gives up.</summary>
    public TimeSpan AwayMax { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long a state may last: assessment, making of tables.</summary>
    public TimeSpan StepMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long copying, and the building of keys, may last.</summary>
    public TimeSpan CopyMax { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Throws one <see cref="ArgumentException"/> that lists every option out of range.</summary>
    public void Validate()
    {
        var errors = new List<string>();
        if (!JobName().IsMatch(Job)) errors.Add($"the job's name is '{Job}': 1 to 80 letters, digits, '.', '-' and '_'");
        if (IsSchemaOnly && IsDataOnly) errors.Add("only the schema and only the rows exclude each other");
        if (Channels is < 1 or > 64) errors.Add($"{Channels} channels: 1 to 64");
        if (ChunkRows is < 1 or > 10_000_000) errors.Add($"chunks of {ChunkRows} rows: 1 to 10,000,000");
        if (RejectsMax < 0) errors.Add($"{RejectsMax} rejects: 0 or more");
        if (RejectsMax > 0 && RejectFile is null) errors.Add("rejects need a file");
        if (errors.Count > 0) throw new ArgumentException($"The migration cannot be done so: {string.Join("; ", errors)}.");
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$", RegexOptions.CultureInvariant)]
    private static partial Regex JobName();
}

/// <summary>Bounds of a job's work. 0 and null: none.</summary>
public sealed record ThrottleOptions
{
    /// <summary>Over all channels.</summary>
    public long RowsPerSecond { get; init; }

    public long BytesPerSecond { get; init; }

    /// <summary>A small question to the source that takes longer makes channels wait before their next chunk.</summary>
    public TimeSpan? SourceLatencyMax { get; init; }

    /// <summary>Replicas of the source that are watched: MySQL, MariaDB or PostgreSQL.</summary>
    public IReadOnlyList<DatabaseAddress> Replicas { get; init; } = [];

    /// <summary>While a replica is further behind than this, or does not follow, no chunk begins.</summary>
    public TimeSpan ReplicaLagMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>From when to when, by the local clock, chunks may begin, such as 22:00 to 06:00.</summary>
    public (TimeOnly From, TimeOnly To)? Hours { get; init; }
}

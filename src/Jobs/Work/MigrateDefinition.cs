using System.Globalization;
using Orrery.Jobs.Following;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Work;

/// <summary>The options of <c>orrery migrate</c>; see <see cref="MigrationOptions"/> for what they mean and their ranges.</summary>
public sealed record MigrateDefinition
{
    public string? From { get; init; }

    public string? To { get; init; }

    public IReadOnlyList<string> Tables { get; init; } = [];

    public IReadOnlyList<string> Without { get; init; } = [];

    public bool SchemaOnly { get; init; }

    public bool DataOnly { get; init; }

    public bool Append { get; init; }

    /// <summary>The target's.</summary>
    public string? Schema { get; init; }

    public int Parallel { get; init; } = 2;

    public int ChunkRows { get; init; } = 100_000;

    public long Rejects { get; init; }

    public long RowsPerSecond { get; init; }

    public long BytesPerSecond { get; init; }

    /// <summary>Milliseconds; 0: without a bound.</summary>
    public int SourceLatency { get; init; }

    /// <summary>Such as <c>22:00-06:00</c>, by the clock of the machine that runs the job; null: always.</summary>
    public string? Hours { get; init; }

    public int AwayMinutes { get; init; } = 120;

    /// <summary>Whether a certificate is made at the end.</summary>
    public bool Certificate { get; init; } = true;

    /// <summary>Whether the source's changes are followed from the copy's begin on, until a person ends it.</summary>
    public bool Follow { get; init; }

    /// <summary>A cut-over begins only where the position of now is reached within this.</summary>
    public int LagSeconds { get; init; } = 60;

    /// <summary>How long what is left may take once the leading database stands still.</summary>
    public int DrainSeconds { get; init; } = 300;

    internal FollowOptions FollowOptions(bool sourceIsStopped) => new() { LagMax = TimeSpan.FromSeconds(LagSeconds), DrainMax = TimeSpan.FromSeconds(DrainSeconds), SourceIsStopped = sourceIsStopped };

    /// <summary>The same for the library.</summary>
    /// <exception cref="ArgumentException"><see cref="Hours"/> cannot be read.</exception>
    internal MigrationOptions Options(string job, string? rejectFile) => new()
    {
        Job = job,
        IsSchemaOnly = SchemaOnly,
        IsDataOnly = DataOnly,
        MayHoldRows = Append,
        Tables = Tables,
        Without = Without,
        TargetSchema = Schema,
        Channels = Parallel,
        ChunkRows = ChunkRows,
        RejectsMax = Rejects,
        RejectFile = rejectFile,
        AwayMax = TimeSpan.FromMinutes(AwayMinutes),
        Throttle = new ThrottleOptions { RowsPerSecond = RowsPerSecond, BytesPerSecond = BytesPerSecond, SourceLatencyMax = SourceLatency > 0 ? TimeSpan.FromMilliseconds(SourceLatency) : null, Hours = HoursOf(Hours) },
    };

    static (TimeOnly, TimeOnly)? HoursOf(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        string[] parts = text.Split('-');
        return parts.Length == 2 && TimeOnly.TryParseExact(parts[0].Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly from) && TimeOnly.TryParseExact(parts[1].Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly to)
            ? (from, to)
            : throw new ArgumentException($"hours is '{text}': write it as 22:00-06:00");
    }
}

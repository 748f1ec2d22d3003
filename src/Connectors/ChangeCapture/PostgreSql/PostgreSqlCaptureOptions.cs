namespace Orrery.Connectors.ChangeCapture.PostgreSql;

/// <summary>What of a PostgreSQL database is captured, and within which bounds.</summary>
public sealed record PostgreSqlCaptureOptions
{
    /// <summary>Connection string of a user who may replicate, and read the tables.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Name of the replication slot, 1 to 63 of a-z, 0-9 and _; made where there is none.</summary>
    public required string Slot { get; init; }

    /// <summary>Name of the publication; made where there is none, and given the tables that it lacks.</summary>
    public required string Publication { get; init; }

    /// <summary>The tables, as <c>schema.table</c>.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>Whether the rows that the tables have are read first; true by default.</summary>
    public bool TakesSnapshot { get; init; } = true;

    /// <summary>Rows of a snapshot's chunk; 10,000 by default.</summary>
    public int ChunkRows { get; init; } = 10_000;

    /// <summary>Columns, as <c>schema.table.column</c>, that are carried as the text that PostgreSQL writes: for values that their type cannot carry (infinity, numerics over 38 digits, years before 1).</summary>
    public IReadOnlySet<string> ColumnsAsText { get; init; } = new HashSet<string>();

    /// <summary>Changes of one batch, beyond which it is handed out at the next event's end; 20,000 by default.</summary>
    public int BatchChangesMax { get; init; } = 20_000;

    /// <summary>How long a lost connection is tried again before reading fails; 60 s by default.</summary>
    public TimeSpan ReconnectPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two tries; 500 ms by default.</summary>
    public TimeSpan ReconnectPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long reading waits for a change before it hands out an empty batch with the position; 5 s by default.</summary>
    public TimeSpan IdleInterval { get; init; } = TimeSpan.FromSeconds(5);
}

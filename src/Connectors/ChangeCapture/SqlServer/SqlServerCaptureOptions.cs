namespace Orrery.Connectors.ChangeCapture.SqlServer;

/// <summary>What of a SQL Server database is captured, and within which bounds.</summary>
public sealed record SqlServerCaptureOptions
{
    /// <summary>Connection string, with the database, of a user who may read the tables (SELECT) and their changes (VIEW CHANGE TRACKING).</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The tables, as <c>schema.table</c>; each with a primary key and change tracking enabled.</summary>
    public required IReadOnlyList<string> Tables { get; init; }

    /// <summary>Whether the rows that the tables have are read first; true by default.</summary>
    public bool TakesSnapshot { get; init; } = true;

    /// <summary>Rows of a chunk, and changes of a batch, at most: 1 to 1,000,000, by default 10,000. A capture that goes on keeps what it began with.</summary>
    public int BatchRows { get; init; } = 10_000;

    /// <summary>Between two questions for changes; 1 s by default.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long reading waits for a change before it hands out an empty batch with the version; 5 s by default.</summary>
    public TimeSpan IdleInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a statement may take; 2 minutes by default, at least a second.</summary>
    public TimeSpan StatementPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a lost connection is tried again before reading fails; 60 s by default.</summary>
    public TimeSpan ReconnectPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Between two tries; 500 ms by default.</summary>
    public TimeSpan ReconnectPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <exception cref="ArgumentException">A field is out of its bounds; the message lists every error.</exception>
    internal void Validate()
    {
        var errors = new List<string>();
        if (BatchRows is < 1 or > 1_000_000) errors.Add($"BatchRows is {BatchRows}; it must be 1 to 1,000,000.");
        if (Tables.Count == 0) errors.Add("No table is named.");
        foreach (string table in Tables)
            if (table.Split('.') is not [{ Length: > 0 }, { Length: > 0 }] || table.Contains('*', StringComparison.Ordinal))
                errors.Add($"'{table}' is no table's name of the form schema.table.");
        if (StatementPatience < TimeSpan.FromSeconds(1)) errors.Add($"StatementPatience is {StatementPatience}; it must be a second at least.");
        if (PollInterval <= TimeSpan.Zero) errors.Add($"PollInterval is {PollInterval}; it must be above zero.");
        if (errors.Count > 0) throw new ArgumentException(string.Join(' ', errors));
    }
}

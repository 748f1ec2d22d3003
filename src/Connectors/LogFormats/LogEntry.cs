namespace Orrery.Connectors.LogFormats;

/// <summary>How bad an entry says it is.</summary>
public enum LogEntryLevel
{
    /// <summary>It does not say.</summary>
    Unknown,

    /// <summary>Finer than debugging.</summary>
    Trace,

    /// <summary>For developers.</summary>
    Debug,

    /// <summary>As it should be; also notices and successful audits.</summary>
    Information,

    /// <summary>Something may be wrong; also failed audits.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,

    /// <summary>The program or the machine cannot go on.</summary>
    Critical,
}

/// <summary>The one form into which every log format is read.</summary>
public sealed record LogEntry
{
    /// <summary>The format that it was read by.</summary>
    public required string Format { get; init; }

    /// <summary>When it happened, by the entry; null: it does not say.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>How bad.</summary>
    public LogEntryLevel Level { get; init; }

    /// <summary>The machine that it names; empty: none.</summary>
    public string Host { get; init; } = "";

    /// <summary>The program that it names, or that the format belongs to; empty: none.</summary>
    public string Program { get; init; } = "";

    /// <summary>What it says.</summary>
    public required string Message { get; init; }

    /// <summary>What else it holds, in the order of the line; a name stands once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; } = [];

    /// <summary>A field's value; null: there is none of that name.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (KeyValuePair<string, string> field in Fields)
                if (field.Key == name)
                    return field.Value;
            return null;
        }
    }
}

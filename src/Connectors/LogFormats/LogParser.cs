namespace Orrery.Connectors.LogFormats;

/// <summary>What a parser cannot know from the records.</summary>
public sealed record LogParseOptions
{
    /// <summary>About when the records were written: fills in the year where a format has none. Required for such formats.</summary>
    public DateTimeOffset Reference { get; init; } = DateTimeOffset.UnixEpoch;

    /// <summary>The zone of times that name none. Default zero.</summary>
    public TimeSpan ZoneOffset { get; init; }
}

/// <summary>
/// Reads records of one format, one after another; a record is a line, or several joined by line feeds. Never throws because of a record: what
/// cannot be read is rejected with a reason. Not thread-safe.
/// </summary>
public abstract class LogParser(string format, LogParseOptions options)
{
    /// <summary>Longest record that is read, in characters; a longer one is rejected.</summary>
    public const int LengthMax = 4 << 20;

    /// <summary>Most fields of an entry; a record with more is rejected.</summary>
    public const int FieldsMax = 512;

    /// <summary>The format's name.</summary>
    public string Format { get; } = format;

    /// <summary>
    /// What head lines have said so far, as text; empty: nothing. To be kept with the position in the file, and set before the next records of the same
    /// file are read by another parser.
    /// </summary>
    public virtual string State { get => ""; set => _ = value; }

    /// <summary>The options.</summary>
    protected LogParseOptions Options { get; } = options;

    /// <summary>Reads a record.</summary>
    public LogOutcome Parse(string text)
    {
        if (text.Length > LengthMax)
            return LogOutcome.Reject($"the record has {text.Length} characters; at most {LengthMax} are read");
        if (string.IsNullOrWhiteSpace(text))
            return LogOutcome.Directive;
        return Read(text);
    }

    /// <summary>Reads a record that is neither empty nor too long.</summary>
    protected abstract LogOutcome Read(string text);
}

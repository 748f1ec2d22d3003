using System.Text.RegularExpressions;

namespace Orrery.Agent.Logs;

/// <summary>A set of log files that belong together.</summary>
public sealed record LogSource
{
    static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(200);

    /// <summary>Travels with every record, such as <c>erp</c>. Required, unique, at most 64 characters.</summary>
    public string Name { get; init; } = "";

    /// <summary>Absolute paths with <c>*</c> (within a folder's name or a file's) and <c>**</c> (any folders). At least one, at most 64.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Endings of files that are never read: what rotation compressed.</summary>
    public IReadOnlyList<string> Except { get; init; } = [".gz", ".zip", ".xz", ".bz2", ".zst", ".7z"];

    /// <summary><c>auto</c> (byte order mark, else UTF-8, else GBK line by line), <c>utf-8</c>, <c>utf-16le</c>, <c>utf-16be</c> or <c>gbk</c>. Default auto.</summary>
    public string Encoding { get; init; } = "auto";

    /// <summary>A regular expression that the first line of a record matches, so that stack traces stay in one record; null: each line is a record.</summary>
    public string? Start { get; init; }

    /// <summary>Whether matching lines that follow one another begin one record together (MySQL's slow log). Default false.</summary>
    public bool JoinStarts { get; init; }

    /// <summary>Bytes of a record at most; a longer one is shipped in pieces, marked. 1 KiB to 16 MiB. Default 256 KiB.</summary>
    public int RecordBytesMax { get; init; } = 256 << 10;

    /// <summary>With <see cref="Start"/>: how long a file must be still before its last record counts as whole. Default 2 s.</summary>
    public TimeSpan RecordWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a file must be still before a last line without an end is shipped, marked. Default 60 s.</summary>
    public TimeSpan UnterminatedWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether files that are there when the agent starts for the first time are read from their beginning. Default true; false: from their end.</summary>
    public bool FromBeginning { get; init; } = true;

    /// <summary>The format's name, for whoever parses the records; empty: found from the records.</summary>
    public string Format { get; init; } = "";

    /// <summary>Adds what is wrong to a list.</summary>
    public void Validate(List<string> errors)
    {
        if (Name.Length is 0 or > 64)
            errors.Add($"a log source's name '{Name}' must have 1 to 64 characters");
        if (Paths.Count is 0 or > 64)
            errors.Add($"log source '{Name}' has {Paths.Count} paths, must have 1 to 64");
        errors.AddRange(Paths.Where(path => !Path.IsPathRooted(path)).Select(path => $"log source '{Name}': the path '{path}' is not absolute"));
        if (LogText.Find(Encoding) is null)
            errors.Add($"log source '{Name}' has the unknown encoding '{Encoding}'; known are auto, utf-8, utf-16le, utf-16be, gbk");
        if (RecordBytesMax is < 1 << 10 or > 16 << 20)
            errors.Add($"log source '{Name}': recordBytesMax is {RecordBytesMax}, must be 1 KiB to 16 MiB");
        try
        {
            _ = StartPattern();
        }
        catch (ArgumentException error)
        {
            errors.Add($"log source '{Name}': start is not a regular expression: {error.Message}");
        }
    }

    /// <summary>The start as a pattern; one that takes too long on a line counts as not matching.</summary>
    internal Regex? StartPattern() => Start is null ? null : new Regex(Start, RegexOptions.CultureInvariant, MatchTimeout);
}

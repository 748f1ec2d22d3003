namespace Orrery.Connectors.LogFormats;

/// <summary>Levels as programs call them.</summary>
static class LogLevels
{
    public static LogEntryLevel Of(ReadOnlySpan<char> word)
    {
        Span<char> lower = stackalloc char[16];
        int length = word.Length > lower.Length ? -1 : word.ToLowerInvariant(lower);
        return length <= 0 ? LogEntryLevel.Unknown : lower[..length] switch
        {
            "trace" or "verbose" or "trc" or "vrb" or "finest" or "finer" or "all" or "debug5" or "debug4" or "debug3" => LogEntryLevel.Trace,
            "debug" or "dbg" or "fine" or "debug1" or "debug2" or "trace1" or "trace8" => LogEntryLevel.Debug,
            "info" or "information" or "inf" or "notice" or "note" or "log" or "system" or "audit" or "config" or "statement" or "detail" or "hint" or "informational" or "success" => LogEntryLevel.Information,
            "warn" or "warning" or "wrn" => LogEntryLevel.Warning,
            "error" or "err" or "eror" or "severe" or "fail" or "failure" => LogEntryLevel.Error,
            "critical" or "crit" or "crt" or "fatal" or "ftl" or "panic" or "alert" or "emerg" or "emergency" => LogEntryLevel.Critical,
            _ => LogEntryLevel.Unknown,
        };
    }

    /// <summary>Of a syslog severity, 0 to 7.</summary>
    public static LogEntryLevel OfSeverity(int severity) => severity switch
    {
        <= 2 => LogEntryLevel.Critical,
        3 => LogEntryLevel.Error,
        4 => LogEntryLevel.Warning,
        <= 6 => LogEntryLevel.Information,
        _ => LogEntryLevel.Debug,
    };

    /// <summary>Of an HTTP status: the server's errors are errors.</summary>
    public static LogEntryLevel OfStatus(ReadOnlySpan<char> status) => status.Length != 3 ? LogEntryLevel.Unknown : status[0] switch
    {
        '5' => LogEntryLevel.Error,
        '4' => LogEntryLevel.Warning,
        _ => LogEntryLevel.Information,
    };
}

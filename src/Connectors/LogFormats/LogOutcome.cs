namespace Orrery.Connectors.LogFormats;

/// <summary>What became of a record.</summary>
public enum LogOutcomeKind
{
    /// <summary>It is an entry.</summary>
    Entry,

    /// <summary>It says how to read the records after it (a head line), or that the program began; it is no entry, and nothing is lost with it.</summary>
    Directive,

    /// <summary>It cannot be read: a dead letter, with the reason.</summary>
    Rejected,
}

/// <param name="Kind">What became of it.</param>
/// <param name="Entry">The entry, if it is one.</param>
/// <param name="Reason">Why it was rejected; empty otherwise.</param>
public readonly record struct LogOutcome(LogOutcomeKind Kind, LogEntry? Entry, string Reason)
{
    /// <summary>A record that is none.</summary>
    public static LogOutcome Directive { get; } = new(LogOutcomeKind.Directive, null, "");

    internal static LogOutcome Of(LogEntry entry) => new(LogOutcomeKind.Entry, entry, "");

    internal static LogOutcome Reject(string reason) => new(LogOutcomeKind.Rejected, null, reason);
}

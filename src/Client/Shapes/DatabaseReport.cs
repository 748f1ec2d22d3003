namespace Orrery.Client;

/// <summary>What a database says about itself. Only the newest report of a name is sent.</summary>
/// <param name="Name">Name given in the configuration.</param>
/// <param name="Engine"><c>mysql</c>, <c>mariadb</c>, <c>postgresql</c>, <c>sqlserver</c>, <c>sqlite</c>.</param>
/// <param name="Version">The server's own version text.</param>
/// <param name="At">When it was taken.</param>
/// <param name="Variables">Configuration variables, at most 1,000; the caller masks secrets.</param>
/// <param name="Sizes">Bytes of databases or of the largest tables, at most 100.</param>
/// <param name="SlowStatements">The slowest statements known, at most 20, without literals.</param>
/// <param name="Error">Why it could not be read, or null.</param>
public sealed record DatabaseReport(
    string Name, string Engine, string Version, DateTimeOffset At, IReadOnlyDictionary<string, string> Variables,
    IReadOnlyDictionary<string, long> Sizes, IReadOnlyList<SlowStatement> SlowStatements, string? Error);

/// <summary>One normalised statement.</summary>
/// <param name="Text">Its text without literals.</param>
/// <param name="Calls">How often it ran.</param>
/// <param name="TotalMilliseconds">Time of all runs.</param>
/// <param name="MeanMilliseconds">Time of one run on average.</param>
/// <param name="MaxMilliseconds">The longest run.</param>
public sealed record SlowStatement(string Text, long Calls, double TotalMilliseconds, double MeanMilliseconds, double MaxMilliseconds);

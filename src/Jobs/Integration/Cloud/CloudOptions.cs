namespace Orrery.Jobs.Integration.Cloud;

/// <summary>Bounds of calls to a K/3 Cloud.</summary>
public sealed record CloudOptions
{
    /// <summary>Rows that one query answers at most: the server's own cap.</summary>
    public int QueryRowsMax { get; init; } = 2000;

    /// <summary>How long one call may take.</summary>
    public TimeSpan CallMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a call is tried in all, where the server does not answer or is not ready.</summary>
    public int AttemptsMax { get; init; } = 6;

    /// <summary>The wait before the second attempt; each further one waits twice as long.</summary>
    public TimeSpan BackOff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Characters of an answer.</summary>
    public int AnswerLengthMax { get; init; } = 64 << 20;
}

namespace Orrery.Grains.Channels.Sources;

/// <summary>
/// How a checkpoint differs from the one before it: all but what lies between a common begin and a common end. Checkpoints hold the definitions of all tables, which hardly change;
/// so the two that a batch needs are stored for little more than one.
/// </summary>
/// <param name="Begin">Characters at the begin that are the same.</param>
/// <param name="Middle">What stands behind them instead.</param>
/// <param name="End">Characters at the end that are the same.</param>
sealed record CheckpointChange(int Begin, string Middle, int End)
{
    public static CheckpointChange Of(string before, string after)
    {
        int begin = before.AsSpan().CommonPrefixLength(after);
        // Half of a pair of surrogates cannot be stored.
        if (begin > 0 && char.IsHighSurrogate(after[begin - 1]))
            begin--;
        int end = 0, most = Math.Min(before.Length, after.Length) - begin;
        while (end < most && before[^(end + 1)] == after[^(end + 1)])
            end++;
        if (end > 0 && char.IsLowSurrogate(after[^end]))
            end--;
        return new CheckpointChange(begin, after[begin..^end], end);
    }

    /// <param name="before">What <see cref="Of"/> was given.</param>
    public string ApplyTo(string before) => string.Concat(before.AsSpan(0, Begin), Middle, before.AsSpan(before.Length - End));
}

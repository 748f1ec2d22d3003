namespace Orrery.Bench.Nab;

/// <summary>Rows [First..Last], both included, in which an alarm counts as a hit.</summary>
public readonly record struct NabWindow(int First, int Last)
{
    public int Width => Last - First + 1;
}

/// <summary>One labelled series: times in Unix milliseconds, values, and the windows that hold its anomalies, in order.</summary>
public sealed record NabSeries(string Name, long[] Times, double[] Values, NabWindow[] Windows)
{
    public string Group => Name[..Name.IndexOf('/')];

    /// <summary>How many first rows are for learning only: 15 % of the series, 750 at most.</summary>
    public int Probation => Math.Min((int)(0.15 * Times.Length), 750);
}

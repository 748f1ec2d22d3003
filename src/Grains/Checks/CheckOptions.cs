namespace Orrery.Grains.Checks;

/// <summary>Bounds of checks. Section <c>Orrery:Checks</c>.</summary>
public sealed class CheckOptions
{
    /// <summary>Bytes of views' rows that are copied at once for a check; what is behind them is compared at a further position. Default 256 MiB.</summary>
    public long CopyBytesMax { get; set; } = 256L << 20;

    /// <summary>How long one statement may take in the database. Default 10 min.</summary>
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a run may take. Default 1 h.</summary>
    public TimeSpan RunTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Between two looks at what differed, where the database tells no position. Default 2 s.</summary>
    public TimeSpan LookPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Rows on either side, of one view, that are told apart by their key; behind them differing rows count as missing and surplus. Default 2,000.</summary>
    public int DifferencesMax { get; set; } = 2_000;

    /// <summary>Differing rows of one view that are kept to be shown. Default 20.</summary>
    public int DifferencesKept { get; set; } = 20;

    /// <summary>Runs remembered in a line each. Default 500.</summary>
    public int RunsKept { get; set; } = 500;

    /// <summary>Runs, and as many that differed, whose results are kept. Default 10.</summary>
    public int ResultsKept { get; set; } = 10;
}

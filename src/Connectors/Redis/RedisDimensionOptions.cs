namespace Orrery.Connectors.Redis;

/// <summary>How a dimension table is kept in Redis.</summary>
public sealed record RedisDimensionOptions
{
    /// <summary>Before each key, with a colon behind it: <c>dim_product</c> gives <c>dim_product:17</c>.</summary>
    public required string Prefix { get; init; }

    /// <summary>Behind the prefix, where the marker is. Writers of one prefix that each have a marker differ in it. Default <c>#source</c>.</summary>
    public string MarkerSuffix { get; init; } = "#source";

    /// <summary>Changes in one MULTI, which Redis runs as one step while others wait. Default 500.</summary>
    public int TransactionRowsLimit { get; init; } = 500;

    /// <summary>Bytes of values in one MULTI, after the change that reaches them. Default 1 MiB.</summary>
    public int TransactionBytesLimit { get; init; } = 1 << 20;

    /// <summary>Keys that are asked for at once. Default 1,000.</summary>
    public int ReadKeysLimit { get; init; } = 1000;

    /// <summary>Attempts of a step whose connection broke. Default 10.</summary>
    public int AttemptsMax { get; init; } = 10;

    /// <summary>Before the second attempt; doubled from then on, up to <see cref="PauseMax"/>. Default 100 ms.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Default 5 s.</summary>
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one attempt waits for its answer. The driver forgets some calls whose connection broke under them. Default 30 s.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <exception cref="ArgumentException">An option cannot be used; all of them are named.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        if (Prefix.Length == 0) errors.Add("Prefix is empty");
        if (MarkerSuffix.Length == 0 || MarkerSuffix[0] == ':') errors.Add($"MarkerSuffix is '{MarkerSuffix}'; it is not empty and begins with no colon, as a row's key does");
        if (TransactionRowsLimit < 1) errors.Add($"TransactionRowsLimit is {TransactionRowsLimit}; it is 1 at least");
        if (TransactionBytesLimit < 1) errors.Add($"TransactionBytesLimit is {TransactionBytesLimit}; it is 1 at least");
        if (ReadKeysLimit < 1) errors.Add($"ReadKeysLimit is {ReadKeysLimit}; it is 1 at least");
        if (AttemptsMax < 1) errors.Add($"AttemptsMax is {AttemptsMax}; it is 1 at least");
        if (Pause <= TimeSpan.Zero || PauseMax < Pause) errors.Add($"Pause is {Pause} and PauseMax {PauseMax}; they are above zero, and the second is not the shorter");
        if (AnswerTimeout <= TimeSpan.Zero) errors.Add($"AnswerTimeout is {AnswerTimeout}; it is above zero");
        if (errors.Count > 0) throw new ArgumentException($"The options of a Redis dimension cannot be used: {string.Join("; ", errors)}.");
    }
}

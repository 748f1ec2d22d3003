namespace Orrery.Retail.Business;

/// <summary>How large the chain is, and from which seed its history follows.</summary>
public sealed record RetailOptions
{
    /// <summary>The same seed and clock give the same changes.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Shops at the beginning; 1 to 10,000.</summary>
    public int Shops { get; init; } = 24;

    /// <summary>Products on sale at the beginning; 1 to 100,000.</summary>
    public int Products { get; init; } = 160;

    /// <summary>Members at the beginning; 1 to 1,000,000.</summary>
    public int Members { get; init; } = 300;

    /// <summary>Orders, bills and receipts of each kind that are remembered so that something can still happen to them: the oldest are forgotten first. 10 to 1,000,000.</summary>
    public int Remembered { get; init; } = 2_000;

    /// <summary>
    /// Orders, cases of after-sales and bills of head office that are under way at most, of each: where as many are, one of them goes on instead of another being made. So a chain that is played for long has as much
    /// under way as it had early on, and everything comes to its end. 5 to 500,000; no more than half of <see cref="Remembered"/> is used.
    /// </summary>
    public int UnderWay { get; init; } = 400;

    internal int UnderWayMost => Math.Min(UnderWay, Remembered / 2);

    /// <summary>Ids of rows go on from here; who plays on in the same tables takes one above those that are there. 100,000,000 to 10^17.</summary>
    public long FirstNumber { get; init; } = 100_000_000;

    /// <exception cref="ArgumentException">One is outside its bounds.</exception>
    public RetailOptions Checked()
    {
        Check(nameof(Shops), Shops, 1, 10_000);
        Check(nameof(Products), Products, 1, 100_000);
        Check(nameof(Members), Members, 1, 1_000_000);
        Check(nameof(Remembered), Remembered, 10, 1_000_000);
        Check(nameof(UnderWay), UnderWay, 5, 500_000);
        Check(nameof(FirstNumber), FirstNumber, 100_000_000, 100_000_000_000_000_000);
        return this;
    }

    static void Check(string name, long value, long least, long most)
    {
        if (value < least || value > most)
            throw new ArgumentException($"{name} is {value:N0}; it can be {least:N0} to {most:N0}.");
    }
}

namespace Orrery.Grains.Ledger;

/// <summary>How much one channel's ledger keeps.</summary>
public sealed class LedgerOptions
{
    /// <summary>Most windows in motion; beyond it the two oldest of the origin with most are counted as one. Default 2,000.</summary>
    public int WindowsMax { get; set; } = 2_000;

    /// <summary>Most origins of a channel; of those without windows in motion the longest silent is forgotten first. Default 1,000.</summary>
    public int OriginsMax { get; set; } = 1_000;

    /// <summary>Most instances of a hop. Default 1,024.</summary>
    public int InstancesMax { get; set; } = 1_024;

    /// <summary>Most entries of a report. Default 10,000.</summary>
    public int EntriesMax { get; set; } = 10_000;

    /// <summary>Most records of a window whose hashes are compared unasked. Default 1,000,000.</summary>
    public long ComparedUnaskedMax { get; set; } = 1_000_000;

    /// <summary>Most records that one repair sends again. Default 1,000,000.</summary>
    public int RepairedMax { get; set; } = 1_000_000;
}

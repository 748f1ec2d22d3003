using Orrery.Interfaces.AccountSets;

namespace Orrery.Grains.AccountSets;

sealed class AccountSetsState
{
    /// <summary>By number.</summary>
    public SortedDictionary<string, StoredAccountSet> AccountSets { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Of the newest change of what is registered.</summary>
    public long Version { get; set; }
}

/// <param name="Version">Of what is registered; 0: nothing is.</param>
sealed record StoredAccountSet(AccountSetFacts? Registered, long Version, AccountSetFacts? Reported, string? ReportedBy, DateTimeOffset? ReportedAt, DateTimeOffset? DriftSince);

sealed class AccountSetShardState
{
    /// <summary>By site.</summary>
    public SortedDictionary<string, AccountSetSummary[]> Sites { get; set; } = new(StringComparer.Ordinal);
}

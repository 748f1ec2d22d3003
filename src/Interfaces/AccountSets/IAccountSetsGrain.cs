using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.AccountSets;

/// <summary>The account sets of a site: what people registered, and beside it what servers report. Key: <c>tenant/site</c>.</summary>
public interface IAccountSetsGrain : IGrainWithStringKey
{
    /// <summary>By number; at most 500 a site.</summary>
    [ReadOnly] Task<IReadOnlyList<AccountSetInfo>> List();

    /// <exception cref="NotFoundException">The site has no such account set.</exception>
    [ReadOnly] Task<AccountSetInfo> Get(string number);

    /// <summary>Registers it, or changes what is registered.</summary>
    /// <param name="number">Its number or id at the site.</param>
    /// <param name="facts">What it is.</param>
    /// <param name="version">The one that is changed; null: whatever is there, also nothing.</param>
    /// <exception cref="NotFoundException">There is no such site.</exception>
    /// <exception cref="InvalidInputException">A field cannot be, or the product or its version is not registered.</exception>
    /// <exception cref="VersionMismatchException">It is at another version.</exception>
    /// <exception cref="LimitReachedException">The site has as many as it may have.</exception>
    Task<AccountSetInfo> Put(string number, AccountSetFacts facts, long? version);

    /// <summary>Forgets what is registered. What a server reports comes again with its next report.</summary>
    Task Delete(string number, long? version);

    /// <summary>All that a server has. What it reported before and is not among them is not reported any more.</summary>
    /// <exception cref="InvalidInputException">A field cannot be.</exception>
    Task Report(string server, IReadOnlyList<ReportedAccountSet> accountSets);

    /// <summary>Called by a site that is deleted.</summary>
    Task SiteDeleted();
}

/// <summary>Lists of account sets, a share of all sites each. Key: <see cref="AccountSetShards"/>.</summary>
public interface IAccountSetShardGrain : IGrainWithStringKey
{
    /// <summary>By key.</summary>
    /// <param name="request">Searches in key, name, product and databases.</param>
    /// <param name="filter">Which.</param>
    [ReadOnly] Task<Page<AccountSetSummary>> List(PageRequest request, AccountSetFilter filter);

    /// <summary>Called by a site whose account sets changed: all that it has.</summary>
    Task Set(string site, IReadOnlyList<AccountSetSummary> accountSets);
}

/// <summary>Which shard a site is in.</summary>
public static class AccountSetShards
{
    /// <summary>How many there are; fixed for an installation.</summary>
    public const int Count = 16;

    /// <summary>The key of the site's shard.</summary>
    public static string KeyOf(string site) => KeyOf((int)(Jobs.Rollouts.AgentShards.Hash(site) % Count));

    /// <summary>The key of a shard by its number.</summary>
    public static string KeyOf(int shard) => shard.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

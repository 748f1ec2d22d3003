using Orrery.Grains.Paging;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.AccountSets;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.AccountSets;

[Reentrant]
sealed class AccountSetShardGrain : Grain, IAccountSetShardGrain
{
    const int AccountSetsMax = 20_000;

    readonly IPersistentState<AccountSetShardState> stored;
    readonly StateWriter writer;
    int count;

    public AccountSetShardGrain([PersistentState("account-set-shard")] IPersistentState<AccountSetShardState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    SortedDictionary<string, AccountSetSummary[]> Sites => stored.State.Sites;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        count = Sites.Values.Sum(static each => each.Length);
        return Task.CompletedTask;
    }

    public Task<Page<AccountSetSummary>> List(PageRequest request, AccountSetFilter filter)
    {
        HashSet<string>? versions = filter.Versions?.ToHashSet(StringComparer.Ordinal);
        IEnumerable<AccountSetSummary> found = Sites.Where(site => filter.Owner is not { } owner || site.Key == owner || EntityKeys.TenantOf(site.Key) == owner).SelectMany(static site => site.Value).Where(each =>
            (filter.Product is null || each.Product == filter.Product) && (filter.Version is null || each.Version == filter.Version) && (filter.Standing is null || each.Standing == filter.Standing)
            && (versions is null || versions.Contains($"{each.Product} {each.Version}")) && (filter.BackupBefore is null || each.LastBackupAt is null || each.LastBackupAt < filter.BackupBefore));
        return Task.FromResult(Pages.Cut(found, static each => each.Key, static (each, text) => Pages.AnyContains(text, each.Key, each.Name, each.Product, each.Databases), request));
    }

    public Task Set(string site, IReadOnlyList<AccountSetSummary> accountSets)
    {
        AccountSetSummary[] before = Sites.GetValueOrDefault(site, []);
        if (before.SequenceEqual(accountSets))
            return writer.Pending;
        if (accountSets.Count > before.Length && count - before.Length + accountSets.Count > AccountSetsMax)
            throw new LimitReachedException($"This share of all sites has {count:N0} account sets, the most it may have.");
        count += accountSets.Count - before.Length;
        if (accountSets.Count == 0)
            Sites.Remove(site);
        else
            Sites[site] = [.. accountSets];
        return writer.WriteAsync();
    }
}

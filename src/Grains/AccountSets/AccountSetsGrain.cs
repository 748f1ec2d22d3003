using Microsoft.Extensions.Logging;
using Orrery.Grains.Input;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.AccountSets;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Products;
using Orrery.Interfaces.Sites;

namespace Orrery.Grains.AccountSets;

/// <remarks>What is registered and what is reported are kept side by side; drift is their difference and is never stored, only since when. Lists over all sites are told of each change, see <see cref="Announcement"/>.</remarks>
sealed class AccountSetsGrain : Grain, IAccountSetsGrain
{
    const int AccountSetsMax = 500;

    readonly IPersistentState<AccountSetsState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly TimeProvider time;

    public AccountSetsGrain([PersistentState("account-sets")] IPersistentState<AccountSetsState> stored, TimeProvider time, ILogger<AccountSetsGrain> logger)
    {
        this.stored = stored;
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "account sets", Announce, logger);
    }

    string Key => this.GetPrimaryKeyString();

    AccountSetsState State => stored.State;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.AccountSets.Count > 0)
            announcement.Soon();
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<AccountSetInfo>> List() => Task.FromResult<IReadOnlyList<AccountSetInfo>>([.. State.AccountSets.Select(each => Info(each.Key, each.Value))]);

    public Task<AccountSetInfo> Get(string number) => Task.FromResult(Info(number, Find(number)));

    public async Task<AccountSetInfo> Put(string number, AccountSetFacts facts, long? version)
    {
        EntityKeys.CheckPart("number", number);
        await GrainFactory.GetGrain<ISiteGrain>(Key).Get();
        StoredAccountSet before = State.AccountSets.GetValueOrDefault(number) ?? new StoredAccountSet(null, 0, null, null, null, null);
        InputChecks.Version($"The account set '{Key}/{number}'", version, before.Version);
        facts = AccountSetChecks.Take("", facts);
        if (facts.Product is { } product)
            await GrainFactory.GetGrain<IProductsGrain>(EntityKeys.Fleet).MustKnow(new ProductReference(product, facts.Version, []));
        if (!State.AccountSets.ContainsKey(number) && State.AccountSets.Count >= AccountSetsMax)
            throw new LimitReachedException($"The site '{Key}' has {AccountSetsMax} account sets, the most it may have.");
        // From the site's own count: a number that is registered anew never has an older one's version.
        State.AccountSets[number] = Since(before with { Registered = facts, Version = ++State.Version });
        await StoreAsync();
        return Info(number, State.AccountSets[number]);
    }

    public Task Delete(string number, long? version)
    {
        StoredAccountSet before = Find(number);
        if (before.Registered is null)
            throw new ConflictException($"The account set '{Key}/{number}' is not registered: the server '{before.ReportedBy}' reports it, and it goes when that reports it no more.");
        InputChecks.Version($"The account set '{Key}/{number}'", version, before.Version);
        if (before.Reported is null)
            State.AccountSets.Remove(number);
        else
            State.AccountSets[number] = before with { Registered = null, Version = 0, DriftSince = null };
        return StoreAsync();
    }

    public async Task Report(string server, IReadOnlyList<ReportedAccountSet> accountSets)
    {
        if (accountSets.Count > AccountSetsMax)
            throw new InvalidInputException("accountSets", $"{accountSets.Count} account sets; a site has at most {AccountSetsMax}.");
        // All of them before any is taken.
        ReportedAccountSet[] taken = [.. accountSets.Select(static (each, at) => new ReportedAccountSet(EntityKeys.CheckPart($"accountSets[{at}].number", each.Number), AccountSetChecks.Take($"accountSets[{at}].", each.Facts)))];
        HashSet<string> numbers = [.. taken.Select(static each => each.Number)];
        if (numbers.Count < taken.Length)
            throw new InvalidInputException("accountSets", "An account set is reported twice.");
        if (State.AccountSets.Keys.Union(numbers).Count() > AccountSetsMax)
            throw new LimitReachedException($"The site '{Key}' would have more than {AccountSetsMax} account sets, the most it may have.");
        DateTimeOffset now = time.GetUtcNow();
        foreach ((string number, StoredAccountSet gone) in State.AccountSets.Where(each => each.Value.ReportedBy == server && !numbers.Contains(each.Key)).ToArray())
            if (gone.Registered is null)
                State.AccountSets.Remove(number);
            else
                State.AccountSets[number] = gone with { Reported = null, ReportedBy = null, DriftSince = null };
        foreach (ReportedAccountSet each in taken)
        {
            StoredAccountSet before = State.AccountSets.GetValueOrDefault(each.Number) ?? new StoredAccountSet(null, 0, null, null, null, null);
            State.AccountSets[each.Number] = Since(before with { Reported = each.Facts, ReportedBy = server, ReportedAt = now });
        }

        await StoreAsync();
    }

    public async Task SiteDeleted()
    {
        if (!stored.RecordExists)
            return;
        await writer.ClearAsync();
        stored.State = new AccountSetsState();
        await Announce();
    }

    async Task StoreAsync()
    {
        await writer.WriteAsync();
        await announcement.TryNow();
    }

    Task Announce() => GrainFactory.GetGrain<IAccountSetShardGrain>(AccountSetShards.KeyOf(Key)).Set(Key, [.. State.AccountSets.Select(each => Summary(each.Key, each.Value))]);

    StoredAccountSet Since(StoredAccountSet accountSet) => accountSet with { DriftSince = DriftOf(accountSet).Count == 0 ? null : accountSet.DriftSince ?? time.GetUtcNow() };

    StoredAccountSet Find(string number) => State.AccountSets.GetValueOrDefault(number) ?? throw new NotFoundException($"The site '{Key}' has no account set '{(number.Length <= 80 ? number : number[..80])}'.");

    AccountSetInfo Info(string number, StoredAccountSet one) => new(number, Key, one.Registered, one.Reported, one.ReportedBy, one.ReportedAt, DriftOf(one), one.DriftSince, one.Version);

    AccountSetSummary Summary(string number, StoredAccountSet one)
    {
        AccountSetFacts facts = (one.Reported ?? one.Registered)!;
        AccountSetStanding standing = one.Registered is null ? AccountSetStanding.Unregistered : one.Reported is null ? AccountSetStanding.Unreported : one.DriftSince is null ? AccountSetStanding.Agreed : AccountSetStanding.Drifted;
        return new AccountSetSummary(
            $"{Key}/{number}", facts.Name, facts.Product ?? one.Registered?.Product, facts.Version ?? one.Registered?.Version, facts.State, string.Join(", ", facts.Databases.Select(static each => each.Name)),
            facts.Databases.Sum(static each => each.SizeBytes ?? 0), facts.LastBackupAt ?? one.Registered?.LastBackupAt, facts.Users ?? one.Registered?.Users, standing);
    }

    static IReadOnlyList<AccountSetDifference> DriftOf(StoredAccountSet one)
    {
        if (one is not { Registered: { } registered, Reported: { } reported })
            return [];
        var drift = new List<AccountSetDifference>();
        Compare("name", registered.Name, reported.Name);
        Compare("product", registered.Product, reported.Product);
        Compare("version", registered.Version, reported.Version);
        Compare("state", registered.State.ToString(), reported.State.ToString());
        Compare("databases", Text(registered.Databases), Text(reported.Databases));
        return drift;

        // What one side leaves out says nothing.
        void Compare(string field, string? one, string? other)
        {
            if (one is { Length: > 0 } && other is { Length: > 0 } && !string.Equals(one, other, StringComparison.Ordinal))
                drift.Add(new AccountSetDifference(field, one, other));
        }

        static string Text(IReadOnlyList<AccountSetDatabase> databases) => string.Join(", ", databases.Select(static each => $"{each.Kind} {each.Server}/{each.Name}").Order(StringComparer.Ordinal));
    }
}

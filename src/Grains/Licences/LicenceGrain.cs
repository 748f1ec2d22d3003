using Microsoft.Extensions.Logging;
using Orrery.Grains.Input;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Licences;
using Orrery.Interfaces.Products;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Licences;

/// <remarks>The licence stores itself first and is announced to its tenant's list and to that of all then, see <see cref="Announcement"/>.</remarks>
sealed class LicenceGrain : Grain, ILicenceGrain
{
    const int RevisionsMax = 200, ServersMax = 500, PeaksMax = 400, ReasonLengthMax = 500;
    static readonly TimeSpan StorePeriod = TimeSpan.FromMinutes(1), UseAge = TimeSpan.FromDays(1);

    readonly IPersistentState<LicenceGrainState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly TimeProvider time;
    DateTimeOffset usesStored;

    public LicenceGrain([PersistentState("licence")] IPersistentState<LicenceGrainState> stored, TimeProvider time, ILogger<LicenceGrain> logger)
    {
        this.stored = stored;
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "entry among licences", Announce, logger);
    }

    string Key => this.GetPrimaryKeyString();

    string Tenant => EntityKeys.TenantOf(Key);

    LicenceGrainState State => stored.State;

    LicenceRevision Newest => State.Revisions[^1].Revision;

    bool IsRevoked => State.RevokedRevision >= State.Revisions.Count;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Version > 0)
            announcement.Soon();
        return Task.CompletedTask;
    }

    public Task<LicenceInfo> Get() => Task.FromResult(Info());

    public async Task<LicenceInfo> Put(LicenceTerms terms, string user, long? version)
    {
        EntityKeys.CheckPart("id", EntityKeys.Leaf(Key));
        bool isNew = State.Version == 0;
        if (isNew && version is not null)
            throw new NotFoundException($"There is no licence '{Key}' to renew. Leave the version out to issue it.");
        if (!isNew)
            InputChecks.Version($"The licence '{Key}'", version, State.Version);
        terms = LicenceTermsCheck.Take(terms);
        // What was granted before stays good where the register has no such product.
        string[] modules = [.. terms.Modules.Select(static module => module.Name).Except(isNew || Newest.Terms.Product != terms.Product ? [] : Newest.Terms.Modules.Select(static module => module.Name))];
        if (isNew || Newest.Terms.Product != terms.Product || modules.Length > 0)
            await GrainFactory.GetGrain<IProductsGrain>(EntityKeys.Fleet).MustKnow(new ProductReference(terms.Product, null, modules));
        if (State.Revisions.Count >= RevisionsMax)
            throw new LimitReachedException($"The licence '{Key}' has {RevisionsMax} revisions, the most it may have. Issue another in its place and revoke this one.");
        State.Customer = (await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get()).Name;
        var revision = new LicenceRevision(State.Revisions.Count + 1, time.GetUtcNow(), user, terms);
        string text = await GrainFactory.GetGrain<ILicenceSignerGrain>(EntityKeys.Fleet).Sign(LicenceText.Of(Key, State.Customer, revision));
        State.Revisions.Add(new StoredRevision(revision, text));
        State.Version++;
        await writer.WriteAsync();
        try
        {
            await announcement.TryNow();
        }
        catch (RefusalException) when (isNew)
        {
            await ForgetAsync();
            throw;
        }

        return Info();
    }

    public async Task<LicenceInfo> Revoke(string reason, string user, long? version)
    {
        MustExist();
        InputChecks.Version($"The licence '{Key}'", version, State.Version);
        if (InputChecks.Text("reason", reason, ReasonLengthMax) is not { } why)
            throw new InvalidInputException("reason", "Say why it is revoked: the customer will ask.");
        if (IsRevoked)
            throw new ConflictException($"The licence '{Key}' was revoked at {State.Revocation!.At:u} by {State.Revocation.By}. Renew it, and its new revision holds.");
        State.RevokedRevision = State.Revisions.Count;
        State.Revocation = new LicenceRevocation(time.GetUtcNow(), user, why);
        State.Version++;
        await writer.WriteAsync();
        await announcement.TryNow();
        return Info();
    }

    public Task<IReadOnlyList<LicenceRevision>> Revisions()
    {
        MustExist();
        return Task.FromResult<IReadOnlyList<LicenceRevision>>([.. State.Revisions.Select(static stored => stored.Revision).Reverse()]);
    }

    public Task<string> Text(int? revision)
    {
        MustExist();
        int number = revision ?? State.Revisions.Count;
        return number >= 1 && number <= State.Revisions.Count
            ? Task.FromResult(State.Revisions[number - 1].Text)
            : throw new NotFoundException($"The licence '{Key}' has no revision {number}; it has 1 to {State.Revisions.Count}.");
    }

    public async Task Use(string server, LicenceUse use)
    {
        MustExist();
        DateTimeOffset now = time.GetUtcNow();
        if (!State.Uses.ContainsKey(server) && State.Uses.Count >= ServersMax)
        {
            Forget(now);
            if (State.Uses.Count >= ServersMax)
                throw new LimitReachedException($"{ServersMax} servers use the licence '{Key}', the most that are counted.");
        }

        LicenceUsage before = UsageAt(now);
        State.Uses[server] = new StoredUse(now, LicenceTermsCheck.Take(use));
        LicenceUsage after = UsageAt(now);
        bool isPeak = NotePeak(new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), after.Users);
        // What a crash takes is told again within minutes; a new peak and going over what is granted are kept at once.
        if (!isPeak && before.IsOver == after.IsOver && now - usesStored < StorePeriod)
            return;
        usesStored = now;
        Forget(now);
        await writer.WriteAsync();
        await announcement.TryNow();
    }

    public Task<LicenceUsage> Usage()
    {
        MustExist();
        return Task.FromResult(UsageAt(time.GetUtcNow()));
    }

    public async Task TenantDeleted()
    {
        if (State.Version > 0)
            await ForgetAsync();
    }

    async Task ForgetAsync()
    {
        await writer.ClearAsync();
        stored.State = new LicenceGrainState();
        await Announce();
    }

    void Forget(DateTimeOffset now)
    {
        foreach (string silent in State.Uses.Where(use => now - use.Value.At > UseAge).Select(static use => use.Key).ToArray())
            State.Uses.Remove(silent);
    }

    bool NotePeak(DateTimeOffset day, int users)
    {
        if (State.Peaks is [.., { } newest] && newest.Day >= day)
        {
            if (newest.Users >= users)
                return false;
            State.Peaks[^1] = newest with { Users = users };
            return true;
        }

        State.Peaks.Add(new UsePeak(day, users));
        if (State.Peaks.Count > PeaksMax)
            State.Peaks.RemoveAt(0);
        return true;
    }

    LicenceUsage UsageAt(DateTimeOffset now)
    {
        KeyValuePair<string, StoredUse>[] heard = [.. State.Uses.Where(use => now - use.Value.At <= UseAge)];
        LicenceTerms terms = Newest.Terms;
        Dictionary<string, int> used = heard.SelectMany(static use => use.Value.Use.Modules).GroupBy(static use => use.Key, StringComparer.Ordinal).ToDictionary(static same => same.Key, static same => same.Sum(static use => use.Value));
        ModuleUsage[] modules =
        [
            .. terms.Modules.Select(module => new ModuleUsage(module.Name, used.GetValueOrDefault(module.Name), module.Users ?? terms.Users, true)),
            .. used.Where(use => terms.Modules.All(module => module.Name != use.Key)).OrderBy(static use => use.Key, StringComparer.Ordinal).Select(static use => new ModuleUsage(use.Key, use.Value, 0, false)),
        ];
        return new LicenceUsage(
            heard.Sum(static use => use.Value.Use.Users), terms.Users, modules,
            [.. heard.OrderByDescending(static use => use.Value.At).Select(static use => new ServerUse(use.Key, use.Value.At, use.Value.Use.Users))], [.. State.Peaks]);
    }

    async Task Announce()
    {
        LicenceSummary? summary = State.Version == 0 ? null : Summary();
        await GrainFactory.GetGrain<ILicenceDirectoryGrain>(Tenant).Set(Key, summary, summary is null ? null : State.Revisions[^1].Text);
        await GrainFactory.GetGrain<ILicenceDirectoryGrain>(EntityKeys.Fleet).Set(Key, summary, null);
    }

    LicenceSummary Summary()
    {
        LicenceTerms terms = Newest.Terms;
        LicenceUsage usage = UsageAt(time.GetUtcNow());
        return new LicenceSummary(
            Key, State.Customer, terms.Product, terms.ValidFrom, terms.Expires, terms.GraceDays, terms.Users, terms.Modules.Count, Newest.Revision, State.RevokedRevision, State.Version, usage.Users, usage.IsOver);
    }

    void MustExist()
    {
        if (State.Version == 0)
            throw new NotFoundException($"There is no licence '{Key}'.");
    }

    LicenceInfo Info()
    {
        MustExist();
        LicenceTerms terms = Newest.Terms;
        return new LicenceInfo(
            EntityKeys.Leaf(Key), Tenant, State.Customer, terms, Newest.Revision, LicenceStates.At(time.GetUtcNow(), terms.ValidFrom, terms.Expires, terms.GraceDays, IsRevoked),
            IsRevoked ? State.Revocation : null, Newest.At, Newest.By, State.Version);
    }
}

using Microsoft.Extensions.Logging;
using Orrery.Grains.Input;
using Orrery.Grains.Paging;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Alarms.Rules;

/// <remarks>
/// Who follows the rules is known in memory only: servers subscribe again each minute and compare the revision then, so a change that
/// could not be told reaches them within a minute. Reentrant, because those who are told ask back.
/// </remarks>
[Reentrant]
sealed class AlarmRulesGrain : Grain, IAlarmRulesGrain
{
    public const int RulesMax = 500;
    const int SubscribersMax = 50_000;
    const int ConcurrencyMax = 32;

    static readonly TimeSpan VendorRulesAge = TimeSpan.FromMinutes(1);

    readonly IPersistentState<AlarmRulesState> stored;
    readonly StateWriter writer;
    readonly TimeProvider time;
    readonly ILogger<AlarmRulesGrain> logger;
    readonly HashSet<string> subscribers = [];
    EffectiveRules? vendor;
    DateTimeOffset vendorReadAt;
    int vendorChanges;
    IGrainTimer? telling;

    public AlarmRulesGrain([PersistentState("rules")] IPersistentState<AlarmRulesState> stored, TimeProvider time, ILogger<AlarmRulesGrain> logger)
    {
        this.stored = stored;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    AlarmRulesState State => stored.State;

    string Tenant => this.GetPrimaryKeyString();

    bool IsVendor => Tenant == EntityKeys.Fleet;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!IsVendor || (State.Initialised && State.HasPipelineRules))
            return;
        foreach (var rule in (State.Initialised ? [] : VendorRules.Defaults).Concat(State.HasPipelineRules ? [] : VendorRules.Pipelines))
            if (State.Rules.Count < RulesMax)
                State.Rules.TryAdd(rule.Id, rule);
        (State.Initialised, State.HasPipelineRules) = (true, true);
        State.Revision++;
        await writer.WriteAsync();
    }

    public Task<IReadOnlyList<AlarmRule>> List() => Task.FromResult<IReadOnlyList<AlarmRule>>(Sorted(State.Rules.Values));

    public async Task<EffectiveRules> GetEffective()
    {
        if (IsVendor)
            return new EffectiveRules(State.Revision, Sorted(State.Rules.Values));
        var above = await ReadVendorRules();
        var merged = above.Rules.ToDictionary(rule => rule.Id);
        foreach (var own in State.Rules.Values)
            merged[own.Id] = own;
        return new EffectiveRules(above.Revision + State.Revision, Sorted(merged.Values));
    }

    public async Task<AlarmRule> Set(AlarmRule rule, long? version)
    {
        var kept = AlarmRuleChecks.Check(rule);
        State.Rules.TryGetValue(kept.Id, out var known);
        if (known is null && version is not null)
            throw new NotFoundException($"There is no rule '{kept.Id}' of '{Tenant}' to change. Leave the version out to create it.");
        if (known is not null)
            InputChecks.Version($"Rule '{kept.Id}'", version, known.Version);
        if (known is null && State.Rules.Count >= RulesMax)
            throw new LimitReachedException($"'{Tenant}' has {State.Rules.Count} rules, the most it may have. Delete one that is not needed.");
        kept = kept with { Version = (known?.Version ?? 0) + 1 };
        State.Rules[kept.Id] = kept;
        await Changed();
        return kept;
    }

    public async Task Delete(string rule, long? version)
    {
        if (!State.Rules.TryGetValue(rule, out var known))
            throw new NotFoundException($"There is no rule '{rule}' of '{Tenant}'.");
        InputChecks.Version($"Rule '{rule}'", version, known.Version);
        State.Rules.Remove(rule);
        await Changed();
    }

    public Task VendorRulesChanged()
    {
        vendor = null;
        vendorChanges++;
        TellSoon();
        return Task.CompletedTask;
    }

    public async Task<long> Subscribe(string server)
    {
        if (EntityKeys.TenantOf(server) != Tenant)
            throw new InvalidInputException("server", $"Server '{server}' does not belong to '{Tenant}'.");
        if (subscribers.Count < SubscribersMax)
            subscribers.Add(server);
        var above = await ReadVendorRules();
        return above.Revision + State.Revision;
    }

    public async Task TenantDeleted()
    {
        if (IsVendor)
            throw new InvalidInputException("tenant", "The vendor's rules belong to no tenant.");
        // The row stays with its revision, which must never fall: a new tenant of the same id may follow.
        if (State.Rules.Count == 0)
            return;
        State.Rules.Clear();
        await Changed();
    }

    async Task Changed()
    {
        State.Revision++;
        await writer.WriteAsync();
        TellSoon();
    }

    async ValueTask<EffectiveRules> ReadVendorRules()
    {
        var now = time.GetUtcNow();
        if (vendor is { } known && now - vendorReadAt < VendorRulesAge)
            return known;
        int changes = vendorChanges;
        var read = await GrainFactory.GetGrain<IAlarmRulesGrain>(EntityKeys.Fleet).GetEffective();
        // What was read before a change that was told meanwhile may lack it.
        if (changes == vendorChanges)
            (vendor, vendorReadAt) = (read, now);
        return read;
    }

    void TellSoon()
    {
        telling?.Dispose();
        telling = this.RegisterGrainTimer(Tell, new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }

    async Task Tell(CancellationToken cancellationToken)
    {
        if (IsVendor)
        {
            await foreach (string tenant in TenantsAsync(cancellationToken))
                await TellOne(tenant, () => GrainFactory.GetGrain<IAlarmRulesGrain>(tenant).VendorRulesChanged());
            return;
        }

        foreach (var part in subscribers.ToArray().Chunk(ConcurrencyMax))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.WhenAll(part.Select(server => TellOne(server, () => GrainFactory.GetGrain<IServerHealthGrain>(server).RulesChanged())));
        }
    }

    async IAsyncEnumerable<string> TenantsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var directory = GrainFactory.GetGrain<ITenantDirectoryGrain>(EntityKeys.Fleet);
        string? after = null;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await directory.List(new PageRequest(Pages.LimitMax, after));
            foreach (var tenant in page.Items)
                yield return tenant.Id;
            after = page.Next;
        }
        while (after is not null);
    }

    async Task TellOne(string follower, Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception failure)
        {
            // It compares revisions within a minute.
            AlarmMessages.RulesNotTold(logger, Tenant, follower, failure);
            subscribers.Remove(follower);
        }
    }

    static AlarmRule[] Sorted(IEnumerable<AlarmRule> rules) => [.. rules.OrderBy(rule => rule.Id, StringComparer.Ordinal)];
}

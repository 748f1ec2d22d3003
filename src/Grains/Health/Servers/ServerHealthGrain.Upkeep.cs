using Orrery.Grains.Health.Fleet;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sites;

namespace Orrery.Grains.Health.Servers;

/// <summary>What the grain does beside the turns: reads rules, tells the alarm book and the tenant, stores what is due.</summary>
sealed partial class ServerHealthGrain
{
    const int OpenAlarmsMax = 500;

    static readonly TimeSpan UpkeepPeriod = TimeSpan.FromSeconds(5);
    static readonly TimeSpan KeepFor = TimeSpan.FromHours(1);
    static readonly TimeSpan RulesCheckPeriod = TimeSpan.FromMinutes(1);
    static readonly TimeSpan ReportPeriod = TimeSpan.FromMinutes(1);
    static readonly TimeSpan HeadlineReportPeriod = TimeSpan.FromSeconds(10);
    static readonly TimeSpan ValuesReportPeriod = TimeSpan.FromSeconds(30);

    readonly Dictionary<string, Alarm> openAlarms = [];
    bool isKnown;
    bool rulesKnown;
    bool alarmsKnown;
    bool unclaimedEnded;
    bool inUpkeep;
    bool upkeepAgain;
    DateTimeOffset upkeepFailedAt;
    DateTimeOffset rulesCheckedAt;
    DateTimeOffset valuesReportedAt;
    DateTimeOffset reportedAt;
    HealthSummary? reported;
    DateTimeOffset? unwellSince;

    public Task<HealthSummary> GetHealth()
    {
        if (!isKnown)
            UpkeepSoon();
        return Task.FromResult(Summarise());
    }

    DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Since when nothing has come, by the silo's clock; a restart is no silence of the server.</summary>
    DateTimeOffset QuietSince => lastArrivalAt is { } last && last > activatedAt ? last : activatedAt;

    bool IsSilent => Now - QuietSince > options.SilentAfter;

    async Task Upkeep(CancellationToken cancellationToken)
    {
        if (inUpkeep)
        {
            upkeepAgain = true;
            return;
        }

        inUpkeep = true;
        try
        {
            do
            {
                upkeepAgain = false;
                await UpkeepOnce();
            }
            while (upkeepAgain);
        }
        catch (Exception failure)
        {
            // What is due stays due. Batches come many times a second; the next try waits for its period.
            upkeepFailedAt = Now;
            upkeep?.Change(UpkeepPeriod, UpkeepPeriod);
            ServerHealthMessages.UpkeepFailed(logger, Key, UpkeepPeriod, failure);
        }
        finally
        {
            inUpkeep = false;
        }
    }

    async Task UpkeepOnce()
    {
        if (State.Deleted || !await IsKnown())
        {
            // Nothing to do before samples come or somebody asks.
            upkeep?.Change(Timeout.InfiniteTimeSpan, UpkeepPeriod);
            return;
        }

        // Its timers shall run on though nobody calls. A key that somebody made up is collected like any idle grain.
        DelayDeactivation(KeepFor);
        await ReadRules();
        PassTime();
        await ReportAlarms();
        await ReportHealth();
        if (IsFlushDue)
            await Flush();
        CompactWhenDue();
    }

    /// <summary>Whether samples ever came, or the site has the server.</summary>
    async ValueTask<bool> IsKnown() =>
        isKnown || (isKnown = await GrainFactory.GetGrain<ISiteGrain>(EntityKeys.SiteOf(Key)).FindServer(EntityKeys.Leaf(Key)) is not null);

    async Task ReadRules()
    {
        var now = Now;
        var rules = GrainFactory.GetGrain<IAlarmRulesGrain>(Tenant);
        if (now - rulesCheckedAt >= RulesCheckPeriod)
        {
            rulesCheckedAt = now;
            // Not by &=, which would read the flag before the wait and lose a change that is told meanwhile.
            if (await rules.Subscribe(Key) != watch.Revision)
                rulesKnown = false;
        }

        if (rulesKnown && alarmsKnown)
            return;
        bool first = !watch.IsReady;
        (bool readRules, rulesKnown, alarmsKnown) = (!rulesKnown, true, true);
        try
        {
            var effective = readRules ? await rules.GetEffective() : null;
            var open = await GrainFactory.GetGrain<IAlarmBookGrain>(Tenant).List(new AlarmQuery(Open: true, Key), new PageRequest(OpenAlarmsMax));
            openAlarms.Clear();
            foreach (var alarm in open.Items)
                openAlarms[alarm.Key] = alarm;
            if (effective is not null)
            {
                long milliseconds = Now.ToUnixTimeMilliseconds();
                watch.SetRules(effective, store.Entries, first ? open.Items : null, milliseconds);
                // What is known already is judged at once; what was loaded from chunks may be long past and waits for a sample.
                if (lastArrivalAt >= activatedAt)
                    watch.Observe(store.Entries, milliseconds);
            }
        }
        catch
        {
            rulesKnown &= !readRules;
            alarmsKnown = false;
            throw;
        }
    }

    void PassTime()
    {
        var now = Now;
        long? silent = lastArrivalAt is null ? null : (long)(now - QuietSince).TotalMilliseconds;
        watch.Pass(silent, now.ToUnixTimeMilliseconds());
        if (!unclaimedEnded && !IsSilent && now - activatedAt > options.SeriesStaleAfter)
        {
            unclaimedEnded = true;
            watch.EndUnclaimed();
        }

        if (now - valuesReportedAt >= ValuesReportPeriod)
        {
            valuesReportedAt = now;
            watch.ReportValues();
        }
    }

    async Task ReportAlarms()
    {
        if (watch.Changes.Count == 0)
            return;
        var book = GrainFactory.GetGrain<IAlarmBookGrain>(Tenant);
        foreach (var report in watch.Changes.Values.ToArray())
        {
            var alarm = await book.Report(report);
            watch.Taken(report);
            if (alarm is null or { State: AlarmState.Resolved })
                openAlarms.Remove(report.Key);
            else
                openAlarms[report.Key] = alarm;
        }
    }

    async Task ReportHealth()
    {
        var summary = Summarise();
        var age = Now - reportedAt;
        bool due = reported is null || age >= ReportPeriod || IsOtherwise(reported, summary)
            || (age >= HeadlineReportPeriod && !SameHeadline(reported.Headline, summary.Headline));
        if (!due)
            return;
        await GrainFactory.GetGrain<ITenantHealthGrain>(Tenant).Report(Key, summary);
        (reported, reportedAt) = (summary, Now);
    }

    HealthSummary Summarise()
    {
        var now = Now;
        var (score, status, causes) = ServerScore.Compute(
            openAlarms.Values.Select(alarm => (alarm, watch.Rules.GetValueOrDefault(alarm.RuleId))), IsSilent ? QuietSince : null, now);
        unwellSince = status == HealthStatus.Healthy ? null : unwellSince ?? State.UnwellSince ?? causes.Min(static cause => (DateTimeOffset?)cause.Since) ?? now;
        if (status == HealthStatus.Healthy)
            State.UnwellSince = null;
        long newest = -1;
        foreach (var entry in store.Entries)
            newest = Math.Max(newest, entry.Newest);
        return new HealthSummary(
            Key, score, status, causes, unwellSince, newest < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(newest), watch.Headline(newest), store.SeriesCount, now);
    }

    static bool IsOtherwise(HealthSummary before, HealthSummary after) =>
        before.Score != after.Score || before.Status != after.Status || !before.Causes.Select(static cause => (cause.Code, cause.Alarm, cause.Penalty)).SequenceEqual(after.Causes.Select(static cause => (cause.Code, cause.Alarm, cause.Penalty)));

    static bool SameHeadline(IReadOnlyDictionary<string, double> before, IReadOnlyDictionary<string, double> after) =>
        before.Count == after.Count && after.All(pair => before.TryGetValue(pair.Key, out double value) && Math.Abs(value - pair.Value) < 0.5);
}

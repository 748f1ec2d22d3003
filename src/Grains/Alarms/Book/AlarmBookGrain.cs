using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.Health;
using Orrery.Grains.Paging;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.Alarms.Book;

/// <remarks>
/// Calls are turns; only deliveries and the telling of servers run beside them, on timers, since they wait for others. A reminder stands
/// while something waits (a delivery, the edge of a silence), so that a restart goes on with it though nobody calls.
/// </remarks>
sealed partial class AlarmBookGrain : Grain, IAlarmBookGrain, IRemindable
{
    const int HistoryMax = 5_000;

    static readonly BlockListBounds HistoryBounds = new(HistoryMax, ItemsPerBlock: 250, BytesPerBlock: 256 * 1024);
    static readonly TimeSpan UpkeepPeriod = TimeSpan.FromMinutes(1);

    readonly IPersistentState<AlarmBookState> stored;
    readonly StateWriter writer;
    readonly BlockList<Alarm> history;
    readonly WebhookOptions options;
    readonly WebhookSender sender;
    readonly SecretBox box;
    readonly HealthInstruments instruments;
    readonly TimeProvider time;
    readonly ILogger<AlarmBookGrain> logger;
    readonly HashSet<string> untoldServers = [];
    AlarmLedger? ledger;
    bool historyLoaded;
    bool valuesChanged;

    public AlarmBookGrain(
        [PersistentState("alarms")] IPersistentState<AlarmBookState> stored, IOptions<WebhookOptions> options, WebhookSender sender, SecretBox box,
        HealthInstruments instruments, TimeProvider time, ILogger<AlarmBookGrain> logger)
    {
        this.stored = stored;
        this.options = options.Value;
        this.sender = sender;
        this.box = box;
        this.instruments = instruments;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
        history = new BlockList<Alarm>(number => GrainFactory.GetGrain<IBlockGrain>($"alarms/{Tenant}/{number}"), HistoryBounds, static alarm => 500 + alarm.Text.Length);
    }

    string Tenant => this.GetPrimaryKeyString();

    AlarmBookState State => stored.State;

    AlarmLedger Ledger => ledger ??= new AlarmLedger(State, Tenant, options);

    DateTimeOffset Now => time.GetUtcNow();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        StartTimers();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (valuesChanged && reason.ReasonCode != DeactivationReasonCode.ApplicationRequested)
            await writer.WriteAsync();
    }

    public async Task<Alarm?> Report(AlarmReport report)
    {
        var outcome = Ledger.Report(report, Now);
        switch (outcome.Change)
        {
            case AlarmLedger.Change.None:
                valuesChanged = true;
                break;
            case AlarmLedger.Change.Full:
                AlarmMessages.BookFull(logger, Tenant, State.Open.Count, report.Key);
                break;
            case AlarmLedger.Change.Resolved:
                await StoreResolved([outcome.Alarm!]);
                break;
            case AlarmLedger.Change.Changed:
                await Store();
                break;
            default:
                await Store();
                instruments.AlarmChanged(fired: true);
                AlarmMessages.AlarmChanged(logger, outcome.Alarm!.Id, report.Server, outcome.Alarm.State, outcome.Alarm.Text);
                break;
        }

        return outcome.Alarm;
    }

    public async Task<Page<Alarm>> List(AlarmQuery query, PageRequest page)
    {
        var now = Now;
        IEnumerable<Alarm> alarms = query.Open == false ? [] : State.Open.Values.Select(open => Ledger.Shown(open.Alarm, now));
        if (query.Open != true)
        {
            await LoadHistory();
            // After a crash between the two writes of a resolution the alarm is in both; it is open until its server reports again.
            alarms = alarms.Concat(history.Items.Where(alarm => !State.Open.TryGetValue(alarm.Key, out var open) || open.Alarm.Id != alarm.Id)).DistinctBy(alarm => alarm.Id);
        }

        return Pages.Cut(
            alarms.Where(alarm => alarm.Severity >= query.SeverityMin && (query.Server is null || Silences.Within(alarm.Server, query.Server))),
            alarm => alarm.Id, (alarm, text) => Pages.AnyContains(text, alarm.Server, alarm.Text, alarm.RuleId), page, descending: true);
    }

    public async Task<Alarm> Get(string alarm)
    {
        if (State.Open.Values.FirstOrDefault(open => open.Alarm.Id == alarm) is { } found)
            return Ledger.Shown(found.Alarm, Now);
        await LoadHistory();
        return history.Items.LastOrDefault(resolved => resolved.Id == alarm) ?? throw new NotFoundException($"'{Tenant}' has no alarm '{alarm}'; the newest {HistoryMax} resolved ones are kept.");
    }

    public async Task<Alarm> Acknowledge(string alarm, string user, string? note)
    {
        await MustBeKnown(alarm);
        var changed = Ledger.Acknowledge(alarm, user, note, Now);
        await Store();
        TellServers([changed.Server]);
        return changed;
    }

    public async Task<Alarm> Unacknowledge(string alarm, string user)
    {
        await MustBeKnown(alarm);
        var changed = Ledger.Unacknowledge(alarm, Now);
        await Store();
        TellServers([changed.Server]);
        return changed;
    }

    public Task<IReadOnlyList<Silence>> ListSilences()
    {
        var now = Now;
        return Task.FromResult<IReadOnlyList<Silence>>([.. State.Silences.Where(silence => !Silences.IsForgotten(silence, now)).OrderByDescending(silence => silence.EndsAt)]);
    }

    public async Task<Silence> AddSilence(SilenceDraft draft, string user)
    {
        var silence = Ledger.AddSilence(draft, user, Now);
        await ApplySilences();
        return silence;
    }

    public Task EndSilence(string silence, string user)
    {
        Ledger.EndSilence(silence, Now);
        return ApplySilences();
    }

    public Task<IReadOnlyList<Webhook>> ListWebhooks() => Task.FromResult<IReadOnlyList<Webhook>>([.. State.Webhooks.Select(Shown)]);

    public async Task<IReadOnlyList<Webhook>> SetWebhooks(IReadOnlyList<WebhookDraft> webhooks)
    {
        State.Webhooks = WebhookDrafts.Take(webhooks, State.Webhooks, options, box);
        State.Outbox.RemoveAll(delivery => !State.Webhooks.Exists(webhook => webhook.Url == delivery.Url));
        await Store();
        return await ListWebhooks();
    }

    public async Task ServerDeleted(string server)
    {
        var resolved = Ledger.ResolveServer(server, Now);
        if (resolved.Count > 0)
            await StoreResolved(resolved);
    }

    public async Task TenantDeleted()
    {
        if (await this.GetReminder(Upkeep) is { } reminder)
            await this.UnregisterReminder(reminder);
        await history.ClearAsync();
        historyLoaded = true;
        if (stored.RecordExists)
            await writer.ClearAsync();
        ledger = null;
    }

    async Task StoreResolved(IReadOnlyList<Alarm> resolved)
    {
        await LoadHistory();
        try
        {
            await history.AddAsync(resolved);
        }
        catch
        {
            // Memory and storage may differ now: the next activation reads both anew.
            DeactivateOnIdle();
            throw;
        }

        await Store();
        foreach (var alarm in resolved)
        {
            instruments.AlarmChanged(fired: false);
            AlarmMessages.AlarmChanged(logger, alarm.Id, alarm.Server, alarm.State, alarm.Text);
        }
    }

    async Task ApplySilences()
    {
        var servers = Ledger.ApplySilences(Now);
        await Store();
        TellServers(servers);
    }

    async Task Store()
    {
        int dropped = Ledger.Dropped;
        valuesChanged = false;
        await writer.WriteAsync();
        StartTimers();
        await KeepReminder();
        if (dropped > droppedLogged)
        {
            AlarmMessages.OutboxFull(logger, Tenant, State.Outbox.Count);
            droppedLogged = dropped;
        }
    }

    async Task MustBeKnown(string alarm)
    {
        if (!State.Open.Values.Any(open => open.Alarm.Id == alarm))
            await Get(alarm);
    }

    async Task LoadHistory()
    {
        if (historyLoaded)
            return;
        await history.LoadAsync();
        historyLoaded = true;
    }

    static Webhook Shown(WebhookState webhook) =>
        new(webhook.Url, webhook.SeverityMin, webhook.SealedSecret is not null, webhook.Delivered, webhook.Failed, webhook.LastStatus, webhook.LastAt);
}

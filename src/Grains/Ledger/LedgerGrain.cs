using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Paging;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Ledger;

/// <remarks>
/// Reentrant, so that the reports of many hops share a write, and hops may report while they are asked for hashes. Every change is made between two
/// awaits. What the account does by itself is in <see cref="LedgerBook"/>; comparing, sending again, alarms and blocks run on timers beside the calls. A
/// reminder stands while windows are in motion, so that after a restart a hop that stays silent is found to be late though nobody calls.
/// </remarks>
[Reentrant]
sealed partial class LedgerGrain : Grain, ILedgerGrain, IRemindable
{
    const int WindowsShownMax = 500;
    const int ReportsMax = 1_000;

    readonly IPersistentState<LedgerState> stored;
    readonly StateWriter writer;
    readonly Announcement announcement;
    readonly LedgerOptions options;
    readonly LedgerInstruments instruments;
    readonly TimeProvider time;
    readonly ILogger<LedgerGrain> logger;
    readonly BlockList<ClosedWindow> windows;
    readonly BlockList<Gap> gaps;
    readonly Dictionary<string, HopRates> rates = [];
    LedgerBook? book;
    long openGapsCounted;

    public LedgerGrain(
        [PersistentState("ledger")] IPersistentState<LedgerState> stored, IOptions<LedgerOptions> options, LedgerInstruments instruments, TimeProvider time, ILogger<LedgerGrain> logger)
    {
        this.stored = stored;
        this.options = options.Value;
        this.instruments = instruments;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
        announcement = new Announcement(this, "entry in the list of channels", Announce, logger);
        windows = new BlockList<ClosedWindow>(number => GrainFactory.GetGrain<IBlockGrain>($"ledger-windows/{Key}/{number}"), WindowBounds, static window => 100 + (window.Hops.Count * 60));
        gaps = new BlockList<Gap>(number => GrainFactory.GetGrain<IBlockGrain>($"ledger-gaps/{Key}/{number}"), GapBounds, static gap => 500 + (gap.Note?.Length ?? 0));
    }

    string Key => this.GetPrimaryKeyString();

    LedgerState State => stored.State;

    LedgerBook Book => book ??= new LedgerBook(State, options);

    bool Exists => State is { Definition: not null, Deleting: false };

    DateTimeOffset Now => time.GetUtcNow();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Definition is null)
            return Task.CompletedTask;
        announcement.Soon();
        if (Exists)
            Resume();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        instruments.OpenGaps(-openGapsCounted);
        return Task.CompletedTask;
    }

    public async Task Define(ChannelDefinition definition)
    {
        EntityKeys.CheckPart("channel", EntityKeys.Leaf(Key));
        definition = LedgerDefinitions.Check(definition);
        if (State.Deleting)
            throw new ConflictException($"The channel '{Key}' is being deleted. Try again in a moment.");
        if (State.Definition is { } known)
        {
            if (LedgerDefinitions.AreSame(known, definition))
                return;
            if (known.WindowSeconds != definition.WindowSeconds && State.LastReportAt is not null)
                throw new ConflictException($"The channel '{Key}' has windows of {known.WindowSeconds} s and reports in them; it cannot have windows of {definition.WindowSeconds} s. Define another channel.");
        }
        else
        {
            await GrainFactory.GetGrain<ITenantGrain>(EntityKeys.TenantOf(Key)).Get();
        }

        bool isNew = State.Definition is null;
        State.Definition = definition;
        await Settle();
        try
        {
            await announcement.TryNow();
        }
        catch (RefusalException) when (isNew)
        {
            await Forget();
            throw;
        }
    }

    public async Task<ReportAnswer[]> Report(HopReport[] reports)
    {
        MustExist();
        if (reports.Length > ReportsMax)
            throw new LimitReachedException($"{reports.Length} reports came in one call; at most {ReportsMax} are taken. Send them in parts.");
        var now = Now;
        var repeated = new bool[reports.Length];
        RefusalException? refusal = null;
        bool changed = false;
        for (int i = 0; i < reports.Length && refusal is null; i++)
        {
            try
            {
                changed |= Take(reports[i], now, out repeated[i]);
            }
            catch (RefusalException refused)
            {
                LedgerMessages.ReportRefused(logger, reports[i].Hop, reports[i].Instance, Key, refused.Message);
                instruments.Refused();
                refusal = refused;
            }
        }

        // Those before the refused one count; sent again, they are recognised.
        if (changed)
            await Settle();
        else
            await writer.Pending;
        return refusal is null
            ? [.. reports.Select((report, i) => new ReportAnswer(Book.LastOf(report.Hop, report.Instance) ?? report.To, answered, repeated[i]))]
            : throw refusal;
    }

    public async Task Seal(string origin, long stamp)
    {
        MustExist();
        if (origin is null or { Length: 0 or > 120 })
            throw new InvalidInputException("origin", "An origin has 1 to 120 characters.");
        if (Book.Seal(origin, stamp, Now))
            await Settle();
        else
            await writer.Pending;
    }

    public Task<long?> LastOf(string hop, string instance)
    {
        MustExist();
        return Task.FromResult(Book.LastOf(hop, instance));
    }

    public async Task Retire(string hop, string instance)
    {
        MustExist();
        if (Book.Retire(hop, instance))
            await Settle();
    }

    public async Task<ChannelView> Get(int windowsMax)
    {
        MustExist();
        if (windowsMax is < 1 or > WindowsShownMax)
            throw new InvalidInputException("windows", $"{windowsMax} windows cannot be shown; ask for 1 to {WindowsShownMax}.");
        await LoadBlocks();
        var closed = windows.Items.Concat(State.Recent).DistinctBy(window => window.Number);
        return new LedgerViews(State, Key, rates, Now).View(closed, windowsMax);
    }

    public Task<ChannelSummary> GetSummary()
    {
        MustExist();
        return Task.FromResult(new LedgerViews(State, Key, rates, Now).Summary());
    }

    public async Task<Page<Gap>> ListGaps(bool? open, PageRequest page)
    {
        MustExist();
        IEnumerable<Gap> found = open == false ? [] : State.OpenGaps.Values;
        if (open != true)
        {
            await LoadBlocks();
            found = found.Concat(gaps.Items.Concat(State.EndedGaps).DistinctBy(gap => gap.Id).Where(gap => !State.OpenGaps.ContainsKey(gap.Id)));
        }

        return Pages.Cut(found, gap => gap.Id, (gap, text) => Pages.AnyContains(text, gap.Id, gap.Hop, gap.Origin, gap.Note), page, descending: true);
    }

    public async Task<Gap> GetGap(string gap)
    {
        MustExist();
        if (Book.FindOpen(gap) is { } found)
            return found;
        await LoadBlocks();
        return gaps.Items.Concat(State.EndedGaps).LastOrDefault(ended => ended.Id == gap)
            ?? throw new NotFoundException($"The channel '{Key}' has no gap '{gap}'; the newest {GapBounds.ItemsMax} ended ones are kept.");
    }

    public async Task<Gap> Repair(string gap, string user)
    {
        await GetGap(gap);
        Book.BeginRepair(gap, user, Now);
        LedgerMessages.RepairBegun(logger, user, gap, Key);
        repairs.Enqueue(gap);
        await Settle();
        return Book.FindOpen(gap) ?? await GetGap(gap);
    }

    public async Task<Gap> Accept(string gap, string user, string note)
    {
        await GetGap(gap);
        var accepted = Book.Accept(gap, user, note, Now);
        LedgerMessages.GapAccepted(logger, user, gap, Key, accepted.Note!);
        await Settle();
        return accepted;
    }

    public async Task Delete()
    {
        MustExist();
        State.Deleting = true;
        await writer.WriteAsync();
        await announcement.TryNow();
    }

    bool Take(HopReport report, DateTimeOffset now, out bool repeated)
    {
        var before = (State.Sequence, Book.LastOf(report.Hop, report.Instance), Book.PassedOf(report.Hop, report.Instance));
        repeated = Book.Report(report, now);
        instruments.Reported(report, repeated);
        if (!repeated && report.Entries.Count > 0)
            Meter(report, now);
        return before != (State.Sequence, Book.LastOf(report.Hop, report.Instance), Book.PassedOf(report.Hop, report.Instance));
    }

    void Meter(HopReport report, DateTimeOffset now)
    {
        if (!rates.TryGetValue(report.Hop, out var meters))
            rates[report.Hop] = meters = new HopRates();
        foreach (var entry in report.Entries)
        {
            if (entry.Side == HopSide.Took)
                meters.Took.Add(entry.Receipt.Records, now);
            else if (entry.Side == HopSide.Gave)
                meters.Gave.Add(entry.Receipt.Records, now);
        }
    }

    void MustExist()
    {
        if (!Exists)
            throw new NotFoundException($"There is no channel '{Key}'.");
    }
}

using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

/// <summary>What the ledger does beside its calls: judging by time, alarms, blocks of what ended.</summary>
sealed partial class LedgerGrain
{
    const string Upkeep = "upkeep";
    const int ArchivedAtOnce = 50;

    static readonly TimeSpan UpkeepPeriod = TimeSpan.FromMinutes(1);
    static readonly TimeSpan UpkeepPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);
    static readonly BlockListBounds WindowBounds = new(2_000, ItemsPerBlock: 250, BytesPerBlock: 256 * 1024);
    static readonly BlockListBounds GapBounds = new(1_000, ItemsPerBlock: 250, BytesPerBlock: 256 * 1024);

    IGrainTimer? upkeep;
    Task? loading;
    bool upkeepRuns;
    bool hasReminder;
    bool reminderKnown;
    bool alarmsChanged;
    long answered;

    /// <summary>The activation alone does it: it starts the timers.</summary>
    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        reminderKnown = hasReminder = true;
        return Task.CompletedTask;
    }

    void Resume()
    {
        foreach (var gap in State.OpenGaps.Values.Where(gap => gap.Repair is { State: RepairState.Comparing or RepairState.Sending }).ToArray())
            Book.FailRepair(gap.Id, "The ledger was started anew meanwhile. Ask for it again: what arrived by then is not sent twice.");
        Book.TakeChanges();
        answered = State.Sequence;
        alarmsChanged = true;
        CountOpenGaps();
        uncompared.UnionWith(State.OpenGaps.Values.Where(gap => gap.Counts is null).Select(gap => gap.Id));
        Schedule(TimeSpan.Zero);
    }

    /// <summary>Judges, stores, and has the rest done: after every change.</summary>
    Task Settle()
    {
        long closed = State.ClosedWindows;
        Book.Evaluate(Now);
        Heed(Book.TakeChanges());
        if (State.ClosedWindows > closed)
            instruments.Closed(State.ClosedWindows - closed);
        answered = State.Sequence;
        Schedule(NextUpkeep());
        return writer.WriteAsync();
    }

    void Heed(List<GapChange> changes)
    {
        foreach (var (gap, happening) in changes)
        {
            alarmsChanged = true;
            if (happening != GapHappening.Ended)
                uncompared.Add(gap.Id);
            if (happening == GapHappening.Changed)
                continue;
            instruments.GapChanged(gap);
            if (happening == GapHappening.Opened)
                LedgerMessages.GapOpened(logger, gap.Id, Key, Math.Abs(gap.Records), gap.Origin, gap.Stamp, gap.Kind, gap.Hop, gap.Inside);
            else
                LedgerMessages.GapEnded(logger, gap.Id, Key, gap.Hop, gap.Stamp, gap.Origin, gap.State, gap.Kind);
        }

        CountOpenGaps();
    }

    void CountOpenGaps()
    {
        instruments.OpenGaps(State.OpenGaps.Count - openGapsCounted);
        openGapsCounted = State.OpenGaps.Count;
    }

    TimeSpan NextUpkeep()
    {
        if (alarmsChanged || repairs.Count > 0 || uncompared.Count > 0)
            return TimeSpan.Zero;
        var now = Now;
        if (State.Recent.Count >= ArchivedAtOnce || State.EndedGaps.Count >= ArchivedAtOnce)
            return UpkeepPause;
        var due = Book.NextDue(now) is { } at && at - now < UpkeepPeriod ? at - now : UpkeepPeriod;
        return due < UpkeepPause ? UpkeepPause : due;
    }

    void Schedule(TimeSpan due)
    {
        if (upkeep is null)
            upkeep = this.RegisterGrainTimer(DoUpkeep, new GrainTimerCreationOptions(due, UpkeepPeriod) { Interleave = true, KeepAlive = true });
        else
            upkeep.Change(due, UpkeepPeriod);
    }

    async Task DoUpkeep(CancellationToken cancellationToken)
    {
        if (upkeepRuns || !Exists)
            return;
        upkeepRuns = true;
        var pause = TimeSpan.Zero;
        try
        {
            await Judge();
            await TellAlarms();
            await CompareSides(cancellationToken);
            await SendRepairs(cancellationToken);
            await Archive();
            await KeepReminder();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            pause = RetryPause;
            // A block that was not written may be in memory only.
            loading = null;
            LedgerMessages.UpkeepFailed(logger, Key, RetryPause, failure);
        }
        finally
        {
            upkeepRuns = false;
        }

        if (Exists)
            Schedule(pause > TimeSpan.Zero ? pause : NextUpkeep());
    }

    async Task Judge()
    {
        var before = State.Sequence;
        Book.Evaluate(Now);
        var changes = Book.TakeChanges();
        if (changes.Count == 0 && before == State.Sequence)
            return;
        Heed(changes);
        await Settle();
    }

    async Task TellAlarms()
    {
        if (!alarmsChanged)
            return;
        alarmsChanged = false;
        try
        {
            await TellBook();
        }
        catch
        {
            alarmsChanged = true;
            throw;
        }
    }

    async Task TellBook()
    {
        var alarms = GrainFactory.GetGrain<IAlarmBookGrain>(EntityKeys.TenantOf(Key));
        var byHop = State.OpenGaps.Values.GroupBy(gap => gap.Hop).ToDictionary(group => group.Key, group => group.ToArray());
        var told = new HashSet<string>(byHop.Keys);
        var ended = State.Alarmed.Except(told).ToArray();
        if (!told.IsSubsetOf(State.Alarmed))
        {
            // Stored first, so that a crash after the alarm does not leave it open for ever.
            State.Alarmed.UnionWith(told);
            await writer.WriteAsync();
        }

        foreach (var (hop, open) in byHop)
            await alarms.Report(LedgerAlarms.Report(Key, hop, open));
        foreach (string hop in ended)
            await alarms.Report(LedgerAlarms.Ended(Key, hop, Now));
        if (ended.Length > 0)
        {
            State.Alarmed.ExceptWith(ended.Where(hop => State.OpenGaps.Values.All(gap => gap.Hop != hop)));
            await writer.WriteAsync();
        }
    }

    async Task Archive()
    {
        await LoadBlocks();
        // The block first: after a crash in between an item is in both, and is known by its number.
        if (State.Recent.ToArray() is { Length: > 0 } closed)
        {
            await windows.AddAsync(closed);
            State.Recent.RemoveRange(0, closed.Length);
            await writer.WriteAsync();
        }

        if (State.EndedGaps.ToArray() is { Length: > 0 } ended)
        {
            await gaps.AddAsync(ended);
            State.EndedGaps.RemoveRange(0, ended.Length);
            await writer.WriteAsync();
        }
    }

    async Task KeepReminder()
    {
        bool needed = State.Windows.Count > 0 || State.Alarmed.Count > 0;
        if (reminderKnown && needed == hasReminder)
            return;
        if (needed)
            await this.RegisterOrUpdateReminder(Upkeep, UpkeepPeriod, UpkeepPeriod);
        else if (await this.GetReminder(Upkeep) is { } reminder)
            await this.UnregisterReminder(reminder);
        (reminderKnown, hasReminder) = (true, needed);
    }

    /// <summary>Shared by calls that interleave.</summary>
    Task LoadBlocks()
    {
        if (loading is null or { IsFaulted: true } or { IsCanceled: true })
            loading = Load();
        return loading;

        async Task Load()
        {
            await windows.LoadAsync();
            await gaps.LoadAsync();
        }
    }

    async Task Announce()
    {
        var directory = GrainFactory.GetGrain<ILedgerDirectoryGrain>(EntityKeys.TenantOf(Key));
        string channel = EntityKeys.Leaf(Key);
        if (!State.Deleting)
        {
            await directory.Set(channel, true);
            return;
        }

        foreach (string hop in State.Alarmed)
            await GrainFactory.GetGrain<IAlarmBookGrain>(EntityKeys.TenantOf(Key)).Report(LedgerAlarms.Ended(Key, hop, Now));
        await directory.Set(channel, false);
        if (await this.GetReminder(Upkeep) is { } reminder)
            await this.UnregisterReminder(reminder);
        await windows.ClearAsync();
        await gaps.ClearAsync();
        await Forget();
    }

    async Task Forget()
    {
        await writer.ClearAsync();
        book = null;
        rates.Clear();
        CountOpenGaps();
        DeactivateOnIdle();
    }
}

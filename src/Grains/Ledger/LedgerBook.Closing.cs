using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

enum GapHappening
{
    Opened,
    Changed,
    Ended,
}

readonly record struct GapChange(Gap Gap, GapHappening Happening);

/// <summary>Who is through, what is uneven, what can be closed.</summary>
sealed partial class LedgerBook
{
    /// <summary>Most closed windows, and most ended gaps, that wait to be put into blocks; older ones are forgotten, their sums are not.</summary>
    const int WaitingMax = 1_000;

    List<GapChange> changes = [];

    /// <summary>Looks at every window in motion. Called after whatever changed, and when <see cref="NextDue"/> comes.</summary>
    public void Evaluate(DateTimeOffset now)
    {
        var passed = Definition.Hops.ToDictionary(hop => hop.Name, hop => PassedBy(hop.Name));
        foreach (var window in state.Windows.ToArray())
        {
            if (!Advance(window, passed, now))
                continue;
            Compare(window, now);
            if (IsDone(window))
                Close(window);
        }
    }

    /// <summary>When a hop will count as late or, if it states nothing, as through; null: time alone changes nothing.</summary>
    public DateTimeOffset? NextDue(DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var window in state.Windows)
            foreach (var hop in Definition.Hops)
            {
                if (hop.Upstream.Count == 0 || window.Of(hop.Name).ThroughAt > 0 || UpstreamSince(window, hop) is not { } since)
                    continue;
                var due = since.AddSeconds(Definition.LateSeconds);
                if (due > now && (next is null || due < next))
                    next = due;
            }

        return next;
    }

    /// <summary>Least that all instances of a hop passed; null where it reported and never stated anything. A hop of which nothing was heard yet has passed nothing.</summary>
    long? PassedBy(string hop)
    {
        if (!state.Instances.TryGetValue(hop, out var instances) || instances.Count == 0)
            return 0;
        if (instances.Values.All(instance => instance.Passed == 0))
            return null;
        return instances.Values.Min(instance => instance.Passed);
    }

    /// <summary>Finds who is through the window by now.</summary>
    /// <returns>Whether it is sealed.</returns>
    bool Advance(WindowAccount window, Dictionary<string, long?> passed, DateTimeOffset now)
    {
        if (!(state.Origins[window.Origin].Sealed >= window.Stamp))
            return false;
        foreach (var hop in Definition.Hops)
        {
            var counts = window.Of(hop.Name);
            if (hop.Upstream.Count == 0)
            {
                Through(counts, 1, now);
                continue;
            }

            long needed = UpstreamThroughAt(window, hop);
            bool through = needed > 0 && (passed[hop.Name] is { } reached
                ? reached >= needed
                : UpstreamSince(window, hop) is { } since && now >= since.AddSeconds(Definition.LateSeconds));
            if (through)
                Through(counts, needed, now);
            else
                (counts.ThroughAt, counts.ThroughFor) = (0, 0);
        }

        return true;
    }

    void Through(HopWindow counts, long needed, DateTimeOffset now)
    {
        if (counts.ThroughFor < needed)
        {
            // A number of its own: one that was handed out before says nothing of this moment.
            counts.ThroughAt = ++state.Sequence;
            counts.ThroughFor = needed;
            counts.ThroughSince = now;
        }

        if (counts.GaveAt > counts.ThroughAt)
        {
            counts.ThroughAt = counts.GaveAt;
            counts.ThroughSince = now;
        }
    }

    static long UpstreamThroughAt(WindowAccount window, HopDefinition hop)
    {
        long at = 0;
        foreach (string upstream in hop.Upstream)
        {
            long through = window.Of(upstream).ThroughAt;
            if (through == 0)
                return 0;
            at = Math.Max(at, through);
        }

        return at;
    }

    static DateTimeOffset? UpstreamSince(WindowAccount window, HopDefinition hop)
    {
        DateTimeOffset? since = null;
        foreach (string upstream in hop.Upstream)
        {
            var counts = window.Of(upstream);
            if (counts.ThroughAt == 0)
                return null;
            if (since is null || counts.ThroughSince > since)
                since = counts.ThroughSince;
        }

        return since;
    }

    void Compare(WindowAccount window, DateTimeOffset now)
    {
        foreach (var hop in Definition.Hops)
        {
            var counts = window.Of(hop.Name);
            if (hop.Upstream.Count > 0)
            {
                var gave = GivenTo(window, hop);
                bool late = counts.ThroughAt == 0 && UpstreamSince(window, hop) is { } since && now >= since.AddSeconds(Definition.LateSeconds)
                    && counts.TookAll.Records < gave.Records;
                Judge(window, hop, inside: false, gave, counts.TookAll, counts.ThroughAt > 0, late, contents: true, now);
            }

            if (hop.Account != HopAccount.None)
                Judge(window, hop, inside: true, counts.TookAll, counts.Accounted, counts.ThroughAt > 0, late: false, hop.Account == HopAccount.Content, now);
        }
    }

    static Receipt GivenTo(WindowAccount window, HopDefinition hop)
    {
        var gave = Receipt.Empty;
        foreach (string upstream in hop.Upstream)
            gave += window.Of(upstream).GaveAll;
        return gave;
    }

    void Judge(WindowAccount window, HopDefinition hop, bool inside, Receipt should, Receipt did, bool through, bool late, bool contents, DateTimeOffset now)
    {
        if (window.Accepted?.Contains(WindowAccount.AccountOf(hop.Name, inside)) == true)
            return;
        var open = gapIds.TryGetValue((hop.Name, inside, window.Origin, window.Stamp), out string? id) ? state.OpenGaps[id] : null;
        long records = should.Records - did.Records;
        bool even = records == 0 && (!contents || (should.Hash == did.Hash && should.Bytes == did.Bytes));
        if (even)
        {
            // Even for now is even enough only when nothing more is to come.
            if (open is not null && (through || open.Kind == GapKind.Late))
                End(Arrive(open, 0), GapState.Closed, now);
        }
        else if (through || late)
        {
            if (open is null)
                Open(window, hop, inside, records, through, now);
            else
                Change(open, window, records, through);
        }
    }

    void Open(WindowAccount window, HopDefinition hop, bool inside, long records, bool through, DateTimeOffset now)
    {
        string id = $"{now.ToUnixTimeMilliseconds():x11}-{++state.Numbers:x6}";
        var gap = new Gap(
            id, hop.Name, inside, window.Origin, window.Stamp, window.StampFirst, through ? KindOf(records, null) : GapKind.Late, GapState.Open, records, Counts: null, Late: 0,
            now, ClosedAt: null, Repair: null, AcceptedBy: null, Note: null);
        gapIds[(hop.Name, inside, window.Origin, window.Stamp)] = id;
        Store(gap, GapHappening.Opened);
    }

    void Change(Gap open, WindowAccount window, long records, bool through)
    {
        var changed = Arrive(open, records) with { StampFirst = window.StampFirst };
        if (open.Kind == GapKind.Late ? through : records != open.Records)
            changed = changed with { Kind = KindOf(records, changed.Counts) };
        if (changed != open)
            Store(changed, GapHappening.Changed);
    }

    /// <summary>What of the missing has come since, and how.</summary>
    static Gap Arrive(Gap gap, long records)
    {
        long missing = gap.Counts?.Missing ?? Math.Max(gap.Records, 0);
        long arrived = Math.Min(gap.Records - records, missing);
        if (arrived <= 0)
            return gap with { Records = records };
        var repair = gap.Repair is { State: RepairState.Sending or RepairState.Sent } running ? running : null;
        return gap with
        {
            Records = records,
            Counts = gap.Counts is { } counts ? counts with { Missing = counts.Missing - arrived } : null,
            Repair = repair is null ? gap.Repair : repair with { Arrived = repair.Arrived + arrived },
            Late = repair is null ? gap.Late + arrived : gap.Late,
        };
    }

    static GapKind KindOf(long records, GapCounts? counts)
    {
        if (counts is null)
            return records > 0 ? GapKind.Missing : records < 0 ? GapKind.Doubled : GapKind.Altered;
        return counts.Missing > 0 ? GapKind.Missing : counts.Altered > 0 ? GapKind.Altered : GapKind.Doubled;
    }

    void End(Gap gap, GapState ending, DateTimeOffset now)
    {
        gap = gap with
        {
            State = ending,
            ClosedAt = now,
            Kind = ending == GapState.Closed && gap.Late > 0 ? GapKind.Late : gap.Kind,
            Repair = ending == GapState.Closed && gap.Repair is { State: RepairState.Sending or RepairState.Sent } repair ? repair with { State = RepairState.Done } : gap.Repair,
        };
        state.OpenGaps.Remove(gap.Id);
        gapIds.Remove((gap.Hop, gap.Inside, gap.Origin, gap.Stamp));
        state.EndedGaps.Add(gap);
        if (state.EndedGaps.Count > WaitingMax)
            state.EndedGaps.RemoveAt(0);
        changes.Add(new GapChange(gap, GapHappening.Ended));
    }

    void Store(Gap gap, GapHappening happening)
    {
        state.OpenGaps[gap.Id] = gap;
        changes.Add(new GapChange(gap, happening));
    }

    bool IsDone(WindowAccount window)
    {
        foreach (var hop in Definition.Hops)
            if (window.Of(hop.Name).ThroughAt == 0 || gapIds.ContainsKey((hop.Name, false, window.Origin, window.Stamp)) || gapIds.ContainsKey((hop.Name, true, window.Origin, window.Stamp)))
                return false;
        return true;
    }

    void Close(WindowAccount window)
    {
        Remove(window);
        state.ClosedWindows++;
        var counts = window.Hops.ToDictionary(hop => hop.Key, hop => new HopCounts(hop.Value.TookAll.Records, hop.Value.GaveAll.Records, hop.Value.Accounted.Records - hop.Value.GaveAll.Records));
        state.Recent.Add(new ClosedWindow(++state.Numbers, window.Origin, window.Stamp, window.StampFirst, counts, window.Accepted is not null));
        if (state.Recent.Count > WaitingMax)
            state.Recent.RemoveAt(0);
    }
}

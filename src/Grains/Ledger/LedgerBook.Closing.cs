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

    /// <summary>By how much the sides differed when a gap was compared last.</summary>
    readonly Dictionary<string, UInt128> comparedAt = [];

    List<GapChange> changes = [];

    /// <summary>Looks at every window in motion. Called after whatever changed, and when <see cref="NextDue"/> comes.</summary>
    public void Evaluate(DateTimeOffset now)
    {
        var passed = Definition.Hops.ToDictionary(hop => hop.Name, PassedBy);
        foreach (var window in state.Windows.ToArray())
        {
            if (!Advance(window, passed, now))
                continue;
            if (Compare(window, passed, now))
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
                var counts = window.Of(hop.Name);
                if (hop.Upstream.Count == 0 || (counts.ThroughAt > 0 ? counts.TookSince : UpstreamSince(window, hop)) is not { } since)
                    continue;
                var due = since.AddSeconds(Definition.LateSeconds);
                if (due > now && (next is null || due < next))
                    next = due;
            }

        return next;
    }

    /// <summary>Least that all instances of a hop passed; null where it reported and never stated anything. A hop of which nothing was heard yet has passed nothing.</summary>
    long? PassedBy(HopDefinition hop)
    {
        if (!state.Instances.TryGetValue(hop.Name, out var instances) || instances.Count < Math.Max(1, hop.Instances))
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

    /// <returns>Whether every hop is through, and all is even or accepted.</returns>
    bool Compare(WindowAccount window, Dictionary<string, long?> passed, DateTimeOffset now)
    {
        bool done = true;
        foreach (var hop in Definition.Hops)
        {
            var counts = window.Of(hop.Name);
            bool through = counts.IsRipe = counts.ThroughAt > 0;
            done &= through;
            if (hop.Upstream.Count > 0)
            {
                var gave = GivenTo(window, hop);
                bool late = !through && UpstreamSince(window, hop) is { } since && now >= since.AddSeconds(Definition.LateSeconds) && counts.TookAll.Records < gave.Records;
                bool settled = IsSettled(window, hop, counts, passed, now);
                counts.IsRipe = through && settled;
                done &= Judge(window, hop, inside: false, gave, counts.TookAll, through, late, settled, contents: true, now);
            }

            if (hop.Account != HopAccount.None)
                done &= Judge(window, hop, inside: true, counts.TookAll, counts.Accounted, through, late: false, settled: true, hop.Account == HopAccount.Content, now);
        }

        return done;
    }

    /// <summary>Whether all that the hop took is surely counted as given, if it was given.</summary>
    bool IsSettled(WindowAccount window, HopDefinition hop, HopWindow counts, Dictionary<string, long?> passed, DateTimeOffset now)
    {
        if (counts.TookSince is not { } since || now >= since.AddSeconds(Definition.LateSeconds))
            return true;
        foreach (string upstream in hop.Upstream)
        {
            long said = Definition.Hops.First(other => other.Name == upstream).Upstream.Count == 0 ? state.Origins[window.Origin].SealedAt : passed[upstream] ?? 0;
            if (said < counts.TookAt)
                return false;
        }

        return true;
    }

    static Receipt GivenTo(WindowAccount window, HopDefinition hop)
    {
        var gave = Receipt.Empty;
        foreach (string upstream in hop.Upstream)
            gave += window.Of(upstream).GaveAll;
        return gave;
    }

    /// <returns>Whether it is even or accepted.</returns>
    bool Judge(
        WindowAccount window, HopDefinition hop, bool inside, Receipt should, Receipt did, bool through, bool late, bool settled, bool contents, DateTimeOffset now)
    {
        if (window.Accepted?.Contains(WindowAccount.AccountOf(hop.Name, inside)) == true)
            return true;
        var open = gapIds.TryGetValue((hop.Name, inside, window.Origin, window.Stamp), out string? id) ? state.OpenGaps[id] : null;
        long records = should.Records - did.Records;
        if (records == 0 && (!contents || (should.Hash == did.Hash && should.Bytes == did.Bytes)))
        {
            if (open is not null)
                End(Arrive(open, 0, even: true), GapState.Closed, now);
            return true;
        }

        if (!through && !late)
            return false;
        if (open is null && (settled || records > 0))
            Open(window, hop, inside, records, through, now);
        else if (open is not null && settled)
            Change(open, window, records, through, unchecked(should.Hash - did.Hash));
        return false;
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

    void Change(Gap open, WindowAccount window, long records, bool through, UInt128 difference)
    {
        var changed = Arrive(open, records) with { StampFirst = window.StampFirst };
        if (open.Kind == GapKind.Late ? through : records != open.Records)
            changed = changed with { Kind = KindOf(records, changed.Counts) };
        if (changed != open || (comparedAt.TryGetValue(open.Id, out var compared) && compared != difference))
        {
            // It is compared again, once for this difference.
            comparedAt.Remove(open.Id);
            Store(changed, GapHappening.Changed);
        }
    }

    /// <summary>What of the missing has come since. Where it is known which they were, only the next comparison can tell, or that all is even.</summary>
    Gap Arrive(Gap gap, long records, bool even = false)
    {
        bool known = state.Lacking.TryGetValue(gap.Id, out var lacking);
        long missing = gap.Counts?.Missing ?? Math.Max(gap.Records, 0);
        long arrived = !known ? Math.Min(gap.Records - records, missing) : even ? lacking!.Length : 0;
        gap = gap with { Records = records };
        if (arrived <= 0)
            return gap;
        return Credit(gap, arrived) with { Counts = gap.Counts is { } counts ? counts with { Missing = Math.Max(0, counts.Missing - arrived) } : null };
    }

    /// <summary>Missing records came: of a repair, or late by themselves.</summary>
    static Gap Credit(Gap gap, long arrived)
    {
        var repair = gap.Repair is { State: RepairState.Sending or RepairState.Sent } running ? running : null;
        return gap with
        {
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
            Repair = ending == GapState.Closed && gap.Repair is { State: RepairState.Sending or RepairState.Sent } repair
                ? repair with { State = RepairState.Done, Sent = Math.Max(repair.Sent, repair.Arrived) }
                : gap.Repair,
        };
        state.OpenGaps.Remove(gap.Id);
        state.Lacking.Remove(gap.Id);
        comparedAt.Remove(gap.Id);
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

using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

/// <summary>
/// The account of a channel, without time, storage or network of its own.
/// </summary>
/// <remarks>
/// <para><b>Data.</b> A window is (origin, stamp); for each hop it sums what the hop took, gave and rejected. Receipts add up, so it does not matter
/// in which order reports come or how ranges were cut.</para>
/// <para><b>Through.</b> Uneven sums mean nothing while records are on their way. So the ledger numbers what happens (<see cref="LedgerState.Sequence"/>).
/// A source is through a window once the origin sealed it. Another hop is through once all hops upstream are, and each of its instances
/// stated to have dealt with everything that was upstream at a sequence at or after theirs: the number was handed out after they
/// were through, so what the instance then found upstream was all there is. Whoever gives something more into the window moves its number up,
/// and the hops below have to pass again. A hop that never states anything counts as through a set time after those upstream.</para>
/// <para><b>Uneven.</b> Only a hop that is through is compared: with what its upstream hops gave together, and inside with what it gave and rejected. A
/// difference is a gap, and remains one until it evens out or a person accepts it. A hop that is not through in time is late.</para>
/// <para><b>Settled.</b> What a hop took may be counted before the report that says it was given: reports come in any order, and a source may give into a window
/// that it sealed. So too many, or others than were given, are believed only once each hop upstream said something that it learned after they were
/// counted (a source: sealed anew); its reports come in order, so nothing that it gave before is outstanding then. Too few need no such wait.</para>
/// <para><b>Closed.</b> A window through which all hops are and where all is even leaves the account. Whatever comes for it afterwards makes a new one
/// of the same name, which must come out even by itself.</para>
/// <para><b>Bounds.</b> Where too many windows are in motion, an origin's two oldest are counted as one: the sums stay exact, only the time is coarser.</para>
/// <para><b>Not guaranteed.</b> A hop that states to have passed what it did not is believed: its loss shows, but as missing rather than late.</para>
/// </remarks>
sealed partial class LedgerBook(LedgerState state, LedgerOptions options)
{
    const int NameLengthMax = 120;

    readonly Dictionary<(string Origin, long Stamp), WindowAccount> windows = state.Windows.ToDictionary(window => (window.Origin, window.Stamp));
    readonly Dictionary<(string Hop, bool Inside, string Origin, long Stamp), string> gapIds =
        state.OpenGaps.Values.ToDictionary(gap => (gap.Hop, gap.Inside, gap.Origin, gap.Stamp), gap => gap.Id);

    ChannelDefinition Definition => state.Definition!;

    /// <summary>Gaps that were opened, changed or ended since this was asked last.</summary>
    public List<GapChange> TakeChanges()
    {
        var taken = changes;
        changes = [];
        return taken;
    }

    /// <summary>Counts one report.</summary>
    /// <returns>Whether it was taken before, and so was not counted now.</returns>
    public bool Report(HopReport report, DateTimeOffset now)
    {
        var instance = Check(report);
        bool repeated = instance is not null && report.To > report.From && report.To <= instance.To;
        if (instance is null)
            InstancesOf(report.Hop)[report.Instance] = instance = new InstanceState { To = report.From };
        instance.At = now;
        state.LastReportAt = now;
        if (!repeated && report.To > report.From)
        {
            instance.To = report.To;
            Count(report, now);
        }

        // A number that was not handed out yet is of a ledger that was lost; it says nothing here.
        if (report.Passed > instance.Passed && report.Passed <= state.Sequence)
            instance.Passed = report.Passed;
        return repeated;
    }

    /// <returns>Whether the origin was not sealed so far.</returns>
    public bool Seal(string origin, long stamp, DateTimeOffset now)
    {
        var known = OriginOf(origin, now);
        if (known.Sealed >= stamp)
            return false;
        known.Sealed = stamp;
        known.SeenAt = now;
        known.SealedAt = ++state.Sequence;
        return true;
    }

    public bool Retire(string hop, string instance) => state.Instances.TryGetValue(hop, out var instances) && instances.Remove(instance);

    public long? LastOf(string hop, string instance) =>
        state.Instances.TryGetValue(hop, out var instances) && instances.TryGetValue(instance, out var known) ? known.To : null;

    public long PassedOf(string hop, string instance) =>
        state.Instances.TryGetValue(hop, out var instances) && instances.TryGetValue(instance, out var known) ? known.Passed : 0;

    InstanceState? Check(HopReport report)
    {
        if (!Definition.Hops.Any(hop => hop.Name == report.Hop))
            throw new NotFoundException($"The channel has no hop '{report.Hop}'. Its hops are {string.Join(", ", Definition.Hops.Select(hop => hop.Name))}.");
        if (report.Instance.Length is 0 or > NameLengthMax)
            throw new InvalidInputException("instance", $"The instance's name has {report.Instance.Length} characters; give it 1 to {NameLengthMax}.");
        if (report.To < report.From || (report.To == report.From && report.Entries.Count > 0))
            throw new InvalidInputException("to", $"The range of '{report.Hop}/{report.Instance}' runs from {report.From} to {report.To} with {report.Entries.Count} entries; entries need a range.");
        if (report.Entries.Count > options.EntriesMax)
            throw new LimitReachedException($"A report of '{report.Hop}/{report.Instance}' has {report.Entries.Count} entries; at most {options.EntriesMax} are taken. Report shorter ranges.");
        foreach (var entry in report.Entries)
            if (entry.Origin is null or { Length: 0 or > NameLengthMax } || entry.Receipt.Records < 0)
                throw new InvalidInputException("entries", $"A report of '{report.Hop}/{report.Instance}' has an entry of origin '{entry.Origin}' with {entry.Receipt.Records} records; origins have 1 to {NameLengthMax} characters, and records are counted from 0.");
        var origins = report.Entries.Select(entry => entry.Origin).Distinct().Where(origin => !state.Origins.ContainsKey(origin)).ToArray();
        if (state.Origins.Count + origins.Length > options.OriginsMax)
            MakeRoom(origins.Length);
        var instances = InstancesOf(report.Hop);
        if (!instances.TryGetValue(report.Instance, out var known))
        {
            return instances.Count < options.InstancesMax
                ? null
                : throw new LimitReachedException($"'{report.Hop}' has {instances.Count} instances, the most a hop may have. Retire those that are gone.");
        }

        if (report.To == report.From || report.To <= known.To || report.From == known.To)
            return known;
        throw new ConflictException(report.From > known.To
            ? $"'{report.Hop}/{report.Instance}' reports {report.From} to {report.To}, but its reports end at {known.To}: {known.To} to {report.From} is a hole. Send that first."
            : $"'{report.Hop}/{report.Instance}' reports {report.From} to {report.To}, but its reports end at {known.To}, within that range. Send the ranges as they were cut first; reports are stored with the offsets for this.");
    }

    void Count(HopReport report, DateTimeOffset now)
    {
        if (report.Entries.Count == 0)
            return;
        state.Sequence++;
        if (!state.Totals.TryGetValue(report.Hop, out var totals))
            state.Totals[report.Hop] = totals = new HopSums();
        foreach (var entry in report.Entries)
        {
            if (entry.Receipt.Records == 0)
                continue;
            OriginOf(entry.Origin, now).SeenAt = now;
            var hop = WindowOf(entry.Origin, entry.Stamp).Of(report.Hop);
            hop.Add(entry.Side, entry.Receipt);
            totals.Add(entry.Side, entry.Receipt);
            if (entry.Side == HopSide.Gave)
                hop.GaveAt = state.Sequence;
            else if (entry.Side == HopSide.Took)
                (hop.TookAt, hop.TookSince) = (state.Sequence, now);
        }

        while (state.Windows.Count > options.WindowsMax && MergeOldest(now))
        {
        }
    }

    WindowAccount WindowOf(string origin, long stamp)
    {
        if (state.Origins[origin].MergedTo is { } merged && stamp < merged && windows.TryGetValue((origin, merged), out var coarse))
        {
            coarse.StampFirst = Math.Min(coarse.StampFirst, stamp);
            return coarse;
        }

        if (!windows.TryGetValue((origin, stamp), out var window))
        {
            windows[(origin, stamp)] = window = new WindowAccount { Origin = origin, Stamp = stamp, StampFirst = stamp };
            state.Windows.Add(window);
        }

        return window;
    }

    bool MergeOldest(DateTimeOffset now)
    {
        var most = state.Windows.GroupBy(window => window.Origin).MaxBy(group => group.Count())!.OrderBy(window => window.Stamp).Take(2).ToArray();
        if (most is not [var older, var newer])
            return false;
        foreach (var (hop, counts) in older.Hops)
            newer.Of(hop).Add(counts);
        foreach (var counts in newer.Hops.Values)
            (counts.ThroughAt, counts.ThroughFor, counts.ThroughSince) = (0, 0, null);
        newer.StampFirst = Math.Min(older.StampFirst, newer.StampFirst);
        state.Origins[newer.Origin].MergedTo = newer.Stamp;
        foreach (var gap in state.OpenGaps.Values.Where(gap => gap.Origin == older.Origin && gap.Stamp == older.Stamp).ToArray())
            End(gap with { Note = $"Too many windows are in motion: it is counted on in window {newer.Stamp}." }, GapState.Closed, now);
        Remove(older);
        return true;
    }

    void Remove(WindowAccount window)
    {
        windows.Remove((window.Origin, window.Stamp));
        state.Windows.Remove(window);
    }

    OriginState OriginOf(string origin, DateTimeOffset now)
    {
        if (state.Origins.TryGetValue(origin, out var known))
            return known;
        if (state.Origins.Count >= options.OriginsMax)
            MakeRoom(1);
        return state.Origins[origin] = new OriginState { SeenAt = now };
    }

    void MakeRoom(int wanted)
    {
        var busy = state.Windows.Select(window => window.Origin).ToHashSet();
        var idle = state.Origins.Where(origin => !busy.Contains(origin.Key)).OrderBy(origin => origin.Value.SeenAt).Take(wanted).ToArray();
        if (state.Origins.Count - idle.Length + wanted > options.OriginsMax)
            throw new LimitReachedException($"The channel has {state.Origins.Count} origins, {busy.Count} of them with windows in motion; {options.OriginsMax} are the most. Use coarser origins or more channels.");
        foreach (var origin in idle)
            state.Origins.Remove(origin.Key);
    }

    Dictionary<string, InstanceState> InstancesOf(string hop)
    {
        if (!state.Instances.TryGetValue(hop, out var instances))
            state.Instances[hop] = instances = [];
        return instances;
    }
}

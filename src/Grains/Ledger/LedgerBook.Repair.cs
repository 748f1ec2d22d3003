using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

/// <summary>Which hops to ask about a gap.</summary>
/// <param name="Should">Hops that hold what should have come, with the side to ask for.</param>
/// <param name="Did">The hop that holds what came.</param>
/// <param name="Records">About how many records each side has.</param>
sealed record GapSides(Gap Gap, IReadOnlyList<HopDefinition> Should, HopSide ShouldSide, HopDefinition Did, IReadOnlyList<HopSide> DidSides, long Records);

/// <summary>Gaps compared record by record, sent again, accepted.</summary>
sealed partial class LedgerBook
{
    /// <summary>Most hashes of missing records that are kept with a gap.</summary>
    public const int LackingKeptMax = 1_000;

    const int NoteLengthMax = 1_000;

    public Gap? FindOpen(string id) => state.OpenGaps.GetValueOrDefault(id);

    /// <summary>Whom to ask about a gap; null where one of them cannot be asked, or where the contents of both sides differ by nature.</summary>
    public GapSides? SidesOf(Gap gap)
    {
        if (Definition.Hops.FirstOrDefault(hop => hop.Name == gap.Hop) is not { Grain: not null } did || !windows.TryGetValue((gap.Origin, gap.Stamp), out var window))
            return null;
        var counts = window.Of(gap.Hop);
        if (gap.Inside)
        {
            return did.Account == HopAccount.Content
                ? new GapSides(gap, [did], HopSide.Took, did, [HopSide.Gave, HopSide.Rejected], Math.Max(counts.TookAll.Records, counts.Accounted.Records))
                : null;
        }

        var should = Definition.Hops.Where(hop => did.Upstream.Contains(hop.Name)).ToArray();
        return should.Any(hop => hop.Grain is null)
            ? null
            : new GapSides(gap, should, HopSide.Gave, did, [HopSide.Took], Math.Max(GivenTo(window, did).Records, counts.TookAll.Records));
    }

    /// <summary>Both sides were compared. Hops run ahead of their reports: it counts only if it was of what the account holds now.</summary>
    /// <param name="id">The gap.</param>
    /// <param name="difference">See <see cref="HashSides.Difference"/>, of all slices together.</param>
    /// <param name="counts">What was found.</param>
    /// <param name="lacking">Hashes of all that lacks, or null where there are more than <see cref="LackingKeptMax"/>.</param>
    /// <returns>Whether it counted, or the gap is gone; else it has to be compared again.</returns>
    public bool Compared(string id, UInt128 difference, GapCounts counts, UInt128[]? lacking)
    {
        if (FindOpen(id) is not { } gap || !windows.TryGetValue((gap.Origin, gap.Stamp), out var window))
            return true;
        var (should, did) = AccountOf(window, gap);
        if (unchecked(should.Hash - did.Hash) != difference || !IsRipe(gap))
            return false;
        comparedAt[id] = difference;
        if (lacking is not null && state.Lacking.TryGetValue(id, out var before))
            gap = Credit(gap, CountWithout(before, lacking));
        if (lacking is null)
            state.Lacking.Remove(id);
        else
            state.Lacking[id] = lacking;
        // A late one is awaited still, whatever has not come so far.
        Store(gap with { Counts = counts, Kind = gap.Kind == GapKind.Late ? GapKind.Late : KindOf(gap.Records, counts), Note = null }, GapHappening.Changed);
        return true;
    }

    /// <summary>Whether nothing of the gap's window can be on its way, so that it can be compared.</summary>
    public bool IsRipe(Gap gap) => windows.TryGetValue((gap.Origin, gap.Stamp), out var window) && window.Of(gap.Hop).IsRipe;

    (Receipt Should, Receipt Did) AccountOf(WindowAccount window, Gap gap)
    {
        var counts = window.Of(gap.Hop);
        return gap.Inside
            ? (counts.TookAll, counts.Accounted)
            : (GivenTo(window, Definition.Hops.First(hop => hop.Name == gap.Hop)), counts.TookAll);
    }

    /// <summary>How many of the first are not among the second, each as often as it stands there.</summary>
    static long CountWithout(UInt128[] before, UInt128[] after)
    {
        var left = after.GroupBy(hash => hash).ToDictionary(group => group.Key, group => group.Count());
        long gone = 0;
        foreach (var hash in before)
        {
            if (left.TryGetValue(hash, out int count) && count > 0)
                left[hash] = count - 1;
            else
                gone++;
        }

        return gone;
    }

    public void NotCompared(string id, string reason)
    {
        if (FindOpen(id) is { } gap)
            Store(gap with { Note = Shorten(reason) }, GapHappening.Changed);
    }

    public Gap BeginRepair(string id, string user, DateTimeOffset now)
    {
        var gap = FindOpen(id) ?? throw new ConflictException($"The gap '{id}' is not open: it evened out, was accepted, or never was. Only open gaps can be repaired.");
        if (gap.Repair is { State: RepairState.Comparing or RepairState.Sending })
            throw new ConflictException($"The gap '{id}' is being repaired since {gap.Repair.StartedAt:u}.");
        if (gap.Repair is { State: RepairState.Sent } sent && sent.Arrived < sent.Sent && now < sent.StartedAt.AddSeconds(Definition.LateSeconds))
            throw new ConflictException($"{sent.Sent} records of the gap '{id}' were sent again at {sent.StartedAt:u} and are on their way; wait until they arrived, or {Definition.LateSeconds} s.");
        if ((gap.Counts?.Missing ?? gap.Records) <= 0 && gap.Kind != GapKind.Altered)
            throw new ConflictException($"The gap '{id}' lacks no records: '{gap.Hop}' has {-gap.Records} too many. Sending again would not help; accept it if it is known.");
        if (!IsRipe(gap))
            throw new ConflictException($"The gap '{id}' may still be filled by what is on its way: '{gap.Hop}' is not through the window. Sending again now would double records.");
        if (SidesOf(gap) is null)
            throw new ConflictException($"The gap '{id}' cannot be repaired from here: the hops around '{gap.Hop}' keep no records that could be asked for.");
        gap = gap with { Repair = new GapRepair(RepairState.Comparing, 0, 0, 0, user, now, null) };
        Store(gap, GapHappening.Changed);
        return gap;
    }

    /// <summary>How far a repair came; of a gap that ended meanwhile there is nothing to note.</summary>
    public void NoteRepair(string id, Func<GapRepair, GapRepair> change)
    {
        if (FindOpen(id) is { Repair: { } repair } gap)
            Store(gap with { Repair = change(repair) }, GapHappening.Changed);
    }

    public void FailRepair(string id, string reason) => NoteRepair(id, repair => repair with { State = RepairState.Failed, Reason = Shorten(reason) });

    public Gap Accept(string id, string user, string note, DateTimeOffset now)
    {
        var gap = FindOpen(id) ?? throw new ConflictException($"The gap '{id}' is not open: it evened out, was accepted, or never was.");
        if (string.IsNullOrWhiteSpace(note) || note.Length > NoteLengthMax)
            throw new InvalidInputException("note", $"Say in 1 to {NoteLengthMax} characters why the gap is accepted.");
        if (windows.TryGetValue((gap.Origin, gap.Stamp), out var window))
            (window.Accepted ??= []).Add(WindowAccount.AccountOf(gap.Hop, gap.Inside));
        End(gap with { AcceptedBy = user, Note = note.Trim() }, GapState.Accepted, now);
        return state.EndedGaps[^1];
    }

    static string Shorten(string text) => text.Length <= NoteLengthMax ? text : text[..NoteLengthMax];
}

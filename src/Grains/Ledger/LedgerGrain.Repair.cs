using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

/// <summary>
/// Gaps compared record by record, and what lacks sent again. Both sides of a gap are asked for the hashes of their records, a slice of the hashes at a
/// time; what should have come and did not is asked of the hop that gave it.
/// </summary>
sealed partial class LedgerGrain
{
    /// <summary>About so many hashes are asked for at a time.</summary>
    const int SliceRecords = 20_000;

    const int SlicesMax = 65_536;
    const int SentAtOnce = 5_000;

    static readonly TimeSpan ComparePause = TimeSpan.FromSeconds(3);

    readonly Queue<string> repairs = [];
    readonly HashSet<string> uncompared = [];

    async Task CompareSides(CancellationToken cancellationToken)
    {
        var again = new List<string>();
        foreach (string id in uncompared.ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            uncompared.Remove(id);
            if (Book.FindOpen(id) is not { } gap || Book.SidesOf(gap) is not { } sides || sides.Records > options.ComparedUnaskedMax)
                continue;
            if (!Book.IsRipe(gap))
            {
                again.Add(id);
                continue;
            }

            try
            {
                var counts = new GapCounts(0, 0, 0);
                var lacking = new List<UInt128>();
                UInt128 difference = 0;
                for (int slice = 0; slice < SlicesOf(sides); slice++)
                {
                    var compared = (await Ask(sides, slice)).Sides;
                    counts = Sum(counts, compared.Count());
                    difference = unchecked(difference + compared.Difference);
                    lacking.AddRange(compared.Missing().Take(LedgerBook.LackingKeptMax + 1 - lacking.Count));
                }

                if (!Book.Compared(id, difference, HashSides.Settle(counts), lacking.Count > LedgerBook.LackingKeptMax ? null : [.. lacking]))
                    again.Add(id);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LedgerMessages.NotCompared(logger, id, Key, failure.Message);
                Book.NotCompared(id, $"The hops could not be compared: {failure.Message}");
            }

            HeedComparison();
            await writer.WriteAsync();
        }

        // The hops are ahead of their reports: a little later they are not.
        if (again.Count == 0)
            return;
        this.RegisterGrainTimer(
            _ =>
            {
                uncompared.UnionWith(again);
                Schedule(TimeSpan.Zero);
                return Task.CompletedTask;
            },
            new GrainTimerCreationOptions(ComparePause, Timeout.InfiniteTimeSpan) { Interleave = true });
    }

    /// <summary>What was compared just now is not compared again for that.</summary>
    void HeedComparison()
    {
        var waiting = uncompared.ToArray();
        Heed(Book.TakeChanges());
        uncompared.IntersectWith(waiting);
    }

    async Task SendRepairs(CancellationToken cancellationToken)
    {
        while (repairs.TryDequeue(out string? id))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Book.FindOpen(id) is not { } gap)
                continue;
            try
            {
                await SendAgain(gap);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                Book.FailRepair(id, failure.Message);
                LedgerMessages.RepairFailed(logger, id, Key, failure.Message);
            }

            HeedComparison();
            await writer.WriteAsync();
        }
    }

    async Task SendAgain(Gap gap)
    {
        var sides = Book.SidesOf(gap) ?? throw new InvalidOperationException($"The hops around '{gap.Hop}' cannot be asked any more.");
        var counts = new GapCounts(0, 0, 0);
        long wanted = 0, sent = 0;
        var window = QueryOf(sides, sides.ShouldSide, 0) with { Slices = 1 };
        for (int slice = 0; slice < SlicesOf(sides); slice++)
        {
            var (compared, holders) = await Ask(sides, slice);
            counts = Sum(counts, compared.Count());
            var missing = compared.Missing().ToArray();
            if (missing.Length == 0)
                continue;
            wanted += missing.Length;
            if (wanted > options.RepairedMax)
                throw new InvalidOperationException($"{wanted} records and more are missing; one repair sends at most {options.RepairedMax} (LedgerOptions.RepairedMax). Replay the hop by time instead.");
            // Stored before the first is sent: what arrives from now on comes of the repair.
            Book.NoteRepair(gap.Id, repair => repair with { State = RepairState.Sending, Wanted = wanted });
            await writer.WriteAsync();
            foreach (var (hop, held) in holders)
                foreach (var part in missing.Where(held.Contains).Chunk(SentAtOnce))
                {
                    int done = await HopOf(hop).SendAgain(window, gap.Hop, part);
                    sent += done;
                    instruments.Resent(done);
                    Book.NoteRepair(gap.Id, repair => repair with { Sent = sent });
                }
        }

        LedgerMessages.RepairSent(logger, gap.Id, Key, sent, wanted);
        Book.NoteRepair(gap.Id, repair => repair with
        {
            State = sent == 0 ? RepairState.Failed : RepairState.Sent,
            Wanted = wanted,
            Sent = sent,
            Reason = sent < wanted ? $"{wanted - sent} of {wanted} records are no longer held upstream of '{gap.Hop}'."
                : wanted == 0 ? "Nothing that was given lacks: there are only records too many." : null,
        });
    }

    async Task<(HashSides Sides, List<(HopDefinition Hop, HashSet<UInt128> Held)> Holders)> Ask(GapSides sides, int slice)
    {
        var compared = new HashSides();
        var holders = new List<(HopDefinition, HashSet<UInt128>)>();
        var seen = new HashSet<UInt128>();
        foreach (var hop in sides.Should)
        {
            var hashes = await HopOf(hop).Hashes(QueryOf(sides, sides.ShouldSide, slice));
            compared.Should(hashes);
            // Each record is asked of one hop only, if two gave the same.
            holders.Add((hop, [.. hashes.Where(seen.Add)]));
        }

        foreach (var side in sides.DidSides)
            compared.Did(await HopOf(sides.Did).Hashes(QueryOf(sides, side, slice)));
        return (compared, holders);
    }

    IHopGrain HopOf(HopDefinition hop) => GrainFactory.GetGrain<IHopGrain>(hop.Grain!, hop.GrainClass);

    static HashQuery QueryOf(GapSides sides, HopSide side, int slice) =>
        new(sides.Gap.Origin, sides.Gap.Stamp, side, slice, SlicesOf(sides), sides.Gap.StampFirst == sides.Gap.Stamp ? null : sides.Gap.StampFirst);

    static int SlicesOf(GapSides sides) => (int)Math.Clamp((sides.Records + SliceRecords - 1) / SliceRecords, 1, SlicesMax);

    static GapCounts Sum(GapCounts left, GapCounts right) => new(left.Missing + right.Missing, left.Doubled + right.Doubled, left.Altered + right.Altered);
}

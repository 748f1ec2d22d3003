namespace Orrery.Interfaces.Ledger;

public enum HopSide
{
    Took,
    Gave,

    /// <summary>Put aside with a reason (a dead letter, a filtered record): accounted for, not passed on.</summary>
    Rejected,
}

/// <summary>
/// What one instance of a hop did over one range of its own work. An instance is what moves on by itself: a partition, an agent, a lander's shard.
/// </summary>
/// <remarks>
/// <para>Ranges are the instance's own, monotone and without holes: offsets, source positions. A report is kept with the instance's own offsets, in the
/// same write, until the ledger acknowledged it; sending it again is harmless, since a range that was taken is not taken twice.</para>
/// <para>A window is (origin, stamp). Origin is where the record began (the record header <c>o</c>, else the topic's own name), stamp is
/// <see cref="LedgerKeys.Stamp"/> of its timestamp; neither is ever recomputed.</para>
/// </remarks>
/// <param name="Hop">The hop's name in the channel.</param>
/// <param name="Instance">1 to 120 characters, the same over restarts.</param>
/// <param name="From">Where the range begins: the <paramref name="To"/> of the report before. The first report of an instance may begin anywhere.</param>
/// <param name="To">Where it ends, exclusive. Equal to <paramref name="From"/> for a report that only states <paramref name="Passed"/>.</param>
/// <param name="Entries">Every window and side that the range touched, at most 10,000.</param>
/// <param name="Passed">
/// A <see cref="ReportAnswer.Sequence"/> got earlier, and by now the instance has taken, and given on or rejected, all that its upstream hops held when it
/// got that answer (see <see cref="HopProgress"/>). With it the ledger tells what is lost from what is still on its way. 0 states nothing.
/// A hop that never states it counts as done with a window <see cref="ChannelDefinition.LateSeconds"/> after its upstream hops. Not needed of sources.
/// </param>
public sealed record HopReport(string Hop, string Instance, long From, long To, IReadOnlyList<HopEntry> Entries, long Passed = 0);

/// <param name="Origin">Where the records began, 1 to 120 characters.</param>
/// <param name="Stamp">Number of the window.</param>
/// <param name="Side">What was done with them.</param>
/// <param name="Receipt">What they amount to.</param>
public readonly record struct HopEntry(string Origin, long Stamp, HopSide Side, Receipt Receipt);

/// <param name="To">The instance's reports are taken up to here, durably: what lies below need not be sent again.</param>
/// <param name="Sequence">State it as <see cref="HopReport.Passed"/> once everything that is upstream now was dealt with.</param>
/// <param name="Repeated">Nothing was counted, the range was taken before.</param>
public readonly record struct ReportAnswer(long To, long Sequence, bool Repeated);

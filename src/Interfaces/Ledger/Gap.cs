namespace Orrery.Interfaces.Ledger;

public enum GapKind
{
    /// <summary>Records were given and not taken, though the hop went past them.</summary>
    Missing,

    /// <summary>More were taken than given.</summary>
    Doubled,

    /// <summary>As many, but not the same.</summary>
    Altered,

    /// <summary>Not taken within <see cref="ChannelDefinition.LateSeconds"/> and still awaited; or taken after they had been missed.</summary>
    Late,
}

public enum GapState
{
    Open,

    /// <summary>The account is even again.</summary>
    Closed,

    /// <summary>A person said that it is known and will stay.</summary>
    Accepted,
}

/// <summary>Where an account does not come out even: between a hop and those upstream of it, or inside a hop, in one window.</summary>
/// <param name="Id">Unique in the channel, ordered by time.</param>
/// <param name="Hop">The hop that did not take, or did not give, what it should.</param>
/// <param name="Inside">True: the hop's own took = gave + rejected fails. False: upstream gave = took fails.</param>
/// <param name="Origin">The window's origin.</param>
/// <param name="Stamp">The window's stamp.</param>
/// <param name="StampFirst">The first stamp, where windows were merged; else the same.</param>
/// <param name="Records">Given less taken: above 0 so many are missing, below 0 so many too many; 0 where they differ in content only.</param>
/// <param name="Counts">Which and how many, record by record; null until both sides were compared.</param>
/// <param name="Late">How many of the missing came later by themselves.</param>
/// <param name="Repair">The newest attempt to send the missing again, or null.</param>
/// <param name="Note">Why it is accepted, or why it could not be compared.</param>
public sealed record Gap(
    string Id, string Hop, bool Inside, string Origin, long Stamp, long StampFirst, GapKind Kind, GapState State, long Records, GapCounts? Counts, long Late,
    DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, GapRepair? Repair, string? AcceptedBy, string? Note);

/// <summary>The two sides of a gap compared by the hashes of their records.</summary>
/// <param name="Missing">Given and not taken.</param>
/// <param name="Doubled">Taken more often than given.</param>
/// <param name="Altered">Taken with other contents than given.</param>
public sealed record GapCounts(long Missing, long Doubled, long Altered);

public enum RepairState
{
    /// <summary>The hops are being asked.</summary>
    Comparing,

    /// <summary>The upstream hop sends.</summary>
    Sending,

    /// <summary>All were sent; the hop has not reported them yet.</summary>
    Sent,

    /// <summary>The account came out even.</summary>
    Done,

    /// <summary>See <see cref="GapRepair.Reason"/>.</summary>
    Failed,
}

/// <param name="Wanted">Records to send again.</param>
/// <param name="Sent">Records sent.</param>
/// <param name="Arrived">Records the hop reported since.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Reason">Why it failed, for people.</param>
public sealed record GapRepair(RepairState State, long Wanted, long Sent, long Arrived, string By, DateTimeOffset StartedAt, string? Reason);

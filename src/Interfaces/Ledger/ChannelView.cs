namespace Orrery.Interfaces.Ledger;

/// <summary>A channel in a line.</summary>
/// <param name="OpenWindows">Windows that are not sealed, or whose hops are not all through.</param>
/// <param name="OpenGaps">Gaps neither closed nor accepted.</param>
/// <param name="GapRecords">How many records they are about.</param>
/// <param name="LagSeconds">How far the slowest hop is behind the newest event of the sources; null before the first records.</param>
/// <param name="RecordsPerSecond">What the sources gave over the last minute.</param>
public sealed record ChannelSummary(
    string Tenant, string Id, string Title, int WindowSeconds, int Hops, int OpenWindows, long ClosedWindows, int OpenGaps, long GapRecords, double? LagSeconds,
    double RecordsPerSecond, DateTimeOffset? LastReportAt);

/// <summary>A channel as its picture needs it.</summary>
/// <param name="Windows">The newest windows with all origins together, newest first.</param>
/// <param name="Gaps">The newest open gaps, at most 100.</param>
/// <param name="Origins">How many origins were seen.</param>
public sealed record ChannelView(
    ChannelSummary Summary, IReadOnlyList<HopView> Hops, IReadOnlyList<EdgeView> Edges, IReadOnlyList<WindowView> Windows, IReadOnlyList<Gap> Gaps, int Origins);

/// <param name="Took">Since the channel began.</param>
/// <param name="LagSeconds">How far its newest record is behind the newest of the sources; null before its first.</param>
/// <param name="Repairs">Whether it can be asked and send again.</param>
public sealed record HopView(
    string Name, HopKind Kind, HopAccount Account, string? Entity, int Instances, Receipt Took, Receipt Gave, Receipt Rejected, double TookPerSecond, double GavePerSecond,
    double? LagSeconds, DateTimeOffset? LastReportAt, int OpenGaps, bool Repairs);

/// <param name="Waiting">Given by the upstream hop and not yet taken; below 0 where more were taken than given.</param>
public sealed record EdgeView(string From, string To, double RecordsPerSecond, long Waiting, double? LagSeconds, int OpenGaps);

public enum WindowState
{
    /// <summary>The origin may still add to it.</summary>
    Open,

    /// <summary>Sealed; not all hops are through.</summary>
    Sealed,

    /// <summary>The account came out even.</summary>
    Closed,

    /// <summary>It did not.</summary>
    Gap,
}

/// <param name="Stamp">Number of the window; see <see cref="LedgerKeys.BeginsAt"/>.</param>
/// <param name="BeginsAt">UTC.</param>
/// <param name="Hops">One a hop, in the channel's order.</param>
public sealed record WindowView(long Stamp, DateTimeOffset BeginsAt, WindowState State, int Origins, IReadOnlyList<WindowHop> Hops);

/// <param name="State">Of this window at this hop.</param>
/// <param name="Took">Records.</param>
/// <param name="Gave">Records.</param>
/// <param name="Rejected">Records.</param>
/// <param name="Missing">Records that the hop lacks (above 0) or has too many (below 0), as far as it is known.</param>
public sealed record WindowHop(string Hop, WindowState State, long Took, long Gave, long Rejected, long Missing);

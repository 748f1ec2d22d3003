using System.Text.Json.Serialization;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

/// <summary>A channel's account in one stored value, as far as it is in motion. Closed windows go to blocks of their own.</summary>
sealed class LedgerState
{
    public ChannelDefinition? Definition { get; set; }

    public bool Deleting { get; set; }

    /// <summary>Rises with all that changes what a hop has to take: counted reports, seals, hops that got through a window.</summary>
    public long Sequence { get; set; }

    /// <summary>Number of the last gap or closed window.</summary>
    public long Numbers { get; set; }

    /// <summary>By hop, then by instance.</summary>
    public Dictionary<string, Dictionary<string, InstanceState>> Instances { get; set; } = [];

    public Dictionary<string, OriginState> Origins { get; set; } = [];

    /// <summary>Windows that are not sealed, not passed by every hop, or uneven.</summary>
    public List<WindowAccount> Windows { get; set; } = [];

    /// <summary>Sums over all windows, by hop.</summary>
    public Dictionary<string, HopSums> Totals { get; set; } = [];

    public long ClosedWindows { get; set; }

    /// <summary>Closed windows that are not in a block yet, oldest first.</summary>
    public List<ClosedWindow> Recent { get; set; } = [];

    /// <summary>By id.</summary>
    public Dictionary<string, Gap> OpenGaps { get; set; } = [];

    /// <summary>Hashes of what lacked when a gap was compared last, by the gap's id; none where they were too many or never compared.</summary>
    public Dictionary<string, UInt128[]> Lacking { get; set; } = [];

    /// <summary>Ended gaps that are not in a block yet, oldest first.</summary>
    public List<Gap> EndedGaps { get; set; } = [];

    /// <summary>Hops of which the alarm book was told that they have gaps.</summary>
    public HashSet<string> Alarmed { get; set; } = [];

    public DateTimeOffset? LastReportAt { get; set; }
}

sealed class InstanceState
{
    /// <summary>Reports are taken up to here.</summary>
    public long To { get; set; }

    /// <summary>The greatest <see cref="HopReport.Passed"/>.</summary>
    public long Passed { get; set; }

    public DateTimeOffset At { get; set; }
}

sealed class OriginState
{
    /// <summary>Windows up to this stamp are sealed; null before the first seal.</summary>
    public long? Sealed { get; set; }

    /// <summary>The sequence of its newest seal.</summary>
    public long SealedAt { get; set; }

    public DateTimeOffset SeenAt { get; set; }

    /// <summary>Windows up to this stamp are counted in one, since there were too many; null: each by itself.</summary>
    public long? MergedTo { get; set; }
}

/// <summary>What the hops did with one window.</summary>
sealed class WindowAccount
{
    public required string Origin { get; init; }

    public required long Stamp { get; init; }

    public long StampFirst { get; set; }

    public Dictionary<string, HopWindow> Hops { get; set; } = [];

    /// <summary>Hops whose unevenness a person accepted, see <see cref="AccountOf"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HashSet<string>? Accepted { get; set; }

    /// <summary>A name for one of the two accounts of a hop.</summary>
    public static string AccountOf(string hop, bool inside) => inside ? $"{hop}/inside" : hop;

    public HopWindow Of(string hop) => Hops.TryGetValue(hop, out var window) ? window : Hops[hop] = new HopWindow();
}

/// <summary>What one hop did with one window, and whether it is through.</summary>
sealed class HopWindow
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Receipt? Took { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Receipt? Gave { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Receipt? Rejected { get; set; }

    /// <summary>The sequence at which it last gave something.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long GaveAt { get; set; }

    /// <summary>The sequence at which it last took something, and when.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long TookAt { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? TookSince { get; set; }

    /// <summary>The sequence since which it has given all that it will, as far as it is known; 0 while it is not through. Hops downstream must pass this.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long ThroughAt { get; set; }

    /// <summary>The sequence of its upstream hops that it got through at.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long ThroughFor { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ThroughSince { get; set; }

    /// <summary>Through, and what was taken is surely counted as given: whatever is uneven now stays so by itself.</summary>
    [JsonIgnore]
    public bool IsRipe { get; set; }

    public Receipt TookAll => Took ?? Receipt.Empty;

    public Receipt GaveAll => Gave ?? Receipt.Empty;

    public Receipt Accounted => (Gave ?? Receipt.Empty) + (Rejected ?? Receipt.Empty);

    public void Add(HopSide side, Receipt receipt)
    {
        if (side == HopSide.Took)
            Took = TookAll + receipt;
        else if (side == HopSide.Gave)
            Gave = GaveAll + receipt;
        else
            Rejected = (Rejected ?? Receipt.Empty) + receipt;
    }

    public void Add(HopWindow other)
    {
        Took = Sum(Took, other.Took);
        Gave = Sum(Gave, other.Gave);
        Rejected = Sum(Rejected, other.Rejected);
        GaveAt = Math.Max(GaveAt, other.GaveAt);
        TookAt = Math.Max(TookAt, other.TookAt);
        TookSince = TookSince > other.TookSince ? TookSince : other.TookSince ?? TookSince;
        (ThroughAt, ThroughFor, ThroughSince, IsRipe) = (0, 0, null, false);
    }

    static Receipt? Sum(Receipt? left, Receipt? right) => left is null ? right : right is null ? left : left + right;
}

sealed class HopSums
{
    public Receipt Took { get; set; } = Receipt.Empty;

    public Receipt Gave { get; set; } = Receipt.Empty;

    public Receipt Rejected { get; set; } = Receipt.Empty;

    public void Add(HopSide side, Receipt receipt)
    {
        if (side == HopSide.Took)
            Took += receipt;
        else if (side == HopSide.Gave)
            Gave += receipt;
        else
            Rejected += receipt;
    }
}

/// <param name="Number">Unique in the channel, rises.</param>
sealed record ClosedWindow(long Number, string Origin, long Stamp, long StampFirst, Dictionary<string, HopCounts> Hops, bool Uneven);

readonly record struct HopCounts(long Took, long Gave, long Rejected);

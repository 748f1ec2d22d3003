namespace Orrery.Interfaces.Ledger;

/// <summary>Keys and window numbers, the same everywhere.</summary>
public static class LedgerKeys
{
    /// <summary>The record header that holds a record's origin.</summary>
    public const string OriginHeader = "o";

    /// <summary>The record header of a record sent again to mend a gap: the name of the hop that lacked it. Other hops pass over such a record.</summary>
    public const string RepairHeader = "r";

    /// <summary>The key of a channel's ledger.</summary>
    public static string Channel(string tenant, string channel) => $"{tenant}/{channel}";

    /// <summary>The window that a record belongs to: floor(timestamp / length), also before 1970.</summary>
    /// <param name="timestampMilliseconds">The record's timestamp, given at the first hop.</param>
    /// <param name="windowSeconds">The channel's <see cref="ChannelDefinition.WindowSeconds"/>.</param>
    public static long Stamp(long timestampMilliseconds, int windowSeconds)
    {
        long length = windowSeconds * 1000L;
        long stamp = timestampMilliseconds / length;
        return timestampMilliseconds % length < 0 ? stamp - 1 : stamp;
    }

    /// <summary>When a window begins, Unix milliseconds.</summary>
    public static long BeginsAt(long stamp, int windowSeconds) => stamp * windowSeconds * 1000L;
}

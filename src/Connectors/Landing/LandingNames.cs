using System.Globalization;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.Landing;

/// <summary>Where a topic's files, manifests and unpublished files lie. Folders that begin with '_' are passed over by Hive, Spark and their like.</summary>
sealed class LandingNames(string topic, int partition)
{
    readonly string root = ObjectName.Part(topic);
    readonly string number = partition.ToString("d5", CultureInfo.InvariantCulture);

    public string Commits => $"{root}/_manifests/{number}/c-";

    public string Repairs => $"{root}/_manifests/{number}/r-";

    public string AllPending => $"{root}/_pending/{number}/";

    public string Manifest(long from) => $"{Commits}{from:d20}.json";

    public string RepairManifest(string id) => $"{Repairs}{ObjectName.Part(id)}.json";

    /// <summary>The folder of one attempt at one commit. Attempts are unique to an owner, so that nobody writes into another's.</summary>
    public string Pending(LandingManifest manifest, int file) => manifest.Repair is { } id
        ? $"{AllPending}r-{ObjectName.Part(id)}-{manifest.Attempt:d20}/{file:d4}"
        : $"{AllPending}c-{manifest.From:d20}-{manifest.Attempt:d20}/{file:d4}";

    /// <summary>The first offset of the commit that an unpublished file was written for; null: it is a repair's.</summary>
    public long? FromOfPending(string name)
    {
        string rest = name[AllPending.Length..];
        return rest.StartsWith("c-", StringComparison.Ordinal) && rest.Length > 22 && long.TryParse(rest.AsSpan(2, 20), NumberStyles.None, CultureInfo.InvariantCulture, out long from) ? from : null;
    }

    public string File(string folder, long from, long to, string? repair, LandingEncoding encoding) => repair is null
        ? $"{root}/{folder}/part-{number}-{from:d20}-{to:d20}.{Ending(encoding)}"
        : $"{root}/{folder}/part-{number}-repair-{ObjectName.Part(repair)}.{Ending(encoding)}";

    public static string Ending(LandingEncoding encoding) => encoding == LandingEncoding.Csv ? "csv.gz" : "jsonl.gz";

    /// <summary><c>day=2026-11-21/hour=08</c>; events outside of the years 1 to 9999 lie in <c>day=unknown/hour=00</c>.</summary>
    public static string Folder(long hour)
    {
        const long hourFirst = -17_259_888, hourLast = hourFirst + 87_649_416 - 1;
        if (hour is < hourFirst or > hourLast)
            return "day=unknown/hour=00";
        DateTime at = DateTime.UnixEpoch.AddHours(hour);
        return at.ToString("'day='yyyy-MM-dd'/hour='HH", CultureInfo.InvariantCulture);
    }

    /// <summary>Hours since 1970 of an event; one number for all that have no day.</summary>
    public static long Hour(long timestampMilliseconds, TimeSpan dayOffset)
    {
        Int128 shifted = (Int128)timestampMilliseconds + (long)dayOffset.TotalMilliseconds;
        Int128 hour = shifted >= 0 ? shifted / 3_600_000 : (shifted - 3_599_999) / 3_600_000;
        return hour < -17_259_888 || hour > -17_259_888 + 87_649_416 - 1 ? long.MaxValue : (long)hour;
    }
}

using System.Globalization;
using Orrery.Connectors.Landing;
using Orrery.Grains.Topics;
using Orrery.Interfaces;
using Orrery.Interfaces.Ledger;
using Orrery.Log;

namespace Orrery.Grains.Channels.Landing;

/// <summary>Records and sums of the log, the lander and the ledger in each other's form.</summary>
static class LandingRecords
{
    /// <summary>A record of the log; it shares the record's memory.</summary>
    public static LandingRecord Of(long offset, in LogRecord record) =>
        new(offset, record.Key, record.Value, record.TimestampMilliseconds, RecordOrigin.Of(record), record.Headers);

    public static Receipt Receipt(in LandingSum sum) => new(sum.Records, sum.Bytes, sum.Hash, sum.FirstMilliseconds, sum.LastMilliseconds);
}

/// <summary>Names of repairs: the place in the lander's range of repairs, then origin and stamp. They sort as they were made.</summary>
static class LandingRepairs
{
    const int PlaceDigits = 12;

    public static string Id(long from, string origin, long stamp) => string.Create(CultureInfo.InvariantCulture, $"{from:D12}-{EntityKeys.ToPart(origin)}-{stamp}");

    public static long From(string id) => long.Parse(id.AsSpan(0, PlaceDigits), NumberStyles.None, CultureInfo.InvariantCulture);
}

namespace Orrery.Grains.Health.Anomaly;

/// <summary>
/// The lowest and the highest value of one statistic over the last one to two generations, so that what was extreme long
/// ago is forgotten without keeping the values. A value beyond them is a record; it counts by its distance as a share of the range.
/// </summary>
internal struct Extremes
{
    /// <summary>No record counts more than the whole range; it could not be more of an alarm.</summary>
    private const double LargestShare = 1;

    /// <summary>After so many values a record counts half of what it will count in the end: among few values records are common.</summary>
    private const double HalfTrustedCount = 300;

    /// <summary>From here on one value widens the range by no more than the range, so that a single outlier does not make the scorer deaf.</summary>
    private const long WideningFreeCount = 150;

    private double low, high;
    private double lowBefore, highBefore;
    private long count;

    public static Extremes None => new()
    {
        low = double.PositiveInfinity,
        high = double.NegativeInfinity,
        lowBefore = double.PositiveInfinity,
        highBefore = double.NegativeInfinity,
    };

    public readonly bool AreKnown => High >= Low;

    public readonly double Low => Math.Min(low, lowBefore);

    public readonly double High => Math.Max(high, highBefore);

    /// <summary>How far a value lies above the highest one; 0 where it does not.</summary>
    public readonly double Above(double value) => AreKnown && value > High ? Share(value - High) : 0;

    /// <summary>How far a value lies below the lowest one; 0 where it does not.</summary>
    public readonly double Below(double value) => AreKnown && value < Low ? Share(Low - value) : 0;

    public void Remember(double value)
    {
        var range = High - Low;
        if (++count > WideningFreeCount && range > 0)
            value = Math.Clamp(value, Low - range, High + range);
        low = Math.Min(low, value);
        high = Math.Max(high, value);
    }

    public void StartGeneration()
    {
        (lowBefore, highBefore) = (low, high);
        (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
    }

    public void Walk(ref StateCursor cursor)
    {
        cursor.Walk(ref low);
        cursor.Walk(ref high);
        cursor.Walk(ref lowBefore);
        cursor.Walk(ref highBefore);
        cursor.Walk(ref count);
    }

    private readonly double Share(double distance)
    {
        var share = High > Low ? Math.Min(distance / (High - Low), LargestShare) : 1;
        return share * count / (count + HalfTrustedCount);
    }
}

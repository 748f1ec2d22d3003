namespace Orrery.Grains.Health.Anomaly;

/// <summary>
/// The lowest and the highest value of a statistic over the last one to two generations, so that what was extreme long
/// ago is forgotten without keeping the values.
/// </summary>
internal struct Extremes
{
    /// <summary>No record counts more than this many ranges.</summary>
    private const double LargestShare = 10;

    private double low, high;
    private double lowBefore, highBefore;

    public static Extremes Empty => new()
    {
        low = double.PositiveInfinity,
        high = double.NegativeInfinity,
        lowBefore = double.PositiveInfinity,
        highBefore = double.NegativeInfinity,
    };

    public readonly double Low => Math.Min(low, lowBefore);

    public readonly double High => Math.Max(high, highBefore);

    /// <summary>How far a value lies above the highest one, as a share of the range; 0 inside. A series that never moved has range 0: then any step is 1.</summary>
    public readonly double Above(double value) => value > High && High >= Low ? Share(value - High) : 0;

    /// <summary>How far a value lies below the lowest one, as a share of the range; 0 inside.</summary>
    public readonly double Below(double value) => value < Low && High >= Low ? Share(Low - value) : 0;

    public void Remember(double value)
    {
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
    }

    private readonly double Share(double distance) => High > Low ? Math.Min(distance / (High - Low), LargestShare) : 1;
}

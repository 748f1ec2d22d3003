namespace Orrery.Grains.Health.Anomaly;

/// <summary>Mean and variance of the last thousand values or so, older ones fading.</summary>
internal struct Spread
{
    private const double SmallestWeight = 0.001;

    private double mean;
    private double variance;
    private long count;

    /// <summary>How many standard deviations a value lies from the mean, above it positive; 0 while nothing varies.</summary>
    /// <param name="finest">The smallest deviation that is believed, so that a tremor of a still series is none.</param>
    public readonly double Deviations(double value, double finest) =>
        variance > 0 ? (value - mean) / Math.Sqrt(variance + (finest * finest)) : 0;

    public void Learn(double value)
    {
        var weight = Math.Max(1.0 / ++count, SmallestWeight);
        mean += weight * (value - mean);
        variance += weight * (((value - mean) * (value - mean)) - variance);
    }

    public void Walk(ref StateCursor cursor)
    {
        cursor.Walk(ref mean);
        cursor.Walk(ref variance);
        cursor.Walk(ref count);
    }
}

namespace Orrery.Grains.Health.Anomaly;

/// <summary>The usual value of each hour of the week (UTC), leaning to the later weeks.</summary>
internal sealed class WeeklyProfile
{
    private const int Hours = 7 * 24;
    private const long MillisecondsPerHour = 3_600_000;

    /// <summary>A bin never moves by less than this part of the distance to a new value, so that it follows what slowly changes.</summary>
    private const float SmallestStep = 0.05f;

    private readonly float[] means = new float[Hours];
    private readonly float[] counts = new float[Hours];

    /// <summary>The usual value at this time, or null where the hour was never seen.</summary>
    public double? Expected(long time)
    {
        var hour = HourOf(time);
        return counts[hour] > 0 ? means[hour] : null;
    }

    public void Learn(long time, double value)
    {
        var hour = HourOf(time);
        counts[hour] = Math.Min(counts[hour] + 1, 1 / SmallestStep);
        means[hour] += ((float)value - means[hour]) / counts[hour];
    }

    public void Walk(ref StateCursor cursor)
    {
        cursor.Walk(means.AsSpan());
        cursor.Walk(counts.AsSpan());
    }

    private static int HourOf(long time) => (int)((time / MillisecondsPerHour % Hours + Hours) % Hours);
}

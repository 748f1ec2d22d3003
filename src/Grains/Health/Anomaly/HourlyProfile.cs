namespace Orrery.Grains.Health.Anomaly;

/// <summary>
/// The usual value of each hour of the week and of each hour of the day, in UTC. An hour is learned as a whole when it
/// is over, so that a shift within it is measured against earlier weeks and days, not against itself; and so that it does
/// not matter how many samples an hour has.
/// </summary>
internal sealed class HourlyProfile
{
    private const long MillisecondsPerHour = 3_600_000;

    private readonly Bins week = new(hours: 7 * 24, smallestWeight: 0.3);
    private readonly Bins day = new(hours: 24, smallestWeight: 0.1);
    private long hour = long.MinValue;
    private double sum;
    private long samples;

    /// <summary>
    /// Of the usual values of this hour of the week and of the day the one nearer to the value, or null where neither is
    /// known: what is usual on any day is no anomaly on a Sunday, nor the reverse.
    /// </summary>
    public double? Expected(long time, double value)
    {
        var at = HourOf(time);
        var weekly = week.Usual(at);
        var daily = day.Usual(at);
        if (weekly is null || daily is null)
            return weekly ?? daily;
        return Math.Abs(value - daily.Value) < Math.Abs(value - weekly.Value) ? daily : weekly;
    }

    public void Learn(long time, double value)
    {
        if (HourOf(time) is var at && at != hour)
        {
            if (samples > 0)
            {
                week.Learn(hour, sum / samples);
                day.Learn(hour, sum / samples);
            }

            (hour, sum, samples) = (at, 0, 0);
        }

        sum += value;
        samples++;
    }

    public void Walk(ref StateCursor cursor)
    {
        week.Walk(ref cursor);
        day.Walk(ref cursor);
        cursor.Walk(ref hour);
        cursor.Walk(ref sum);
        cursor.Walk(ref samples);
    }

    private static long HourOf(long time) => time >= 0 ? time / MillisecondsPerHour : ((time + 1) / MillisecondsPerHour) - 1;

    /// <param name="hours">How many hours until the first bin comes again.</param>
    /// <param name="smallestWeight">A new visit weighs as much as each before it, but never less than this: so the profile follows slow change.</param>
    private sealed class Bins(int hours, double smallestWeight)
    {
        private readonly double[] means = new double[hours];
        private readonly byte[] visits = new byte[hours];

        public double? Usual(long hour) => visits[Bin(hour)] > 0 ? means[Bin(hour)] : null;

        public void Learn(long hour, double mean)
        {
            var bin = Bin(hour);
            if (visits[bin] < byte.MaxValue)
                visits[bin]++;
            means[bin] += Math.Max(1.0 / visits[bin], smallestWeight) * (mean - means[bin]);
        }

        public void Walk(ref StateCursor cursor)
        {
            cursor.Walk(means.AsSpan());
            cursor.Walk(visits.AsSpan());
        }

        private int Bin(long hour) => (int)(((hour % hours) + hours) % hours);
    }
}

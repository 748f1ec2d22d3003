using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Queries;

/// <summary>
/// Turns the samples of one series into points. Samples that are NaN count as absent; a stale marker also ends what
/// <see cref="SeriesFunction.Last"/> looks back to.
/// <para>Growth (rate, increase) goes from the last sample before the point's window, at most five minutes before it, to the last one within, so
/// that increases of neighbouring points add up and nothing is extrapolated. Without a sample before, it goes from the first one within. A
/// rate divides growth by the time between these samples.</para>
/// </summary>
static class SeriesFunctions
{
    public const long StalenessMilliseconds = 5 * SampleTimes.Minute;

    const ulong StaleMarker = 0x7FF0000000000002;

    /// <summary>Prometheus' mark for a series that has ended.</summary>
    public static bool IsStale(double value) => BitConverter.DoubleToUInt64Bits(value) == StaleMarker;

    /// <summary>Fills one value a point; NaN where there is none. Answers how many points have one.</summary>
    /// <param name="function">What to compute.</param>
    /// <param name="grid">The points.</param>
    /// <param name="times">Increasing times of samples.</param>
    /// <param name="values">Their values.</param>
    /// <param name="points">Takes one value a point.</param>
    /// <param name="staleness">How far back a sample still counts: <see cref="StalenessMilliseconds"/>, or more where samples stand for longer periods.</param>
    public static int Run(SeriesFunction function, in SeriesGrid grid, ReadOnlySpan<long> times, ReadOnlySpan<double> values, Span<double> points, long staleness) => function switch
    {
        SeriesFunction.Last => Last(grid, times, values, points, staleness),
        SeriesFunction.Rate => Growth(grid, times, values, points, staleness, perSecond: true),
        SeriesFunction.Increase => Growth(grid, times, values, points, staleness, perSecond: false),
        _ => Fold(function, grid, times, values, points),
    };

    static int Last(in SeriesGrid grid, ReadOnlySpan<long> times, ReadOnlySpan<double> values, Span<double> points, long staleness)
    {
        int next = 0, found = -1, filled = 0;
        for (int point = 0; point < points.Length; point++)
        {
            long time = grid.TimeOf(point);
            for (; next < times.Length && times[next] <= time; next++)
            {
                if (!double.IsNaN(values[next]) || IsStale(values[next])) found = next;
            }

            bool has = found >= 0 && time - times[found] < staleness && !double.IsNaN(values[found]);
            points[point] = has ? values[found] : double.NaN;
            if (has) filled++;
        }

        return filled;
    }

    static int Fold(SeriesFunction function, in SeriesGrid grid, ReadOnlySpan<long> times, ReadOnlySpan<double> values, Span<double> points)
    {
        int next = SampleBuffer.LowerBound(times, grid.StartMilliseconds - grid.StepMilliseconds + 1), filled = 0;
        for (int point = 0; point < points.Length; point++)
        {
            long time = grid.TimeOf(point);
            double sum = 0, least = double.PositiveInfinity, most = double.NegativeInfinity;
            int count = 0;
            for (; next < times.Length && times[next] <= time; next++)
            {
                double value = values[next];
                if (double.IsNaN(value)) continue;
                sum += value;
                least = value < least ? value : least;
                most = value > most ? value : most;
                count++;
            }

            points[point] = count == 0 ? double.NaN : function switch
            {
                SeriesFunction.Average => sum / count,
                SeriesFunction.Minimum => least,
                SeriesFunction.Maximum => most,
                SeriesFunction.Sum => sum,
                _ => count,
            };
            if (count > 0) filled++;
        }

        return filled;
    }

    static int Growth(in SeriesGrid grid, ReadOnlySpan<long> times, ReadOnlySpan<double> values, Span<double> points, long staleness, bool perSecond)
    {
        long start = grid.StartMilliseconds - grid.StepMilliseconds, beforeTime = long.MinValue / 2;
        double before = double.NaN;
        int next = 0, filled = 0;
        for (; next < times.Length && times[next] <= start; next++) Take(times[next], values[next], ref beforeTime, ref before);
        for (int point = 0; point < points.Length; point++)
        {
            long time = grid.TimeOf(point), fromTime = beforeTime;
            double growth = 0;
            if (double.IsNaN(before) || time - grid.StepMilliseconds - beforeTime >= staleness) before = double.NaN;
            bool has = false;
            for (; next < times.Length && times[next] <= time; next++)
            {
                double value = values[next];
                if (double.IsNaN(value)) continue;
                if (double.IsNaN(before)) fromTime = times[next];
                else growth += value >= before ? value - before : value;
                before = value;
                beforeTime = times[next];
                has = true;
            }

            has &= beforeTime > fromTime;
            points[point] = !has ? double.NaN : perSecond ? growth * 1000 / (beforeTime - fromTime) : growth;
            if (has) filled++;
        }

        return filled;
    }

    static void Take(long time, double value, ref long beforeTime, ref double before)
    {
        if (double.IsNaN(value)) return;
        beforeTime = time;
        before = value;
    }
}

using Orrery.Grains.Health.Series.Chunks;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Queries;

/// <summary>Turns periods and samples of one series into points. Functions of single values see a period as its last sample, at its end.</summary>
static class RollupFunctions
{
    /// <summary>Fills one value a point; NaN where there is none. Answers how many points have one.</summary>
    public static int Run(SeriesFunction function, in SeriesGrid grid, GatheredSeries series, Span<double> points)
    {
        if (series.Periods.Count == 0) return SeriesFunctions.Run(function, grid, series.Samples.Times, series.Samples.Values, points, SeriesFunctions.StalenessMilliseconds);
        return function is SeriesFunction.Last or SeriesFunction.Rate or SeriesFunction.Increase ? Lasts(function, grid, series, points) : Folds(function, grid, series, points);
    }

    static int Lasts(SeriesFunction function, in SeriesGrid grid, GatheredSeries series, Span<double> points)
    {
        var merged = new SampleBuffer();
        series.Periods.Sort(static (left, right) => left.End.CompareTo(right.End));
        long before = long.MinValue, longest = SampleTimes.Minute;
        foreach (var period in series.Periods)
        {
            if (period.End % SampleTimes.Hour == 0 && period.End - before >= SampleTimes.Hour) longest = SampleTimes.Hour;
            before = period.End;
            merged.Add([period.End], [period.Last]);
        }

        merged.Add(series.Samples.Times, series.Samples.Values);
        return SeriesFunctions.Run(function, grid, merged.Times, merged.Values, points, Math.Max(SeriesFunctions.StalenessMilliseconds, longest + 1));
    }

    static int Folds(SeriesFunction function, in SeriesGrid grid, GatheredSeries series, Span<double> points)
    {
        var sums = new Fold[points.Length];
        foreach (var period in series.Periods) Add(grid, sums, period);
        var times = series.Samples.Times;
        var values = series.Samples.Values;
        for (int number = 0; number < times.Length; number++)
        {
            if (!double.IsNaN(values[number])) Add(grid, sums, new RollupPeriod(times[number], 1, values[number], values[number], values[number], values[number]));
        }

        int filled = 0;
        for (int point = 0; point < points.Length; point++)
        {
            ref var sum = ref sums[point];
            points[point] = sum.Count == 0 ? double.NaN : function switch
            {
                SeriesFunction.Average => sum.Sum / sum.Count,
                SeriesFunction.Minimum => sum.Minimum,
                SeriesFunction.Maximum => sum.Maximum,
                SeriesFunction.Sum => sum.Sum,
                _ => sum.Count,
            };
            if (sum.Count > 0) filled++;
        }

        return filled;
    }

    static void Add(in SeriesGrid grid, Fold[] sums, in RollupPeriod period)
    {
        // Point i stands for what lies after point i-1 up to and including its own time.
        long behind = period.End - grid.StartMilliseconds + grid.StepMilliseconds - 1;
        if (behind < 0) return;
        long point = behind / grid.StepMilliseconds;
        if (point >= sums.Length) return;
        ref var sum = ref sums[point];
        sum.Minimum = sum.Count == 0 ? period.Minimum : Math.Min(sum.Minimum, period.Minimum);
        sum.Maximum = sum.Count == 0 ? period.Maximum : Math.Max(sum.Maximum, period.Maximum);
        sum.Count += period.Count;
        sum.Sum += period.Sum;
    }

    struct Fold
    {
        public double Count, Sum, Minimum, Maximum;
    }
}

using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Queries;

/// <summary>The points of a query: point i stands for the time after point i-1 up to and including its own.</summary>
readonly record struct SeriesGrid(long StartMilliseconds, long StepMilliseconds, int Points)
{
    public const int PointsLimit = 11_000, SeriesLimit = 5_000;

    /// <summary>Points of all series together that one answer may have.</summary>
    public const int AnswerPointsLimit = 5_000_000;

    const long StepMillisecondsMin = 1_000;

    public long EndMilliseconds => TimeOf(Points - 1);

    public long TimeOf(int point) => StartMilliseconds + (point * StepMilliseconds);

    /// <exception cref="InvalidInputException">The range, the step, the matchers or the function cannot be used.</exception>
    public static SeriesGrid Of(SeriesQuery query)
    {
        if (query.StartMilliseconds < SampleTimes.First || query.EndMilliseconds > SampleTimes.Last || query.StartMilliseconds > query.EndMilliseconds)
        {
            throw new InvalidInputException("startMilliseconds", $"The range {query.StartMilliseconds} to {query.EndMilliseconds} ms is reversed or outside of the years 1970 to 9999.");
        }

        if (query.StepMilliseconds < StepMillisecondsMin) throw new InvalidInputException("stepMilliseconds", $"The step is {query.StepMilliseconds} ms; it must be at least {StepMillisecondsMin}.");
        long points = ((query.EndMilliseconds - query.StartMilliseconds) / query.StepMilliseconds) + 1;
        if (points > PointsLimit) throw new InvalidInputException("stepMilliseconds", $"The range has {points} points; at most {PointsLimit} are allowed: choose a longer step.");
        if (query.SeriesMax is < 1 or > SeriesLimit) throw new InvalidInputException("seriesMax", $"The bound on series is {query.SeriesMax}; it must be 1 to {SeriesLimit}.");
        if (!Enum.IsDefined(query.Function)) throw new InvalidInputException("function", $"There is no function {query.Function}.");
        if (query.Matchers.Count == 0) throw new InvalidInputException("matchers", "A query needs at least one matcher.");
        return new SeriesGrid(query.StartMilliseconds, query.StepMilliseconds, (int)points);
    }

    /// <summary>How far before the first point samples can matter.</summary>
    public long Lookback(SeriesFunction function) => function switch
    {
        SeriesFunction.Last => SeriesFunctions.StalenessMilliseconds,
        SeriesFunction.Rate or SeriesFunction.Increase => StepMilliseconds + SeriesFunctions.StalenessMilliseconds,
        _ => StepMilliseconds,
    };
}

using Orrery.Interfaces.Reviews;

namespace Orrery.Grains.Reviews;

/// <summary>What reviews say in numbers.</summary>
static class ReviewFigures
{
    const int SeriesMax = 20, PointsMax = 400, KeywordsMax = 30, PromoterLeast = 9, PassiveLeast = 7, ContentLeast = 4;

    public static ReviewResults Of(IReadOnlyList<Review> reviews, ResultGroup group, ResultStep step)
    {
        ResultSeries[] series = [.. reviews.SelectMany(review => NamesOf(review, group).Select(name => (name, review))).GroupBy(static pair => pair.name, static pair => pair.review, StringComparer.Ordinal)
            .OrderByDescending(static named => named.Count()).ThenBy(static named => named.Key, StringComparer.Ordinal).Take(SeriesMax)
            .Select(named => new ResultSeries(named.Key, Figures([.. named]), Points(named, step)))];
        return new ReviewResults(Figures(reviews), series, Keywords(reviews));
    }

    /// <summary>How content a review is by its numbers alone; null: it has none.</summary>
    public static SentimentLabel? LabelOf(IReadOnlyList<ReviewAnswer> answers) => Mean(answers) switch { null => null, >= 0.35 => SentimentLabel.Positive, <= -0.35 => SentimentLabel.Negative, _ => SentimentLabel.Neutral };

    /// <summary>-1 to 1.</summary>
    public static double? Mean(IReadOnlyList<ReviewAnswer> answers)
    {
        double[] all = [.. answers.Where(static answer => answer.Number is not null).Select(static answer => answer.Kind == QuestionKind.Nps ? Stretch(answer.Number!.Value) : (answer.Number!.Value - 3) / 2.0)];
        return all.Length == 0 ? null : all.Average();
    }

    /// <summary>NPS as its words mean it: 9 is content, 6 is not.</summary>
    static double Stretch(int nps) => nps >= PromoterLeast ? 1 : nps >= PassiveLeast ? 0 : -1;

    static ResultPoint[] Points(IEnumerable<Review> reviews, ResultStep step) =>
        [.. reviews.GroupBy(review => StepOf(review.At, step)).OrderBy(static at => at.Key).Select(static at => new ResultPoint(at.Key, Figures([.. at]))).TakeLast(PointsMax)];

    static ResultFigures Figures(IReadOnlyList<Review> reviews)
    {
        int[] nps = Numbers(reviews, QuestionKind.Nps), csat = Numbers(reviews, QuestionKind.Csat), stars = Numbers(reviews, QuestionKind.Stars);
        int promoters = nps.Count(static number => number >= PromoterLeast), detractors = nps.Count(static number => number < PassiveLeast);
        return new ResultFigures(
            reviews.Count, promoters, nps.Length - promoters - detractors, detractors, nps.Length == 0 ? null : Math.Round(100.0 * (promoters - detractors) / nps.Length, 1),
            csat.Length == 0 ? null : Math.Round(100.0 * csat.Count(static number => number >= ContentLeast) / csat.Length, 1), stars.Length == 0 ? null : Math.Round(stars.Average(), 2),
            reviews.Count(static review => review.Sentiment.Label == SentimentLabel.Positive), reviews.Count(static review => review.Sentiment.Label == SentimentLabel.Neutral), reviews.Count(static review => review.Sentiment.Label == SentimentLabel.Negative));
    }

    static int[] Numbers(IReadOnlyList<Review> reviews, QuestionKind kind) => [.. reviews.SelectMany(static review => review.Answers).Where(answer => answer.Kind == kind && answer.Number is not null).Select(static answer => answer.Number!.Value)];

    static IEnumerable<string> NamesOf(Review review, ResultGroup group) => group switch
    {
        ResultGroup.Tag => review.Tags.Count > 0 ? review.Tags : [""],
        ResultGroup.Version => [review.Context.Version ?? ""],
        ResultGroup.Module => [review.Context.Module ?? ""],
        _ => [""],
    };

    static DateTimeOffset StepOf(DateTimeOffset at, ResultStep step)
    {
        DateTime day = at.UtcDateTime.Date;
        DateTime first = step switch { ResultStep.Month => new DateTime(day.Year, day.Month, 1), ResultStep.Week => day.AddDays(-(((int)day.DayOfWeek + 6) % 7)), _ => day };
        return new DateTimeOffset(first, TimeSpan.Zero);
    }

    static KeywordCount[] Keywords(IReadOnlyList<Review> reviews) =>
        [.. reviews.SelectMany(static review => review.Sentiment.Keywords.Select(word => (word, IsNegative: review.Sentiment.Label == SentimentLabel.Negative))).GroupBy(static pair => pair.word, StringComparer.Ordinal)
            .Select(static same => new KeywordCount(same.Key, same.Count(), same.Count(static pair => pair.IsNegative))).OrderByDescending(static count => count.Reviews).ThenBy(static count => count.Keyword, StringComparer.Ordinal).Take(KeywordsMax)];
}

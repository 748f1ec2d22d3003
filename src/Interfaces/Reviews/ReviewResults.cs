namespace Orrery.Interfaces.Reviews;

/// <summary>What results are told apart by.</summary>
public enum ResultGroup
{
    None,
    Tag,
    Version,
    Module,
}

/// <summary>How long a step of results is. Days begin at midnight UTC, weeks on Monday.</summary>
public enum ResultStep
{
    Day,
    Week,
    Month,
}

/// <param name="Promoters">Answered NPS with 9 or 10.</param>
/// <param name="Passives">7 or 8.</param>
/// <param name="Detractors">0 to 6.</param>
/// <param name="Nps">Per cent of promoters less per cent of detractors: -100 to 100; null: nobody answered.</param>
/// <param name="Csat">Per cent of 4 and 5; null: nobody answered.</param>
/// <param name="Stars">Mean, 1 to 5; null: nobody answered.</param>
public sealed record ResultFigures(int Reviews, int Promoters, int Passives, int Detractors, double? Nps, double? Csat, double? Stars, int Positive, int Neutral, int Negative);

/// <param name="At">The step's first moment, UTC.</param>
public sealed record ResultPoint(DateTimeOffset At, ResultFigures Figures);

/// <param name="Name">The tag, version or module; empty: of none.</param>
/// <param name="Points">Steps with reviews, oldest first, at most 400.</param>
public sealed record ResultSeries(string Name, ResultFigures Total, IReadOnlyList<ResultPoint> Points);

public sealed record KeywordCount(string Keyword, int Reviews, int Negative);

/// <param name="Series">The 20 with most reviews.</param>
/// <param name="Keywords">The 30 in most reviews.</param>
public sealed record ReviewResults(ResultFigures Total, IReadOnlyList<ResultSeries> Series, IReadOnlyList<KeywordCount> Keywords);

/// <param name="Label">Negative, neutral or positive.</param>
public sealed record LabelledText(string Text, SentimentLabel Label);

/// <summary>How a sentiment model does on texts that it was not trained with, each in one of five parts that was left out in turn.</summary>
/// <param name="Texts">It was trained with.</param>
/// <param name="Accuracy">Of the model, 0 to 1.</param>
/// <param name="MacroF1">Of the model, 0 to 1: the mean over the labels.</param>
/// <param name="LexiconAccuracy">Of the lexicon alone, on the same texts.</param>
/// <param name="LexiconMacroF1">Of the lexicon alone, on the same texts.</param>
/// <param name="IsUsed">It does better than the lexicon and judges what comes from now on.</param>
public sealed record SentimentReport(int Texts, double Accuracy, double MacroF1, double LexiconAccuracy, double LexiconMacroF1, bool IsUsed, string By, DateTimeOffset At);

using Orrery.Interfaces.Reviews;

namespace Orrery.Grains.Reviews.Sentiment;

/// <summary>Judges texts, by a tenant's own model where there is one, else by the lexicon alone; and measures either.</summary>
static class SentimentJudge
{
    const int Parts = 5;

    public static ReviewSentiment Judge(string text, SentimentModel? model)
    {
        LexiconFinding finding = Lexicon.Read(text);
        IReadOnlyList<string> keywords = Keywords.Of(text, finding);
        if (model is null)
            return new ReviewSentiment((SentimentLabel)LexiconFinding.LabelOf(finding.Score), Math.Round(finding.Score, 3), keywords);
        double[] odds = model.Read(text, finding);
        int label = Array.IndexOf(odds, odds.Max());
        return new ReviewSentiment((SentimentLabel)label, Math.Round(odds[2] - odds[0], 3), keywords);
    }

    /// <summary>Trains on four fifths and judges the fifth, five times; then on all.</summary>
    public static (SentimentModel Model, Score Own, Score Lexicon) Train(IReadOnlyList<LabelledText> texts)
    {
        var own = new SentimentLabel[texts.Count];
        for (int part = 0; part < Parts; part++)
        {
            SentimentModel model = SentimentModel.Train([.. texts.Where((_, at) => at % Parts != part)]);
            for (int at = part; at < texts.Count; at += Parts)
                own[at] = Judge(texts[at].Text, model).Label;
        }

        return (SentimentModel.Train(texts), Measure(texts, own), Measure(texts, [.. texts.Select(static text => Judge(text.Text, null).Label)]));
    }

    public static Score Measure(IReadOnlyList<LabelledText> texts, IReadOnlyList<SentimentLabel> judged)
    {
        double right = texts.Where((text, at) => text.Label == judged[at]).Count();
        // A label that no text has and none was given says nothing about a judge.
        double[] f1 = [.. Enum.GetValues<SentimentLabel>().Where(label => texts.Any(text => text.Label == label) || judged.Contains(label)).Select(label => F1(texts, judged, label))];
        return new Score(right / texts.Count, f1.Average());
    }

    static double F1(IReadOnlyList<LabelledText> texts, IReadOnlyList<SentimentLabel> judged, SentimentLabel label)
    {
        double both = texts.Where((text, at) => text.Label == label && judged[at] == label).Count();
        return both == 0 ? 0 : 2 * both / (texts.Count(text => text.Label == label) + judged.Count(given => given == label));
    }
}

/// <param name="Accuracy">0 to 1.</param>
/// <param name="MacroF1">0 to 1.</param>
readonly record struct Score(double Accuracy, double MacroF1);

namespace Orrery.Grains.Reviews.Sentiment;

/// <summary>What a text's words say.</summary>
/// <param name="Praise">Sum of what praises.</param>
/// <param name="Blame">Sum of what blames, above zero.</param>
/// <param name="Words">Those that were found, with their weights in this text.</param>
sealed record LexiconFinding(double Praise, double Blame, IReadOnlyList<(string Word, double Weight)> Words)
{
    /// <summary>-1 to 1. A text in which little is said stays near zero.</summary>
    public double Score => (Praise - (BlameWeight * Blame)) / (Praise + (BlameWeight * Blame) + Doubt);

    // People who are content praise in passing what they blame; who blames twice is not content.
    const double BlameWeight = 1.4, Doubt = 1.0;

    /// <summary>The score beyond which a text is no more neutral.</summary>
    public const double Edge = 0.15;

    public static int LabelOf(double score) => score > Edge ? 2 : score < -Edge ? 0 : 1;
}

/// <summary>
/// Judges texts by words that praise and blame. Chinese is read by the longest word that is known at each place, English word by word; a negation, a stronger or a weaker word counts for what follows it closely, and what stands after a "but"
/// counts more. The same text always has the same score.
/// </summary>
static class Lexicon
{
    const int Reach = 3;
    const double Boost = 1.5, Damp = 0.6, Turn = 1.4, Negated = -0.8;

    public static LexiconFinding Read(string text)
    {
        double praise = 0, blame = 0, turn = 1;
        var words = new List<(string, double)>();
        foreach (string clause in Clauses(text))
        {
            double factor = 1;
            int since = 0;
            foreach (string word in Words(clause))
            {
                if (++since > Reach)
                    factor = 1;
                if (SentimentWords.Turns.Contains(word))
                    turn = Turn;
                else if (SentimentWords.Weights.TryGetValue(word, out double weight))
                {
                    double told = weight * factor * turn;
                    words.Add((word, told));
                    praise += Math.Max(0, told);
                    blame += Math.Max(0, -told);
                    factor = 1;
                }
                else if (FactorOf(word) is { } other)
                    (factor, since) = (factor * other, 0);
            }
        }

        return new LexiconFinding(praise, blame, words);
    }

    static double? FactorOf(string word) =>
        SentimentWords.Negations.Contains(word) ? Negated : SentimentWords.Boosts.Contains(word) ? Boost : SentimentWords.Dampers.Contains(word) ? Damp : null;

    /// <summary>A negation ends with its clause.</summary>
    static string[] Clauses(string text) => text.Split(['，', '。', '！', '？', '；', '、', ',', '.', '!', '?', ';', '\n', '~', '…', '：', ':'], StringSplitOptions.RemoveEmptyEntries);

    static IEnumerable<string> Words(string clause)
    {
        foreach ((string run, bool isHan) in TextRuns.Of(clause))
        {
            if (!isHan)
            {
                yield return run;
                continue;
            }

            for (int at = 0; at < run.Length;)
            {
                string word = Longest(run, at);
                yield return word;
                at += word.Length;
            }
        }
    }

    static string Longest(string run, int at)
    {
        for (int length = Math.Min(SentimentWords.HanLengthMax, run.Length - at); length > 1; length--)
        {
            string word = run.Substring(at, length);
            if (SentimentWords.Weights.ContainsKey(word) || FactorOf(word) is not null || SentimentWords.Turns.Contains(word))
                return word;
        }

        return run.Substring(at, 1);
    }
}

using Orrery.Interfaces.Reviews;

namespace Orrery.Grains.Reviews.Sentiment;

/// <summary>
/// A tenant's own model: softmax regression over hashed words, pairs of words and Chinese n-grams of one to three characters, beside what the lexicon says. Trained by gradient steps in a fixed order, so that the same texts always give the
/// same weights; it starts as nothing but the lexicon's opinion.
/// </summary>
sealed class SentimentModel
{
    const int Labels = 3, Buckets = 1 << 13, Told = 4, Epochs = 30, TextLengthMax = 2_000;
    const double Rate = 0.3, Decay = 2e-4;

    readonly float[] weights;

    SentimentModel(float[] weights) => this.weights = weights;

    /// <summary>What is stored of a model, at most about 100 kB.</summary>
    public byte[] ToBytes() => System.Runtime.InteropServices.MemoryMarshal.AsBytes(weights.AsSpan()).ToArray();

    /// <returns>Null where the bytes are of another kind of model.</returns>
    public static SentimentModel? Read(byte[]? bytes) => bytes?.Length == Labels * (Buckets + Told) * sizeof(float) ? new SentimentModel([.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes)]) : null;

    public static SentimentModel Train(IReadOnlyList<LabelledText> texts)
    {
        var weights = new float[Labels * (Buckets + Told)];
        var model = new SentimentModel(weights);
        (List<(int At, float Value)> Features, int Label)[] read = [.. texts.Select(static text => (Features(text.Text, Lexicon.Read(text.Text)), (int)text.Label))];
        double[] balance = Balance(texts);
        Span<double> odds = stackalloc double[Labels];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            double rate = Rate / (1 + (0.1 * epoch));
            foreach ((List<(int At, float Value)> features, int label) in read)
            {
                model.Odds(features, odds);
                for (int of = 0; of < Labels; of++)
                {
                    double step = rate * balance[label] * ((of == label ? 1 : 0) - odds[of]);
                    foreach ((int at, float value) in features)
                    {
                        ref float weight = ref weights[(at * Labels) + of];
                        weight += (float)((step * value) - (rate * Decay * weight));
                    }
                }
            }
        }

        return model;
    }

    /// <summary>How likely the text is negative, neutral, positive; they sum up to 1.</summary>
    public double[] Read(string text, LexiconFinding finding)
    {
        double[] odds = new double[Labels];
        Odds(Features(text, finding), odds);
        return odds;
    }

    /// <summary>Labels that few texts have count as much as others, to a degree.</summary>
    static double[] Balance(IReadOnlyList<LabelledText> texts) =>
        [.. Enumerable.Range(0, Labels).Select(label => Math.Min(2.5, Math.Sqrt((double)texts.Count / (Labels * Math.Max(1, texts.Count(text => (int)text.Label == label))))))];

    void Odds(List<(int At, float Value)> features, Span<double> odds)
    {
        odds.Clear();
        foreach ((int at, float value) in features)
            for (int of = 0; of < Labels; of++)
                odds[of] += weights[(at * Labels) + of] * value;
        double most = Math.Max(odds[0], Math.Max(odds[1], odds[2])), sum = 0;
        for (int of = 0; of < Labels; of++)
            sum += odds[of] = Math.Exp(odds[of] - most);
        for (int of = 0; of < Labels; of++)
            odds[of] /= sum;
    }

    /// <summary>Of unit length, so that long texts do not outweigh short ones; then what the lexicon says.</summary>
    static List<(int At, float Value)> Features(string text, LexiconFinding finding)
    {
        var counts = new Dictionary<int, float>();
        string? before = null;
        foreach ((string run, bool isHan) in TextRuns.Of(text.Length <= TextLengthMax ? text : text[..TextLengthMax]))
        {
            if (isHan)
                for (int length = 1; length <= 3; length++)
                    for (int at = 0; at + length <= run.Length; at++)
                        Count(run.AsSpan(at, length));
            else
            {
                Count(run);
                if (before is not null)
                    Count($"{before} {run}");
            }

            before = isHan ? null : run;
        }

        double norm = Math.Sqrt(counts.Values.Sum(static count => Math.Log(1 + count) * Math.Log(1 + count)));
        List<(int At, float Value)> features = [.. counts.OrderBy(static pair => pair.Key).Select(pair => (pair.Key, (float)(Math.Log(1 + pair.Value) / norm)))];
        features.AddRange([(Buckets, 1f), (Buckets + 1, (float)finding.Score), (Buckets + 2, (float)Math.Log(1 + finding.Praise)), (Buckets + 3, (float)Math.Log(1 + finding.Blame))]);
        return features;

        void Count(ReadOnlySpan<char> gram)
        {
            // FNV-1a: the same in every process, which string's own hash is not.
            uint hash = 2_166_136_261;
            foreach (char c in gram)
                hash = (hash ^ c) * 16_777_619;
            int at = (int)((hash ^ (hash >> 15)) % Buckets);
            counts[at] = counts.GetValueOrDefault(at) + 1;
        }
    }
}

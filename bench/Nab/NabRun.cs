using System.Diagnostics;
using Orrery.Grains.Health.Anomaly;

namespace Orrery.Bench.Nab;

/// <summary>Runs the anomaly scorer over the corpus, a new one for each series, and takes the time.</summary>
public sealed record NabRun(IReadOnlyList<NabSeries> Corpus, IReadOnlyList<double[]> Scores, double NanosecondsPerSample)
{
    public static NabRun Of(IReadOnlyList<NabSeries> corpus)
    {
        var scores = corpus.Select(series => new double[series.Values.Length]).ToArray();
        var samples = corpus.Sum(series => (long)series.Values.Length);
        var started = Stopwatch.GetTimestamp();
        for (var s = 0; s < corpus.Count; s++)
        {
            var scorer = new AnomalyScorer();
            for (var row = 0; row < scores[s].Length; row++)
                scores[s][row] = scorer.Observe(corpus[s].Times[row], corpus[s].Values[row]).Score;
        }

        return new NabRun(corpus, scores, Stopwatch.GetElapsedTime(started).TotalNanoseconds / samples);
    }

    public NabResult Best(NabProfile profile) => NabScore.Best(Corpus, Scores, profile);

    /// <summary>The score of each group of series at a threshold chosen over all of them.</summary>
    public IEnumerable<(string Group, NabResult Result)> Groups(NabProfile profile, double threshold) =>
        Enumerable.Range(0, Corpus.Count)
            .GroupBy(i => Corpus[i].Group)
            .Select(group => (group.Key, NabScore.At([.. group.Select(i => Corpus[i])], [.. group.Select(i => Scores[i])], profile, threshold)));
}

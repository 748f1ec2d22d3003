using Orrery.Bench.Nab;
using Orrery.Grains.Health.Anomaly;

namespace Orrery.Grains.Tests.Health.Anomaly;

public sealed class NabCorpusTests
{
    [Fact]
    public void On_the_labelled_corpus_one_threshold_scores_above_seventy()
    {
        var corpus = NabCorpus.Read(NabFolder.Find());
        var scores = corpus.Select(Score).ToArray();
        var result = NabScore.Best(corpus, scores, NabProfile.Standard);
        TestContext.Current.TestOutputHelper?.WriteLine(result.ToString());
        result.Score.ShouldBeGreaterThan(70);
    }

    [Fact]
    public void At_the_alarm_score_that_is_documented_the_corpus_scores_above_seventy_too()
    {
        var corpus = NabCorpus.Read(NabFolder.Find());
        NabScore.At(corpus, [.. corpus.Select(Score)], NabProfile.Standard, threshold: 0.5).Score.ShouldBeGreaterThan(70);
    }

    [Fact]
    public void A_perfect_detector_scores_hundred_on_the_corpus()
    {
        var corpus = NabCorpus.Read(NabFolder.Find());
        var scores = corpus.Select(series =>
        {
            var perfect = new double[series.Values.Length];
            foreach (var window in series.Windows)
                perfect[window.First] = 1;
            return perfect;
        }).ToArray();
        NabScore.Best(corpus, scores, NabProfile.Standard).Score.ShouldBe(100, 1e-6);
    }

    private static double[] Score(NabSeries series)
    {
        var scorer = new AnomalyScorer();
        return [.. series.Values.Select((value, row) => scorer.Observe(series.Times[row], value).Score)];
    }
}

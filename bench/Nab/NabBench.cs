using Orrery.Bench.Harness;
using Orrery.Grains.Health.Anomaly;

namespace Orrery.Bench.Nab;

/// <summary>The streaming anomaly score on the Numenta Anomaly Benchmark, beside detectors published for it.</summary>
public static class NabBench
{
    private const double Goal = 60;

    /// <summary>Two of the field's best, and the first to be known for it.</summary>
    private static readonly string[] Peers = ["ARTime", "contextOSE", "numenta", "htmjava"];

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var folder = BenchContext.FindTestData("nab")
            ?? throw new DirectoryNotFoundException("The folder nab is not in the test data; ORRERY_TEST_DATA can name its parent.");
        var corpus = NabCorpus.Read(folder);
        context.Say($"{corpus.Count} series, {corpus.Sum(series => series.Values.Length)} samples");
        NabRun.Of(corpus);
        var runs = Enumerable.Range(0, context.Runs).Select(_ => NabRun.Of(corpus)).ToArray();
        var run = runs[0];

        var figures = new List<Figure>();
        var standard = run.Best(NabProfile.Standard);
        var published = NabPeers.Read(folder, NabProfile.Standard);
        figures.Add(Score("standard profile", standard, "numenta", published) with { Goal = Goal });
        figures.AddRange(Peers.Where(peer => peer != "numenta").Select(peer => Score($"standard, beside {peer}", standard, peer, published)));
        foreach (var profile in NabProfile.All.Where(profile => profile != NabProfile.Standard))
            figures.Add(Score(profile.Name, run.Best(profile), "numenta", NabPeers.Read(folder, profile)));
        figures.AddRange(run.Groups(NabProfile.Standard, standard.Threshold).Select(group => Group(group.Group, group.Result)));
        figures.Add(new Figure("threshold", standard.Threshold, "score", "higher"));
        figures.Add(new Figure("windows hit", standard.Hits, $"of {standard.Windows}", "higher"));
        figures.Add(new Figure("false alarms", standard.FalseAlarms, "alarms", "lower"));
        figures.Add(new Figure("time a sample", BenchContext.Median(runs.Select(measured => measured.NanosecondsPerSample)), "ns", "lower", Goal: 2000));
        figures.Add(new Figure("state a metric", AnomalyScorer.StateBytes, "B", "lower"));
        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }

    private static Figure Score(string name, NabResult result, string peer, IReadOnlyDictionary<string, double> published) =>
        published.TryGetValue(peer, out var value)
            ? new Figure(name, result.Score, "points", "higher", AgainstName: peer, AgainstValue: value)
            : new Figure(name, result.Score, "points", "higher");

    /// <summary>Where a group has no windows its score cannot be normalised: then it is what its false alarms cost, 0 at best.</summary>
    private static Figure Group(string name, NabResult result) =>
        new($"group {name}", result.Score, result.Windows > 0 ? "points" : "raw", "higher");
}

namespace Orrery.Bench.Nab;

/// <summary>The outcome over some series: normalised so that a silent detector has 0 and a perfect one 100; the threshold; and how many windows were hit, how many rows were false alarms.</summary>
public readonly record struct NabResult(double Score, double Threshold, int Windows, int Hits, int FalseAlarms);

/// <summary>
/// The benchmark's scoring. An alarm is a row whose score reaches the threshold. In a window the best alarm counts, the
/// earlier the better, and further ones are free; a window without one costs a miss. An alarm outside costs little just
/// after a window and the full price farther away. The first rows of each series are for learning and never count.
/// </summary>
public static class NabScore
{
    private const double FarthestRelativePosition = 3;

    /// <summary>The score with the one threshold, over all the series, that makes it highest. Of the detector's scores there is one a row, higher is more anomalous.</summary>
    public static NabResult Best(IReadOnlyList<NabSeries> corpus, IReadOnlyList<double[]> scores, NabProfile profile)
    {
        var alarms = Alarms(corpus, scores, profile, threshold: double.NegativeInfinity);
        alarms.Sort((left, right) => right.Score.CompareTo(left.Score));
        var windows = WindowCount(corpus);
        var tally = new Tally(profile, windows);
        var best = tally.Result(threshold: double.PositiveInfinity);
        for (var i = 0; i < alarms.Count; i++)
        {
            tally.Add(alarms[i]);
            if (i + 1 < alarms.Count && alarms[i + 1].Score == alarms[i].Score)
                continue;
            var result = tally.Result(alarms[i].Score);
            if (result.Score > best.Score || windows == 0)
                best = result;
        }

        return best;
    }

    /// <summary>The score at a given threshold.</summary>
    public static NabResult At(IReadOnlyList<NabSeries> corpus, IReadOnlyList<double[]> scores, NabProfile profile, double threshold)
    {
        var tally = new Tally(profile, WindowCount(corpus));
        foreach (var alarm in Alarms(corpus, scores, profile, threshold))
            tally.Add(alarm);
        return tally.Result(threshold);
    }

    /// <summary>From 1 at a window's left edge by 0 at its right edge to -1 far behind it.</summary>
    public static double Sigmoid(double position) =>
        position > FarthestRelativePosition ? -1 : 2 / (1 + Math.Exp(5 * position)) - 1;

    private static int WindowCount(IReadOnlyList<NabSeries> corpus) =>
        corpus.Sum(series => series.Windows.Count(window => window.Last >= series.Probation));

    private static List<Alarm> Alarms(IReadOnlyList<NabSeries> corpus, IReadOnlyList<double[]> scores, NabProfile profile, double threshold)
    {
        var alarms = new List<Alarm>();
        var window = 0;
        for (var s = 0; s < corpus.Count; s++)
        {
            var series = corpus[s];
            var next = 0;
            for (var row = 0; row < series.Values.Length; row++)
            {
                while (next < series.Windows.Length && series.Windows[next].Last < row)
                    next++;
                var inside = next < series.Windows.Length && series.Windows[next].First <= row;
                if (row < series.Probation || scores[s][row] < threshold)
                    continue;
                alarms.Add(inside
                    ? new Alarm(scores[s][row], window + next, HitValue(series.Windows[next], row, profile))
                    : new Alarm(scores[s][row], -1, FalseAlarmValue(next == 0 ? null : series.Windows[next - 1], row, profile)));
            }

            window += series.Windows.Length;
        }

        return alarms;
    }

    private static double HitValue(NabWindow window, int row, NabProfile profile) =>
        Sigmoid(-(window.Last - row + 1) / (double)window.Width) * profile.TruePositive / Sigmoid(-1);

    private static double FalseAlarmValue(NabWindow? behind, int row, NabProfile profile) =>
        profile.FalsePositive * (behind is { } window ? Sigmoid((row - window.Last) / (double)(window.Width - 1)) : -1);

    /// <summary>A row that may be an alarm; its window's number over all series, or -1 outside of any; and what it would add.</summary>
    private readonly record struct Alarm(double Score, int Window, double Value);

    private sealed class Tally(NabProfile profile, int windows)
    {
        private readonly Dictionary<int, double> bestByWindow = [];
        private double hits;
        private double falseAlarms;
        private int falseAlarmCount;

        public void Add(Alarm alarm)
        {
            if (alarm.Window < 0)
            {
                falseAlarms += alarm.Value;
                falseAlarmCount++;
                return;
            }

            if (bestByWindow.TryGetValue(alarm.Window, out var best) && best >= alarm.Value)
                return;
            bestByWindow[alarm.Window] = alarm.Value;
            hits += alarm.Value - best;
        }

        public NabResult Result(double threshold)
        {
            var raw = hits + falseAlarms - (windows - bestByWindow.Count) * profile.FalseNegative;
            var nothing = -windows * profile.FalseNegative;
            var perfect = windows * profile.TruePositive;
            var score = windows == 0 ? raw : 100 * (raw - nothing) / (perfect - nothing);
            return new NabResult(score, threshold, windows, bestByWindow.Count, falseAlarmCount);
        }
    }
}

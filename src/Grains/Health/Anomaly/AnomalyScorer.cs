namespace Orrery.Grains.Health.Anomaly;

/// <summary>
/// Scores one metric's values as they come: by the records they break, and by how far they leave what is recent.
/// <para>Records find what never was. Nine statistics of the series are watched (see <see cref="Statistic"/>): the value,
/// its distance from what is usual at this hour, the step from the value before, and the level and the restlessness of
/// the last 8 and 48 values. Of each the lowest and highest of the last 30 to 60 days (or 2,000 values, where that is longer) are remembered, and a value beyond counts by how far
/// it goes, as a share of the range known so far. So no unit needs a setting, a heavy tail widens its own range, and what
/// happened once is known from then on.</para>
/// <para>Deviations find what was, but seldom: a value or a step many standard deviations from the last thousand or so
/// counts by the square of them, as the chance of such a one falls by the square whatever the distribution.</para>
/// <para>The score. The strongest evidence of a sample is its surprise. A surprise mutes weaker ones for the next 100 to 200 samples:
/// an anomaly is told when it starts, and again only when it gets worse.</para>
/// <para>What is not promised. Nothing is scored before 150 values. What fits in every known range, such as a
/// wrong value in the middle of a busy hour, is not seen. Times are taken as they come: a value that arrives late is scored at
/// its own hour but counts as the latest.</para>
/// <para>Not thread-safe. No clock, no randomness: the same values give the same scores and the same state.</para>
/// </summary>
public sealed partial class AnomalyScorer
{
    /// <summary>A record that passes the known range by this share of it scores 0.5.</summary>
    private const double AlarmShare = 0.06;

    /// <summary>So many standard deviations score 0.5, too.</summary>
    private const double AlarmDeviations = 18;

    /// <summary>After so many values deviations count half of what they will count in the end.</summary>
    private const double HalfTrustedCount = 300;

    /// <summary>So many values are learned before the first one is scored.</summary>
    private const long LearningSamples = 150;

    /// <summary>What comes just after a surprise has to be stronger than it by this factor, for the parts of one change show one after another.</summary>
    private const double MutingStrength = 1.5;

    /// <summary>After so many values the muting has faded to about a third.</summary>
    private const double MutingSamples = 80;

    /// <summary>After a pause of so many usual intervals the recent values are no longer recent.</summary>
    private const double PauseIntervals = 4;

    private const double IntervalWeight = 0.05;

    /// <summary>Extremes are remembered for one to two generations; each is at least this long and has at least so many values.</summary>
    private const double GenerationMilliseconds = 30.0 * 24 * 3_600_000;
    private const long GenerationSamples = 2000;

    /// <summary>A stretch that moves by less than this share of the known range is still.</summary>
    private const double StillShare = 0.001;

    /// <summary>Values are cut to this magnitude, so that their squares stay finite.</summary>
    private const double LargestMagnitude = 1e150;

    private static readonly double MutingFactor = Math.Exp(-1 / MutingSamples);

    private readonly RecentValues recent = new();
    private readonly HourlyProfile profile = new();
    private readonly Extremes[] extremes = new Extremes[Enum.GetValues<Statistic>().Length];
    private Spread values;
    private Spread steps;
    private double muting;
    private double interval;
    private long samples;
    private long latestTime;
    private long generationStart;
    private long generationSamples;

    public AnomalyScorer() => Array.Fill(extremes, Extremes.None);

    /// <summary>Scores a value, then learns it.</summary>
    /// <param name="time">Unix time in milliseconds.</param>
    /// <param name="value">In the metric's unit. NaN and infinities are <see cref="AnomalyScore.Ignored"/>.</param>
    public AnomalyScore Observe(long time, double value)
    {
        if (!double.IsFinite(value))
            return AnomalyScore.Ignored;
        value = Math.Clamp(value, -LargestMagnitude, LargestMagnitude);
        FollowTime(time);

        var usual = profile.Expected(time, value);
        var expected = usual ?? (recent.IsEmpty ? value : recent.Latest);
        var residuals = extremes[(int)Statistic.Residual];
        var low = expected + (residuals.AreKnown ? Math.Min(residuals.Low, 0) : 0);
        var high = expected + (residuals.AreKnown ? Math.Max(residuals.High, 0) : 0);

        var evidence = Judge(value, usual is { } known ? value - known : 0);
        profile.Learn(time, value);
        var score = IsMuted(evidence.Share) ? 0 : evidence.Share / (evidence.Share + AlarmShare);
        return new AnomalyScore(score, score > 0 ? evidence.Reason : AnomalyReason.None, expected, low, high);
    }

    private Evidence Judge(double value, double residual)
    {
        var step = recent.IsEmpty ? 0 : value - recent.Latest;
        recent.Add(value);

        var strongest = default(Evidence);
        Watch(Statistic.Value, value, AnomalyReason.AboveKnown, AnomalyReason.BelowKnown, ref strongest);
        if (recent.HoldsFew)
        {
            var few = recent.Last(RecentValues.Few);
            Watch(Statistic.ShortFloor, few.Low, AnomalyReason.NewLevel, AnomalyReason.None, ref strongest);
            Watch(Statistic.ShortCeiling, few.High, AnomalyReason.None, AnomalyReason.NewLevel, ref strongest);
            Watch(Statistic.ShortDeviation, few.Deviation, AnomalyReason.PatternChange, AnomalyReason.None, ref strongest);
        }

        var range = extremes[(int)Statistic.Value].High - extremes[(int)Statistic.Value].Low;
        if (recent.HoldsMany && range > 0)
        {
            var many = recent.Last(RecentValues.Many);
            var calm = Math.Log(many.Deviation + (StillShare * range));
            Watch(Statistic.LongFloor, many.Low, AnomalyReason.NewLevel, AnomalyReason.None, ref strongest);
            Watch(Statistic.LongCeiling, many.High, AnomalyReason.None, AnomalyReason.NewLevel, ref strongest);
            Watch(Statistic.LongDeviation, calm, AnomalyReason.None, AnomalyReason.Flat, ref strongest);
        }

        Watch(Statistic.Residual, residual, AnomalyReason.AboveExpected, AnomalyReason.BelowExpected, ref strongest);
        Watch(Statistic.Step, step, AnomalyReason.PatternChange, AnomalyReason.PatternChange, ref strongest);
        Compare(ref values, value, range, AnomalyReason.AboveExpected, AnomalyReason.BelowExpected, ref strongest);
        Compare(ref steps, step, range, AnomalyReason.PatternChange, AnomalyReason.PatternChange, ref strongest);
        return strongest;
    }

    /// <summary>Where a statistic breaks a record on a side that has a reason, takes it if it is the strongest; then remembers it. The reasons asked first are the plainer ones: once they suffice, later ones only add strength.</summary>
    private void Watch(Statistic statistic, double value, AnomalyReason above, AnomalyReason below, ref Evidence strongest)
    {
        ref var known = ref extremes[(int)statistic];
        var (share, reason) = value > known.High ? (known.Above(value), above) : (known.Below(value), below);
        known.Remember(value);
        if (reason != AnomalyReason.None)
            Weigh(share, reason, ref strongest);
    }

    private void Compare(ref Spread spread, double value, double range, AnomalyReason above, AnomalyReason below, ref Evidence strongest)
    {
        var deviations = spread.Deviations(value, finest: StillShare * range) / AlarmDeviations;
        spread.Learn(value);
        var share = Math.Min(AlarmShare * deviations * deviations, 1) * samples / (samples + HalfTrustedCount);
        Weigh(share, deviations > 0 ? above : below, ref strongest);
    }

    private static void Weigh(double share, AnomalyReason reason, ref Evidence strongest)
    {
        if (share > strongest.Share)
            strongest = new Evidence(share, strongest.Share < AlarmShare ? reason : strongest.Reason);
    }

    /// <summary>Whether a surprise is weaker than what is left of an earlier one. Else it takes its place.</summary>
    private bool IsMuted(double surprise)
    {
        if (++samples <= LearningSamples)
            return true;
        muting *= MutingFactor;
        if (surprise <= muting)
            return true;
        muting = MutingStrength * surprise;
        return false;
    }

    private void FollowTime(long time)
    {
        if (samples == 0)
            (latestTime, generationStart) = (time, time);
        var elapsed = Math.Max(0, (double)time - latestTime);
        latestTime = time;
        if (interval > 0 && elapsed > PauseIntervals * interval)
            recent.Clear();
        interval += IntervalWeight * ((interval > 0 ? Math.Min(elapsed, 2 * interval) : elapsed) - interval);

        if (++generationSamples <= GenerationSamples || Math.Abs((double)time - generationStart) < GenerationMilliseconds)
            return;
        (generationStart, generationSamples) = (time, 0);
        foreach (ref var known in extremes.AsSpan())
            known.StartGeneration();
    }

    private readonly record struct Evidence(double Share, AnomalyReason Reason);
}

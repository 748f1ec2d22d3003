using Orrery.Grains.Health.Anomaly;

namespace Orrery.Grains.Tests.Health.Anomaly;

/// <summary>Made-up metrics, a value each five minutes, three weeks of ordinary life before anything happens.</summary>
public sealed class AnomalyScorerTests
{
    private const double Alarm = 0.5;
    private const int SamplesPerDay = 288;
    private const int LearningSamples = 21 * SamplesPerDay;

    [Fact]
    public void A_spike_above_all_that_was_seen_is_an_alarm_and_says_so()
    {
        var metric = new Metric(row => 50 + 10 * Daily(row));
        metric.Learn(LearningSamples);
        var score = metric.Observe(120);
        score.Score.ShouldBeGreaterThan(Alarm);
        score.Reason.ShouldBe(AnomalyReason.AboveKnown);
        score.High.ShouldBeLessThan(120);
        score.Expected.ShouldBeInRange(35, 65);
    }

    [Fact]
    public void A_drop_below_all_that_was_seen_is_an_alarm_and_says_so()
    {
        var metric = new Metric(row => 50 + 10 * Daily(row));
        metric.Learn(LearningSamples);
        var score = metric.Observe(-20);
        score.Score.ShouldBeGreaterThan(Alarm);
        score.Reason.ShouldBe(AnomalyReason.BelowKnown);
    }

    [Fact]
    public void The_height_of_the_daily_peak_is_an_alarm_at_night_only()
    {
        var metric = new Metric(row => row % SamplesPerDay is >= 108 and < 120 ? 90 : 20);
        metric.Learn(LearningSamples);
        for (var row = 0; row < SamplesPerDay; row++)
            metric.Observe().Score.ShouldBeLessThan(Alarm, $"at sample {row} of an ordinary day");
        metric.Learn(24);
        var score = metric.Observe(90);
        score.Score.ShouldBeGreaterThan(Alarm);
        score.Reason.ShouldBe(AnomalyReason.AboveExpected);
    }

    [Fact]
    public void A_rare_spike_is_an_alarm_again_though_a_higher_one_was_seen()
    {
        var metric = new Metric(row => row % 2000 == 0 ? 90 : 20);
        metric.Learn(6900);
        var score = metric.Observe(80);
        score.Score.ShouldBeGreaterThan(Alarm);
        score.Reason.ShouldBe(AnomalyReason.AboveExpected);
    }

    [Fact]
    public void A_spike_that_comes_every_hour_is_ordinary()
    {
        var metric = new Metric(row => row % 12 == 0 ? 90 : 20);
        metric.Learn(LearningSamples);
        for (var row = 0; row < SamplesPerDay; row++)
            metric.Observe().Score.ShouldBeLessThan(Alarm);
    }

    [Fact]
    public void One_absurd_value_does_not_make_the_scorer_deaf()
    {
        var metric = new Metric(_ => 20);
        metric.Learn(LearningSamples);
        metric.Observe(1e12);
        metric.Learn(5000);
        metric.Observe(90).Score.ShouldBeGreaterThan(Alarm);
    }

    [Fact]
    public void A_new_level_is_told_and_then_learned()
    {
        var metric = new Metric(_ => 20);
        metric.Learn(LearningSamples);
        var told = 0;
        for (var row = 0; row < 2 * SamplesPerDay; row++)
            told += metric.Observe(60 + metric.Noise()).Score > Alarm ? 1 : 0;
        told.ShouldBeInRange(1, 5);
        for (var row = 0; row < 7 * SamplesPerDay; row++)
            metric.Observe(60 + metric.Noise()).Score.ShouldBeLessThan(Alarm);
    }

    [Fact]
    public void A_flat_line_after_noise_is_seen()
    {
        var metric = new Metric(row => 50 + 10 * Daily(row));
        metric.Learn(LearningSamples);
        var scores = Enumerable.Range(0, SamplesPerDay / 4).Select(_ => metric.Observe(50)).ToArray();
        scores.ShouldContain(score => score.Score > Alarm && score.Reason == AnomalyReason.Flat);
    }

    [Fact]
    public void Restlessness_within_the_usual_range_is_a_change_of_pattern()
    {
        var metric = new Metric(row => 50 + 20 * Math.Sin(row / 14.2));
        metric.Learn(LearningSamples);
        var scores = Enumerable.Range(0, 48).Select(row => metric.Observe(row % 2 == 0 ? 35 : 65)).ToArray();
        scores.ShouldContain(score => score.Score > Alarm && score.Reason == AnomalyReason.PatternChange);
    }

    [Fact]
    public void Noise_without_an_anomaly_hardly_alarms()
    {
        var metric = new Metric(_ => 10);
        metric.Learn(1000);
        Enumerable.Range(0, 20_000).Count(_ => metric.Observe().Score > Alarm).ShouldBeLessThan(20);
    }

    [Fact]
    public void A_slow_drift_hardly_alarms()
    {
        var metric = new Metric(row => 100 + row * 0.002 + 10 * Daily(row));
        metric.Learn(LearningSamples);
        Enumerable.Range(0, 20 * SamplesPerDay).Count(_ => metric.Observe().Score > Alarm).ShouldBeLessThan(10);
    }

    [Fact]
    public void A_constant_series_stays_silent_until_it_moves()
    {
        var scorer = new AnomalyScorer();
        for (var row = 0; row < 5000; row++)
            scorer.Observe(Metric.TimeOf(row), 7).Score.ShouldBe(0);
        scorer.Observe(Metric.TimeOf(5000), 8).Score.ShouldBeGreaterThan(Alarm);
    }

    [Fact]
    public void The_first_values_of_a_series_do_not_alarm()
    {
        var metric = new Metric(row => 50 + 10 * Daily(row));
        for (var row = 0; row < 50; row++)
            metric.Observe().Score.ShouldBeLessThan(Alarm);
    }

    [Fact]
    public void A_gap_is_not_an_anomaly()
    {
        var metric = new Metric(row => 50 + 10 * Daily(row));
        metric.Learn(LearningSamples);
        metric.Skip(3 * SamplesPerDay + 100);
        for (var row = 0; row < SamplesPerDay; row++)
            metric.Observe().Score.ShouldBeLessThan(Alarm);
    }

    [Fact]
    public void Not_a_number_and_infinities_change_nothing()
    {
        var metric = new Metric(row => 50 + 10 * Daily(row));
        metric.Learn(1000);
        var before = metric.Scorer.Export();
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
            metric.Scorer.Observe(Metric.TimeOf(1000), value).ShouldBe(AnomalyScore.Ignored);
        metric.Scorer.Export().ShouldBe(before);
    }

    [Fact]
    public void The_largest_numbers_keep_every_score_between_zero_and_one()
    {
        var scorer = new AnomalyScorer();
        double[] values = [0, double.MaxValue, double.MinValue, double.Epsilon, -0.0, 1e300, -1e300];
        for (var row = 0; row < 2000; row++)
            scorer.Observe(row % 3 == 0 ? Metric.TimeOf(row) : row - 1000, values[row * 5 % values.Length]).Score.ShouldBeInRange(0, 1);
    }

    [Fact]
    public void A_restored_scorer_gives_the_same_scores_as_the_one_it_was_exported_from()
    {
        var metric = new Metric(row => 50 + 10 * Daily(row));
        metric.Learn(LearningSamples + 7);
        var restored = AnomalyScorer.Import(metric.Scorer.Export());
        for (var row = 0; row < SamplesPerDay; row++)
        {
            var value = row % 50 == 0 ? 50 + row : 50 + metric.Noise();
            var time = Metric.TimeOf(LearningSamples + 7 + row);
            restored.Observe(time, value).ShouldBe(metric.Scorer.Observe(time, value));
        }

        restored.Export().ShouldBe(metric.Scorer.Export());
    }

    [Fact]
    public void Two_scorers_that_saw_the_same_have_the_same_state()
    {
        var (one, other) = (new Metric(Daily), new Metric(Daily));
        one.Learn(3000);
        other.Learn(3000);
        one.Scorer.Export().ShouldBe(other.Scorer.Export());
    }

    [Fact]
    public void A_damaged_state_is_refused_with_the_reason()
    {
        var metric = new Metric(Daily);
        metric.Learn(1000);
        var state = metric.Scorer.Export();
        state.Length.ShouldBe(AnomalyScorer.StateBytes);
        Refusal([]).ShouldContain("no anomaly state");
        Refusal([1, 2, 3, 4, 5, 6, 7, 8, 9]).ShouldContain("no anomaly state");
        Refusal(state[..^1]).ShouldContain("cut");
        Refusal(Changed(state, at: 4)).ShouldContain("version");
        for (var at = 8; at < state.Length; at += 97)
            Refusal(Changed(state, at)).ShouldContain("checksum");
    }

    private static string Refusal(byte[] state) => Should.Throw<InvalidDataException>(() => AnomalyScorer.Import(state)).Message;

    private static byte[] Changed(byte[] state, int at)
    {
        var changed = (byte[])state.Clone();
        changed[at] ^= 0x10;
        return changed;
    }

    private static double Daily(int row) => Math.Sin(2 * Math.PI * row / SamplesPerDay);

    /// <summary>A metric with an ordinary course and a little noise, and the scorer that watches it.</summary>
    private sealed class Metric(Func<int, double> course)
    {
        private readonly Random random = new(20_14);
        private int row;

        public AnomalyScorer Scorer { get; } = new();

        public static long TimeOf(int row) => 1_700_000_000_000L / 604_800_000 * 604_800_000 + row * 300_000L;

        public double Noise() => 2 * random.NextDouble() - 1;

        public AnomalyScore Observe() => Observe(course(row) + Noise());

        public AnomalyScore Observe(double value) => Scorer.Observe(TimeOf(row++), value);

        public void Skip(int samples) => row += samples;

        public void Learn(int samples)
        {
            for (var i = 0; i < samples; i++)
                Observe();
        }
    }
}

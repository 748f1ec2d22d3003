using Orrery.Bench.Nab;

namespace Orrery.Grains.Tests.Health.Anomaly;

public sealed class NabScoreTests
{
    private const double AtHalf = 0.848283639957513; // 2 / (1 + e^-2.5) - 1
    private const double AtOne = 0.986614298151430; // 2 / (1 + e^-5) - 1

    /// <summary>100 rows, so 15 of probation; one window of 20 rows at 40..59.</summary>
    private static readonly NabSeries[] Corpus = [new("group/series", new long[100], new double[100], [new NabWindow(40, 59)])];

    [Fact]
    public void A_silent_detector_scores_zero() =>
        NabScore.Best(Corpus, [new double[100]], NabProfile.Standard).Score.ShouldBe(0);

    [Fact]
    public void An_alarm_at_the_left_edge_of_every_window_scores_hundred_in_every_profile()
    {
        foreach (var profile in NabProfile.All)
            NabScore.Best(Corpus, [Alarms(40)], profile).Score.ShouldBe(100, 1e-9);
    }

    [Fact]
    public void Half_way_through_a_window_a_hit_is_worth_less()
    {
        // Row 50: y = -(59 - 50 + 1) / 20 = -0.5. Raw = AtHalf / AtOne, silent = -1, perfect = 1.
        NabScore.At(Corpus, [Alarms(50)], NabProfile.Standard, 0.5).Score.ShouldBe(100 * (AtHalf / AtOne + 1) / 2, 1e-9);
    }

    [Fact]
    public void Of_several_alarms_in_a_window_the_earliest_counts_alone() =>
        NabScore.At(Corpus, [Alarms(40, 45, 59)], NabProfile.Standard, 0.5).Score.ShouldBe(100, 1e-9);

    [Fact]
    public void A_false_alarm_before_any_window_costs_the_full_price()
    {
        NabScore.At(Corpus, [Alarms(20, 40)], NabProfile.Standard, 0.5).Score.ShouldBe(100 * (1 - 0.11 + 1) / 2, 1e-9);
        NabScore.At(Corpus, [Alarms(20, 40)], NabProfile.RewardLowFalsePositives, 0.5).Score.ShouldBe(100 * (1 - 0.22 + 1) / 2, 1e-9);
    }

    [Fact]
    public void A_false_alarm_costs_more_the_farther_it_lies_behind_a_window()
    {
        // Behind row 59: y = (78 - 59) / 19 = 1 at row 78; more than 3 widths away the price is full.
        NabScore.At(Corpus, [Alarms(40, 78)], NabProfile.Standard, 0.5).Score.ShouldBe(100 * (1 - 0.11 * AtOne + 1) / 2, 1e-9);
        NabSeries[] wide = [new("group/series", new long[200], new double[200], [new NabWindow(40, 59)])];
        NabScore.At(wide, [AlarmsIn(200, [40, 150])], NabProfile.Standard, 0.5).Score.ShouldBe(100 * (1 - 0.11 + 1) / 2, 1e-9);
    }

    [Fact]
    public void A_missed_window_costs_twice_as_much_where_misses_weigh_more()
    {
        // Nothing hit and one false alarm: raw = -2 - 0.11, silent = -2, perfect = 1.
        NabScore.At(Corpus, [Alarms(20)], NabProfile.RewardLowFalseNegatives, 0.5).Score.ShouldBe(100 * -0.11 / 3, 1e-9);
    }

    [Fact]
    public void Alarms_while_the_detector_learns_do_not_count() =>
        NabScore.At(Corpus, [Alarms(0, 14)], NabProfile.Standard, 0.5).Score.ShouldBe(0);

    [Fact]
    public void The_best_threshold_keeps_the_hit_and_leaves_the_false_alarms_out()
    {
        var scores = new double[100];
        (scores[20], scores[25], scores[40]) = (0.7, 0.8, 0.9);
        var best = NabScore.Best(Corpus, [scores], NabProfile.Standard);
        best.ShouldBe(new NabResult(100, 0.9, Windows: 1, Hits: 1, FalseAlarms: 0));
    }

    private static double[] Alarms(params int[] rows) => AlarmsIn(100, rows);

    private static double[] AlarmsIn(int length, int[] rows)
    {
        var scores = new double[length];
        foreach (var row in rows)
            scores[row] = 1;
        return scores;
    }
}

using Orrery.Grains.Health.Rules;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health.Rules;

public sealed class AlarmRuleMachineTests
{
    [Fact]
    public void It_fires_once_it_has_held_for_the_rules_time()
    {
        var machine = new AlarmRuleMachine(Rule(forSeconds: 30));

        machine.Observe(0, 90).ShouldBe(RuleChange.None);
        machine.Phase.ShouldBe(RulePhase.Pending);
        machine.Observe(29_999, 90).ShouldBe(RuleChange.None);
        machine.Observe(30_000, 90).ShouldBe(RuleChange.Fired);
        machine.SinceMilliseconds.ShouldBe(0);
        machine.Observe(40_000, 99).ShouldBe(RuleChange.None);
    }

    [Fact]
    public void It_fires_as_time_passes_without_a_further_sample()
    {
        var machine = new AlarmRuleMachine(Rule(forSeconds: 30));
        machine.Observe(0, 90);

        machine.Pass(29_999).ShouldBe(RuleChange.None);
        machine.Pass(30_000).ShouldBe(RuleChange.Fired);
        machine.Pass(31_000).ShouldBe(RuleChange.None);
    }

    [Fact]
    public void One_value_at_the_threshold_begins_the_wait_anew()
    {
        var machine = new AlarmRuleMachine(Rule(forSeconds: 30));
        machine.Observe(0, 90);
        machine.Observe(20_000, 85);
        machine.Phase.ShouldBe(RulePhase.Clear);
        machine.Observe(21_000, 90);

        machine.Observe(40_000, 90).ShouldBe(RuleChange.None);
        machine.Observe(51_000, 90).ShouldBe(RuleChange.Fired);
    }

    [Fact]
    public void Between_threshold_and_recovery_it_goes_on_firing_and_does_not_begin()
    {
        var machine = new AlarmRuleMachine(Rule());
        machine.Observe(0, 80).ShouldBe(RuleChange.None);
        machine.Phase.ShouldBe(RulePhase.Clear);
        machine.Observe(1, 86).ShouldBe(RuleChange.Fired);
        machine.Observe(2, 80).ShouldBe(RuleChange.None);
        machine.Phase.ShouldBe(RulePhase.Firing);
        machine.Observe(3, 75).ShouldBe(RuleChange.Resolved);
        machine.Phase.ShouldBe(RulePhase.Clear);
    }

    [Fact]
    public void A_rule_below_works_upside_down()
    {
        var machine = new AlarmRuleMachine(Rule(Comparison.Below, threshold: 1, recovery: null));
        machine.Observe(0, 1).ShouldBe(RuleChange.None);
        machine.Observe(1, 0).ShouldBe(RuleChange.Fired);
        machine.Observe(2, 0.5).ShouldBe(RuleChange.None);
        machine.Observe(3, 1).ShouldBe(RuleChange.Resolved);
    }

    [Fact]
    public void What_is_not_a_number_says_nothing()
    {
        var machine = new AlarmRuleMachine(Rule());
        machine.Observe(0, double.NaN).ShouldBe(RuleChange.None);
        machine.Observe(1, 99).ShouldBe(RuleChange.Fired);
        machine.Observe(2, double.NaN).ShouldBe(RuleChange.None);
        machine.Phase.ShouldBe(RulePhase.Firing);
        machine.Observe(3, double.NegativeInfinity).ShouldBe(RuleChange.Resolved);
    }

    [Fact]
    public void A_series_that_ends_holds_nothing_open()
    {
        var machine = new AlarmRuleMachine(Rule(forSeconds: 30));
        machine.Lose().ShouldBe(RuleChange.None);
        machine.Observe(0, 99);
        machine.Lose().ShouldBe(RuleChange.None);
        machine.Phase.ShouldBe(RulePhase.Clear);
        machine.Resume(5);
        machine.Lose().ShouldBe(RuleChange.Resolved);
    }

    /// <summary>Random histories against the rule told in words, over the whole list of samples.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void On_random_histories_it_does_what_the_rule_says_in_words(int seed)
    {
        var random = new Random(seed);
        for (int history = 0; history < 500; history++)
        {
            bool above = random.Next(2) == 0;
            double threshold = random.Next(40, 60), recovery = above ? threshold - random.Next(0, 20) : threshold + random.Next(0, 20);
            int forSeconds = random.Next(0, 4) * 10;
            var machine = new AlarmRuleMachine(Rule(above ? Comparison.Above : Comparison.Below, threshold, recovery, forSeconds));
            var samples = new List<(long At, double Value)>();
            bool firing = false;
            for (long at = 0; at < 500_000; at += random.Next(1, 15) * 1000)
            {
                double value = random.Next(0, 100);
                samples.Add((at, value));
                var change = machine.Observe(at, value);

                bool Beyond(double sample) => above ? sample > threshold : sample < threshold;
                bool recovered = above ? value <= recovery : value >= recovery;
                int firstOfRun = samples.FindLastIndex(sample => !Beyond(sample.Value)) + 1;
                bool heldLongEnough = firstOfRun < samples.Count && at - samples[firstOfRun].At >= forSeconds * 1000;
                var expected = firing switch
                {
                    true when recovered => RuleChange.Resolved,
                    false when heldLongEnough => RuleChange.Fired,
                    _ => RuleChange.None,
                };
                change.ShouldBe(expected, $"seed {seed}, history {history}, at {at}");
                if (expected == RuleChange.Resolved)
                    samples.Clear();
                firing = machine.Phase == RulePhase.Firing;
            }
        }
    }

    static AlarmRule Rule(Comparison comparison = Comparison.Above, double threshold = 85, double? recovery = 75, int forSeconds = 0) =>
        new("rule", "Rule", [new LabelMatcher("__name__", MatchKind.Equal, "m")], "value", comparison, threshold, recovery, forSeconds, Severity.Warning, null, true, null, 1);
}

using Orrery.Grains.Health.Series.Queries;
using Orrery.Grains.Input;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Alarms.Rules;

static class AlarmRuleChecks
{
    public const int ForSecondsMax = 86_400;
    const int MatchersMax = 16;
    const int LabelLengthMax = 128;
    const int ValueLengthMax = 1_024;

    /// <summary>The rule as it is kept.</summary>
    /// <exception cref="InvalidInputException">A field cannot be used.</exception>
    public static AlarmRule Check(AlarmRule rule)
    {
        EntityKeys.CheckPart("id", rule.Id);
        CheckMatchers(rule.Matchers ?? []);
        if (rule.Signal is not ("value" or "anomaly" or "rate"))
            throw new InvalidInputException("signal", $"'{(rule.Signal is { Length: <= 40 } ? rule.Signal : "")}' is no signal: use value, anomaly or rate.");
        if (!Enum.IsDefined(rule.Comparison))
            throw new InvalidInputException("comparison", $"{(int)rule.Comparison} is no comparison: use above or below.");
        if (!Enum.IsDefined(rule.Severity))
            throw new InvalidInputException("severity", $"{(int)rule.Severity} is no severity: use information, warning or critical.");
        if (!double.IsFinite(rule.Threshold))
            throw new InvalidInputException("threshold", "The threshold must be a finite number.");
        CheckRecovery(rule);
        if (rule.ForSeconds is < 0 or > ForSecondsMax)
            throw new InvalidInputException("forSeconds", $"{rule.ForSeconds} seconds are out of range: use 0 to {ForSecondsMax}.");
        if (rule.Penalty is < 0 or > 100)
            throw new InvalidInputException("penalty", $"{rule.Penalty} points are out of range: use 0 to 100, or leave it out for 10, 25 or 50 by severity.");
        return rule with
        {
            Name = InputChecks.Name("name", rule.Name),
            Description = InputChecks.Text("description", rule.Description, InputChecks.NoteLengthMax),
        };
    }

    static void CheckRecovery(AlarmRule rule)
    {
        if (rule.Recovery is not { } recovery)
            return;
        if (!double.IsFinite(recovery))
            throw new InvalidInputException("recovery", "The recovery must be a finite number, or be left out.");
        bool beyond = rule.Comparison == Comparison.Above ? recovery > rule.Threshold : recovery < rule.Threshold;
        if (beyond)
            throw new InvalidInputException("recovery", $"The recovery {recovery} lies beyond the threshold {rule.Threshold}: an alarm would end before it began. Set it on the other side.");
    }

    static void CheckMatchers(IReadOnlyList<LabelMatcher> matchers)
    {
        if (matchers.Count is 0 or > MatchersMax)
            throw new InvalidInputException("matchers", $"The rule has {matchers.Count} matchers; give it 1 to {MatchersMax}.");
        if (!matchers.Any(matcher => matcher is { Label: "__name__", Kind: MatchKind.Equal, Value.Length: > 0 }))
            throw new InvalidInputException("matchers", "One matcher must name the metric: label __name__, kind equal.");
        for (int index = 0; index < matchers.Count; index++)
        {
            var matcher = matchers[index];
            if (matcher.Label is not { Length: > 0 and <= LabelLengthMax })
                throw new InvalidInputException($"matchers[{index}].label", $"A label has 1 to {LabelLengthMax} characters.");
            if (matcher.Value is not { Length: <= ValueLengthMax })
                throw new InvalidInputException($"matchers[{index}].value", $"A value has at most {ValueLengthMax} characters.");
            if (!Enum.IsDefined(matcher.Kind))
                throw new InvalidInputException($"matchers[{index}].kind", $"{(int)matcher.Kind} is no kind: use equal, notEqual, matches or notMatches.");
        }

        // Compiles the patterns, and refuses what cannot be one.
        _ = new SeriesSelector(matchers);
    }
}

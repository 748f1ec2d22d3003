using Orrery.Interfaces.Alarms;

namespace Orrery.Grains.Health.Rules;

/// <summary>Where one rule stands for one series.</summary>
enum RulePhase : byte
{
    /// <summary>The rule does not hold.</summary>
    Clear,

    /// <summary>It holds, not yet for long enough.</summary>
    Pending,

    /// <summary>It has held long enough, and the value has not come back past the recovery since.</summary>
    Firing,
}

/// <summary>What a step did.</summary>
enum RuleChange : byte
{
    None,
    Fired,
    Resolved,
}

/// <summary>
/// One rule for one series, as a state machine without clock or storage. Times are Unix milliseconds of the series' own clock and never step back.
/// <code>
/// Clear   --beyond threshold-->            Pending (Firing at once where the rule waits for nothing)
/// Pending --not beyond threshold-->        Clear
/// Pending --held for the rule's time-->    Firing   (at a sample, or as time passes without one that says otherwise)
/// Firing  --back past the recovery-->      Clear
/// any     --no samples any more-->         Clear
/// </code>
/// </summary>
struct AlarmRuleMachine
{
    readonly double threshold;
    readonly double recovery;
    readonly long forMilliseconds;
    readonly bool above;

    public AlarmRuleMachine(AlarmRule rule)
    {
        threshold = rule.Threshold;
        recovery = rule.Recovery ?? rule.Threshold;
        forMilliseconds = rule.ForSeconds * 1000L;
        above = rule.Comparison == Comparison.Above;
    }

    public RulePhase Phase { get; private set; }

    /// <summary>When the rule began to hold. Of meaning unless clear.</summary>
    public long SinceMilliseconds { get; private set; }

    /// <summary>The next sample. Not a number says nothing and changes nothing.</summary>
    public RuleChange Observe(long atMilliseconds, double value)
    {
        if (double.IsNaN(value))
            return RuleChange.None;
        if (Phase == RulePhase.Firing)
        {
            if (above ? value > recovery : value < recovery)
                return RuleChange.None;
            Phase = RulePhase.Clear;
            return RuleChange.Resolved;
        }

        if (!(above ? value > threshold : value < threshold))
        {
            Phase = RulePhase.Clear;
            return RuleChange.None;
        }

        if (Phase == RulePhase.Clear)
        {
            Phase = RulePhase.Pending;
            SinceMilliseconds = atMilliseconds;
        }

        return Pass(atMilliseconds);
    }

    /// <summary>Time has passed, and the newest sample still stands.</summary>
    public RuleChange Pass(long nowMilliseconds)
    {
        if (Phase != RulePhase.Pending || nowMilliseconds - SinceMilliseconds < forMilliseconds)
            return RuleChange.None;
        Phase = RulePhase.Firing;
        return RuleChange.Fired;
    }

    /// <summary>The series has ended or is stale: it holds nothing open.</summary>
    public RuleChange Lose()
    {
        var before = Phase;
        Phase = RulePhase.Clear;
        return before == RulePhase.Firing ? RuleChange.Resolved : RuleChange.None;
    }

    /// <summary>Goes on firing: after a restart, or because the rule was changed while it fired. The next sample judges it anew.</summary>
    public void Resume(long sinceMilliseconds)
    {
        Phase = RulePhase.Firing;
        SinceMilliseconds = sinceMilliseconds;
    }
}

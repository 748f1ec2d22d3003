using Orrery.Grains.Health.Series;
using Orrery.Interfaces.Alarms;

namespace Orrery.Grains.Health.Rules;

/// <summary>One series that somebody looks at: rules, the headline or the anomaly scorer. Series that nobody looks at have none, so they cost nothing.</summary>
sealed class SeriesWatch(SeriesEntry entry, string metric)
{
    public SeriesEntry Entry { get; } = entry;

    public string Metric { get; } = metric;

    public RuleTrack[] Tracks { get; set; } = [];

    public AnomalyWatch? Anomaly { get; set; }

    /// <summary>Time of the newest sample that was looked at, the series' clock.</summary>
    public long SeenMilliseconds { get; set; } = SeriesEntry.Never;

    public double SeenValue { get; set; }

    /// <summary>When it came, the silo's clock.</summary>
    public long ArrivedMilliseconds { get; set; }

    /// <summary>Growth per second between the two newest samples that were looked at; not a number before there are two.</summary>
    public double Rate { get; set; } = double.NaN;

    /// <summary>The series' clock as of now: that of its newest sample, and what has passed since it came.</summary>
    public long ClockMilliseconds(long nowMilliseconds) => SeenMilliseconds + Math.Max(0, nowMilliseconds - ArrivedMilliseconds);
}

/// <summary>One rule at work on one series.</summary>
sealed class RuleTrack(AlarmRule rule, string key)
{
    AlarmRuleMachine machine = new(rule);

    public AlarmRule Rule { get; } = rule;

    /// <summary>The alarm's key.</summary>
    public string Key { get; } = key;

    /// <summary>The machine, to step in place.</summary>
    public ref AlarmRuleMachine Machine => ref machine;

    /// <summary>The newest value that the rule judged.</summary>
    public double Value { get; set; }

    /// <summary>The value that the book knows.</summary>
    public double ToldValue { get; set; } = double.NaN;
}

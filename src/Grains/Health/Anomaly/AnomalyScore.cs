namespace Orrery.Grains.Health.Anomaly;

/// <summary>How far one value is out of the ordinary, and why.</summary>
/// <param name="Score">0 (ordinary) to 1; from 0.5 on it is worth a person's time. High at the start of an anomaly, 0 while it merely lasts.</param>
/// <param name="Reason">What gave the score, <see cref="AnomalyReason.None"/> where the score is 0.</param>
/// <param name="Expected">The usual value at this hour, in the metric's unit; the value before while the hour is not known yet.</param>
/// <param name="Low">The lower end of the band that values of this hour are known to stay in; never above Expected.</param>
/// <param name="High">The upper end of that band; never below Expected.</param>
public readonly record struct AnomalyScore(double Score, AnomalyReason Reason, double Expected, double Low, double High)
{
    /// <summary>The answer to NaN and infinities, which are neither scored nor learned: score 0, expectation NaN.</summary>
    public static AnomalyScore Ignored { get; } = new(0, AnomalyReason.None, double.NaN, double.NaN, double.NaN);
}

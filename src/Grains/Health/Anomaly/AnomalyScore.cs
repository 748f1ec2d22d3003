namespace Orrery.Grains.Health.Anomaly;

/// <summary>How far one value is out of the ordinary, and why.</summary>
/// <param name="Score">0 (ordinary) to 1; 0.5 is where an alarm is worth a person's time. High once at the start of an anomaly, low while it lasts.</param>
/// <param name="Reason">The strongest of the reasons, <see cref="AnomalyReason.None"/> when the score is 0.</param>
/// <param name="Expected">The value expected at this hour of the week, in the metric's unit.</param>
/// <param name="Low">The lower end of the band that values are expected in.</param>
/// <param name="High">The upper end of that band.</param>
public readonly record struct AnomalyScore(double Score, AnomalyReason Reason, double Expected, double Low, double High)
{
    /// <summary>The answer to NaN and infinities, which are neither scored nor learned: score 0, no expectation.</summary>
    public static AnomalyScore Ignored { get; } = new(0, AnomalyReason.None, double.NaN, double.NaN, double.NaN);
}

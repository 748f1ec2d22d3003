namespace Orrery.Grains.Health.Anomaly;

/// <summary>What about a value is out of the ordinary.</summary>
public enum AnomalyReason : byte
{
    /// <summary>Nothing is.</summary>
    None = 0,

    /// <summary>Higher than every value that is remembered.</summary>
    AboveKnown = 1,

    /// <summary>Lower than every value that is remembered.</summary>
    BelowKnown = 2,

    /// <summary>Far above what is usual at this hour or has been lately, though such values are remembered.</summary>
    AboveExpected = 3,

    /// <summary>Far below what is usual at this hour or has been lately, though such values are remembered.</summary>
    BelowExpected = 4,

    /// <summary>For the first time all the recent values are this high, or this low.</summary>
    NewLevel = 5,

    /// <summary>A step between two values, or a restlessness of the recent ones, beyond what is remembered.</summary>
    PatternChange = 6,

    /// <summary>The recent values are calmer than ever: a metric that always moved stands still.</summary>
    Flat = 7,
}

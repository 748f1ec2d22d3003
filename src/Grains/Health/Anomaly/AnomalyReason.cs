namespace Orrery.Grains.Health.Anomaly;

/// <summary>What about a value is out of the ordinary. The numbers are part of the exported state.</summary>
public enum AnomalyReason : byte
{
    /// <summary>Nothing is.</summary>
    None = 0,

    /// <summary>A value above all that is remembered.</summary>
    AboveExpected = 1,

    /// <summary>A value below all that is remembered.</summary>
    BelowExpected = 2,

    /// <summary>A value that would be ordinary at another hour of the week.</summary>
    UnusualForTheHour = 3,

    /// <summary>All recent values lie above or below the levels that are remembered.</summary>
    NewLevel = 4,

    /// <summary>A step between two values, or a restlessness of the recent ones, beyond what is remembered.</summary>
    PatternChange = 5,

    /// <summary>A series that always moved stands still.</summary>
    Flat = 6,
}

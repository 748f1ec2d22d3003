namespace Orrery.Grains.Health.Anomaly;

/// <summary>What is watched for records. The order is that of the exported state.</summary>
internal enum Statistic
{
    /// <summary>The value itself.</summary>
    Value,

    /// <summary>The value less what is usual at this hour.</summary>
    Residual,

    /// <summary>The value less the one before.</summary>
    Step,

    /// <summary>The lowest of the last few values: the level that all of them reach.</summary>
    ShortFloor,

    /// <summary>The highest of the last few values: the level that none of them passes.</summary>
    ShortCeiling,

    /// <summary>The standard deviation of the last few values.</summary>
    ShortDeviation,

    LongFloor,

    LongCeiling,

    /// <summary>The logarithm of the standard deviation of the last many values, watched for calm.</summary>
    LongDeviation,
}

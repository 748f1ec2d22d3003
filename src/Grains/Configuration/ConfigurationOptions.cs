namespace Orrery.Grains.Configuration;

/// <summary>Bounds of configuration. Section <c>Orrery:Configuration</c>.</summary>
public sealed class ConfigurationOptions
{
    /// <summary>How often a roll-out looks at its wave's health. Default 5 s.</summary>
    public TimeSpan LookPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a draft, or a change that is to be approved, is kept. Default 30 days.</summary>
    public TimeSpan OpenMax { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long the last report of a server is kept. Default 30 days.</summary>
    public TimeSpan ReportAgeMax { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often new reports are stored; a crash loses those since, which servers give again. Default 30 s.</summary>
    public TimeSpan StorePeriod { get; set; } = TimeSpan.FromSeconds(30);
}

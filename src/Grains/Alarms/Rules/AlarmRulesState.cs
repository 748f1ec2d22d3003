using Orrery.Interfaces.Alarms;

namespace Orrery.Grains.Alarms.Rules;

sealed class AlarmRulesState
{
    public Dictionary<string, AlarmRule> Rules { get; set; } = [];

    /// <summary>Rises with each change and never falls.</summary>
    public long Revision { get; set; }

    /// <summary>Whether the vendor's first rules were put in: they come once, also when all of them were deleted since.</summary>
    public bool Initialised { get; set; }

    /// <summary>Whether those on pipelines were put in, which came later.</summary>
    public bool HasPipelineRules { get; set; }
}

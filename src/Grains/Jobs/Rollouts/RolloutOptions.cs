namespace Orrery.Grains.Jobs.Rollouts;

/// <summary>Bounds of agents and roll-outs. Section <c>Orrery:Rollouts</c>.</summary>
public sealed class RolloutOptions
{
    /// <summary>An agent that was not heard of for so long is silent. Default 3 min.</summary>
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>A task whose agent was not heard of for so long is offered again. Default 90 s.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How often an agent with a task is to be heard of. Default 20 s.</summary>
    public TimeSpan BusyBeat { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often one without. Default 60 s.</summary>
    public TimeSpan IdleBeat { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a roll-out looks at its wave. Default 5 s.</summary>
    public TimeSpan LookPeriod { get; set; } = TimeSpan.FromSeconds(5);
}

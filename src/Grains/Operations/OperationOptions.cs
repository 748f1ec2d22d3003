namespace Orrery.Grains.Operations;

/// <summary>How long states of operations last before they end by themselves.</summary>
public sealed class OperationOptions
{
    /// <summary>For an approval. Default a day.</summary>
    public TimeSpan ApprovalMax { get; set; } = TimeSpan.FromDays(1);

    /// <summary>For the agent to ask for its work. Default a day.</summary>
    public TimeSpan FetchMax { get; set; } = TimeSpan.FromDays(1);

    /// <summary>From fetched to begun. Default 5 min.</summary>
    public TimeSpan BeginMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>From begun to ended. Default 30 min.</summary>
    public TimeSpan RunMax { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>From the wish for a version to an agent that reports it. Default 4 h.</summary>
    public TimeSpan UpgradeMax { get; set; } = TimeSpan.FromHours(4);

    /// <summary>How often deadlines are looked at. Default 5 s.</summary>
    public TimeSpan LookPeriod { get; set; } = TimeSpan.FromSeconds(5);
}

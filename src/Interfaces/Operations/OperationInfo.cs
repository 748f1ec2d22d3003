namespace Orrery.Interfaces.Operations;

/// <summary>What an agent can be asked to do. There is nothing else.</summary>
public enum OperationKind
{
    /// <summary>Restarts a service that the agent's own settings name, by the command that stands there.</summary>
    RestartService,

    /// <summary>Packs the newest files of a log folder that the agent's own settings name.</summary>
    CollectLogs,

    /// <summary>Has the agent wish for a version of itself; done once it reports to have it.</summary>
    UpgradeAgent,
}

/// <summary>What an operation is at. All but the ends have a deadline.</summary>
public enum OperationState
{
    /// <summary>Waits for another user's approval.</summary>
    Asked,

    /// <summary>Waits for the agent, which asks for its work.</summary>
    Approved,

    /// <summary>The agent has it, and has not begun.</summary>
    Fetched,

    /// <summary>The agent is at it.</summary>
    Running,

    /// <summary>It came to its end.</summary>
    Done,

    /// <summary>It did not, or nobody knows whether it did.</summary>
    Failed,

    /// <summary>A state lasted until its deadline.</summary>
    Expired,

    /// <summary>Somebody took it back before it began.</summary>
    Cancelled,
}

/// <summary>What somebody asks for.</summary>
/// <param name="Id">Given by who asks, so that asking twice is asking once; null: one is made.</param>
/// <param name="Server">The agent's server within the site.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">The service's or log folder's name in the agent's settings, or the agent's version.</param>
/// <param name="Reason">Why, 1 to 500 characters.</param>
public sealed record OperationRequest(string? Id, string Server, OperationKind Kind, string Target, string Reason);

/// <param name="Request">What was asked for; its id is the operation's.</param>
/// <param name="Site">The site's key.</param>
/// <param name="State">What it is at.</param>
/// <param name="NeedsApproval">Whether another user has, or had, to approve it.</param>
/// <param name="Deadline">When the state ends by itself; null: it is an end.</param>
/// <param name="Steps">Each state with who brought it about, the oldest first.</param>
/// <param name="Progress">What the agent said last of how far it is; null: nothing.</param>
/// <param name="Output">The last 16 KiB of what the command wrote.</param>
/// <param name="ExitCode">Of the command; null: it has none.</param>
/// <param name="Reason">Why it failed or ended otherwise than asked.</param>
/// <param name="ArchiveBytes">Of the logs' archive that can be fetched; 0: there is none, or it is not kept any more.</param>
public sealed record OperationInfo(
    OperationRequest Request, string Site, OperationState State, bool NeedsApproval, DateTimeOffset? Deadline, IReadOnlyList<OperationStep> Steps, OperationProgress? Progress, string Output, int? ExitCode, string? Reason,
    long ArchiveBytes)
{
    /// <summary>Whether nothing comes after its state.</summary>
    public bool IsEnded => State >= OperationState.Done;
}

/// <param name="State">Which began.</param>
/// <param name="At">When.</param>
/// <param name="By">A user, or the agent's server.</param>
public sealed record OperationStep(OperationState State, DateTimeOffset At, string By);

/// <param name="Percent">0 to 100; null: it cannot be said.</param>
/// <param name="Text">At most 200 characters.</param>
public sealed record OperationProgress(double? Percent, string Text);

/// <summary>How the agent's work ended.</summary>
/// <param name="IsGood">Whether what was asked for was done.</param>
/// <param name="ExitCode">Of the command.</param>
/// <param name="Output">The last of what it wrote, at most 16 KiB.</param>
/// <param name="Reason">Why it is not good, at most 500 characters.</param>
public sealed record OperationEnding(bool IsGood, int? ExitCode, string Output, string? Reason);

/// <summary>What an agent is given to do.</summary>
/// <param name="Id">The operation's.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">See <see cref="OperationRequest.Target"/>.</param>
public sealed record OperationOrder(string Id, OperationKind Kind, string Target);

/// <summary>An agent that takes operations, as it says itself. Of its settings it tells names alone.</summary>
/// <param name="Server">Its server within the site.</param>
/// <param name="Version">Of its program.</param>
/// <param name="Services">That it may restart, at most 64.</param>
/// <param name="LogFolders">That it may read, at most 64.</param>
/// <param name="MayUpgrade">Whether it takes wishes for its version.</param>
/// <param name="SeenAt">When it was heard of last.</param>
public sealed record OperationAgent(string Server, string Version, IReadOnlyList<string> Services, IReadOnlyList<string> LogFolders, bool MayUpgrade, DateTimeOffset SeenAt);

/// <summary>What holds for operations at all sites.</summary>
/// <param name="NeedApproval">Kinds that another user has to approve. Default: all.</param>
public sealed record OperationSettings(IReadOnlyList<OperationKind> NeedApproval);

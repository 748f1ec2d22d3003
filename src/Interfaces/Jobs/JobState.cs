namespace Orrery.Interfaces.Jobs;

/// <summary>Where a job is. Each but the last three has a deadline at which it ends by itself.</summary>
public enum JobState
{
    /// <summary>Written down. Ends as cancelled.</summary>
    Draft,

    /// <summary>Waits for a worker, or has one, that finds out what would be done.</summary>
    Assessing,

    /// <summary>What would be done is known. Ends as cancelled.</summary>
    Assessed,

    /// <summary>Waits for a worker, or for the pause before the next attempt to end. Ends as failed.</summary>
    Waiting,

    /// <summary>A worker took it and has not said anything yet. Ends as waiting.</summary>
    Leased,

    /// <summary>A worker says again and again how far it is. Ends as waiting where it falls silent, as failed where it takes too long.</summary>
    Running,

    /// <summary>The worker is told to put it down. Ends as paused.</summary>
    Pausing,

    /// <summary>Nobody works on it; it goes on where it was. Ends as cancelled.</summary>
    Paused,

    /// <summary>The worker is told to leave it. Ends as cancelled.</summary>
    Cancelling,

    /// <summary>It came to its end. Whether all is as it should be, its run says.</summary>
    Done,

    /// <summary>It ended by an error. Started again it goes on where it was.</summary>
    Failed,

    /// <summary>A person ended it, or its time was over. Started again it goes on where it was.</summary>
    Cancelled,
}

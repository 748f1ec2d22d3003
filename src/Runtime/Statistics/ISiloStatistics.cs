namespace Orrery.Runtime.Hosting;

/// <summary>What a silo is doing, for operators.</summary>
public interface ISiloStatistics
{
    /// <summary>Adds up what the threads have counted. Costs nothing between readings.</summary>
    SiloSnapshot Read();
}

/// <summary>One silo at one moment. Counts are since its start; rates are the difference of two readings over the difference of their <see cref="Uptime"/>.</summary>
public sealed record SiloSnapshot
{
    public required string SiloName { get; init; }

    /// <summary>How long the silo has run, by its own clock.</summary>
    public required TimeSpan Uptime { get; init; }

    /// <summary>Grains in memory.</summary>
    public required int Activations { get; init; }

    /// <summary>Calls that wait for an answer.</summary>
    public required int PendingCalls { get; init; }

    /// <summary>Most activations first, then by name.</summary>
    public required IReadOnlyList<GrainTypeSnapshot> GrainTypes { get; init; }

    /// <summary>Methods that were called, those with the most time first.</summary>
    public required IReadOnlyList<MethodSnapshot> Methods { get; init; }

    public required ReminderSnapshot Reminders { get; init; }

    public required ProcessSnapshot Process { get; init; }
}

/// <param name="GrainType">The class's stable name.</param>
/// <param name="Activations">Now in memory.</param>
/// <param name="Created">Activations made since the start.</param>
/// <param name="ActivationsFailed">Of these, how many failed to activate.</param>
/// <param name="CallsOverloaded">Calls refused because a mailbox was full.</param>
/// <param name="MailboxDepth">Requests that wait in all mailboxes of the type.</param>
/// <param name="MailboxDepthMax">Requests that wait in the fullest mailbox.</param>
/// <param name="MailboxDepthMaxKey">Whose mailbox that is; null where all are empty.</param>
public sealed record GrainTypeSnapshot(
    string GrainType, int Activations, long Created, long ActivationsFailed, long CallsOverloaded, long MailboxDepth, int MailboxDepthMax, string? MailboxDepthMaxKey);

/// <param name="GrainType">The class that answers; null where several do, or an object outside of grains.</param>
/// <param name="Interface">The interface's full name.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Calls">Calls answered.</param>
/// <param name="CallsFailed">Of these, how many with an exception.</param>
/// <param name="CallsTimedOut">Calls whose callers waited in vain; a late answer is counted nowhere else.</param>
/// <param name="MeanDuration">From the call to its answer, as the callee saw it; quick calls are sampled.</param>
/// <param name="LongestDuration">The longest of those that were timed.</param>
/// <param name="Latency">All that were timed; a sampled call counts for as many as it stands for.</param>
public sealed record MethodSnapshot(
    string? GrainType, string Interface, string Method, long Calls, long CallsFailed, long CallsTimedOut, TimeSpan MeanDuration, TimeSpan LongestDuration, LatencyHistogram Latency);

/// <param name="Due">Fires that fell due here; those taken over from another silo count too.</param>
/// <param name="Ran">Of these, how many ran to their end.</param>
/// <param name="Failed">How many threw or did not answer in time.</param>
/// <param name="Missed">How many were passed over. What is neither ran, failed nor missed is running now.</param>
/// <param name="Late">How many began later than <see cref="ReminderOptions.LateAfter"/> after their time.</param>
/// <param name="Repeated">How many were begun again, here, after an attempt without outcome.</param>
/// <param name="Overdue">Reminders of this silo's shards that wait for longer than that now, as the last scan saw it.</param>
/// <param name="Lost">Fires without account that the last whole audit of this silo's rows found. Anything but 0 is a fault.</param>
public sealed record ReminderSnapshot(long Due, long Ran, long Failed, long Missed, long Late = 0, long Repeated = 0, long Overdue = 0, long Lost = 0);

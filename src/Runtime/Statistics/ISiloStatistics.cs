namespace Orrery.Runtime.Hosting;

/// <summary>What a silo is doing, for operators.</summary>
public interface ISiloStatistics
{
    SiloSnapshot Read();
}

/// <summary>One silo at one moment. Counts are since its start.</summary>
public sealed record SiloSnapshot(string SiloName, int Activations, int PendingCalls, IReadOnlyList<GrainTypeSnapshot> GrainTypes, IReadOnlyList<MethodSnapshot> Methods, ReminderSnapshot Reminders);

/// <param name="GrainType">The class's stable name.</param>
/// <param name="Activations">Now in memory.</param>
/// <param name="Created">Activations made since the start.</param>
/// <param name="ActivationsFailed">Of these, how many failed to activate.</param>
/// <param name="CallsOverloaded">Calls refused because a mailbox was full.</param>
/// <param name="MailboxDepthMax">Requests that wait in the fullest mailbox now.</param>
public sealed record GrainTypeSnapshot(string GrainType, int Activations, long Created, long ActivationsFailed, long CallsOverloaded, int MailboxDepthMax);

/// <param name="Interface">The interface's full name.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Calls">Calls answered.</param>
/// <param name="CallsFailed">Of these, how many with an exception.</param>
/// <param name="MeanDuration">From the call to its answer, as the callee saw it; quick calls are sampled.</param>
/// <param name="LongestDuration">The longest of those that were timed.</param>
public sealed record MethodSnapshot(string Interface, string Method, long Calls, long CallsFailed, TimeSpan MeanDuration, TimeSpan LongestDuration);

/// <param name="Due">Fires that fell due here.</param>
/// <param name="Ran">Of these, how many ran to their end.</param>
/// <param name="Failed">How many threw or did not answer in time.</param>
/// <param name="Missed">How many were skipped. What is neither ran, failed nor missed is running now.</param>
public sealed record ReminderSnapshot(long Due, long Ran, long Failed, long Missed);

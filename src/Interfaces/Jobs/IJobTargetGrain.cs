using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Jobs;

/// <summary>One connection to the target of a split job, held for the agent that runs the job. Key: <c>tenant/job/session</c>; sessions are numbered from 0. Kept in memory: what a lost one did not commit is rolled back.</summary>
public interface IJobTargetGrain : IGrainWithStringKey
{
    /// <summary>Takes a part of a message of the session, and answers: a state, and bytes of the answer. Waits up to 10 s for one.</summary>
    /// <param name="worker">The agent's key.</param>
    /// <param name="token">Of its lease.</param>
    /// <param name="part">Its number, what it is, and 4 MiB at most of a packed message.</param>
    /// <exception cref="ConflictException">The lease is another's by now; the session is ended.</exception>
    /// <exception cref="InvalidInputException">It is no part of a message; the session is ended.</exception>
    Task<byte[]> Exchange(string worker, long token, byte[] part);
}

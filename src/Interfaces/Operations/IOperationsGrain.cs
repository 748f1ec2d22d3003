using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.Operations;

/// <summary>Operations at a site: asked by one user, approved by another, fetched and run by the site's agents. Key: <c>tenant/site</c>.</summary>
public interface IOperationsGrain : IGrainWithStringKey
{
    /// <summary>The newest first; 100 are kept.</summary>
    [ReadOnly] Task<IReadOnlyList<OperationInfo>> List();

    /// <exception cref="NotFoundException">The site has no such operation, or it is not kept any more.</exception>
    [ReadOnly] Task<OperationInfo> Get(string operation);

    /// <summary>Agents of the site that take operations, by server.</summary>
    [ReadOnly] Task<IReadOnlyList<OperationAgent>> Agents();

    /// <summary>Asks for an operation; the same request with the same id again is answered with what became of it.</summary>
    /// <exception cref="InvalidInputException">The agent's settings do not name the target; the message names those that they do.</exception>
    /// <exception cref="ConflictException">No agent there takes operations, or the id is another request's.</exception>
    /// <exception cref="LimitReachedException">Too many are under way.</exception>
    Task<OperationInfo> Ask(OperationRequest request, string user);

    /// <exception cref="ConflictException">It does not wait for approval, or the user asked for it.</exception>
    Task<OperationInfo> Approve(string operation, string user);

    /// <summary>Takes it back, as long as the agent has not begun.</summary>
    /// <exception cref="ConflictException">It runs, or has ended.</exception>
    Task<OperationInfo> Cancel(string operation, string user, string? reason);

    /// <summary>An agent says that it is there and asks for work; the operation that waits longest is its own from then on, and is given again until it begins.</summary>
    /// <param name="agent">Who.</param>
    /// <param name="waitSeconds">0 to 20.</param>
    [AlwaysInterleave] Task<OperationOrder?> Next(OperationAgent agent, int waitSeconds);

    /// <summary>The agent begins. Nothing may be done before this is answered with true.</summary>
    /// <param name="operation">Its id.</param>
    /// <param name="server">The agent's.</param>
    /// <param name="attempt">A word that the agent made up and keeps: of two that begin, one is let.</param>
    Task<bool> Begin(string operation, string server, string attempt);

    /// <summary>How far the agent is. Of another attempt than the one that began nothing is heard.</summary>
    Task Tell(string operation, string server, string attempt, OperationProgress progress);

    /// <summary>A part of the logs' archive.</summary>
    /// <param name="operation">Its id.</param>
    /// <param name="server">The agent's.</param>
    /// <param name="attempt">The one that began.</param>
    /// <param name="part">From 0, one behind the other; 0 begins anew.</param>
    /// <param name="bytes">At most 256 KiB; all parts at most 8 MiB.</param>
    /// <exception cref="InvalidInputException">It is too large, or a part is missing before it.</exception>
    Task PutArchive(string operation, string server, string attempt, int part, byte[] bytes);

    /// <summary>How it ended. Told again, or too late, it changes nothing but the reason.</summary>
    Task End(string operation, string server, string attempt, OperationEnding ending);

    /// <summary>A part of the archive; null behind the last one.</summary>
    [ReadOnly] Task<byte[]?> ReadArchive(string operation, int part);

    /// <summary>Called by a site that is deleted.</summary>
    Task SiteDeleted();
}

/// <summary>What holds for operations, and all that are under way. Key: <see cref="EntityKeys.Fleet"/>.</summary>
public interface IOperationDirectoryGrain : IGrainWithStringKey
{
    [ReadOnly] Task<OperationSettings> Settings();

    /// <summary>Changes which kinds need approval, from the next operation on.</summary>
    Task SetSettings(OperationSettings settings);

    /// <summary>Operations under way, by site and id.</summary>
    /// <param name="request">Searches in site, server, target and reason.</param>
    /// <param name="tenant">Only this tenant's; null: all.</param>
    [ReadOnly] Task<Page<OperationInfo>> Open(PageRequest request, string? tenant);

    /// <summary>Called by a site: all that are under way there. At most 5,000 in all.</summary>
    /// <exception cref="LimitReachedException">There are as many as there may be.</exception>
    Task Set(string site, IReadOnlyList<OperationInfo> operations);
}

using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Checks;

/// <summary>
/// Compares a tenant's materialized views with the same SQL run as a batch over the database that their changes come from: on a schedule, or when it is asked to. Key: <c>tenant/check</c>.
/// </summary>
public interface ICheckGrain : IGrainWithStringKey
{
    /// <summary>Makes the check or changes it. A connection that is left out stays as it was.</summary>
    /// <param name="user">Who does.</param>
    /// <param name="version">The version that is changed; null: whatever there is.</param>
    /// <exception cref="NotFoundException">There is no such tenant.</exception>
    /// <exception cref="InvalidInputException">The spec cannot be used; the message says which field and why.</exception>
    /// <exception cref="VersionMismatchException">Another version is current.</exception>
    Task<CheckInfo> Put(CheckSpec spec, string user, long? version);

    /// <exception cref="NotFoundException">There is no such check.</exception>
    [AlwaysInterleave]
    Task<CheckInfo> Get();

    /// <summary>Ends it and forgets its history.</summary>
    Task Delete(long? version);

    /// <summary>Begins a run now, and answers its number at once; one that is under way is answered instead.</summary>
    /// <param name="user">Who asks.</param>
    [AlwaysInterleave]
    Task<long> Run(string user);

    /// <summary>The newest runs that ended, newest first; 500 are kept.</summary>
    /// <param name="limit">1 to 500.</param>
    [AlwaysInterleave]
    Task<IReadOnlyList<CheckSummary>> Runs(int limit);

    /// <summary>A run with its results. Those of the newest 10, and of the newest 10 that differed, are kept.</summary>
    /// <exception cref="NotFoundException">It has not ended, or its results are not kept.</exception>
    [AlwaysInterleave]
    Task<CheckRun> Result(long number);
}

/// <summary>The names of all checks. Key: <see cref="EntityKeys.Fleet"/>.</summary>
public interface ICheckDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Keys of the checks of a tenant, in order.</summary>
    [ReadOnly]
    Task<string[]> List(string tenant);

    /// <summary>Called by a check that is made. At most 10,000.</summary>
    /// <exception cref="LimitReachedException">There are as many as there may be.</exception>
    Task Add(string check);

    Task Remove(string check);
}

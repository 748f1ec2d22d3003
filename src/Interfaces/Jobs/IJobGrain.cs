using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Jobs;

/// <summary>A job of a tenant: what it is to do, where it is, and who works on it. Key: <c>tenant/job</c>.</summary>
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Makes the job or changes it; not while anybody works on it or is to.</summary>
    /// <param name="spec">What it is to do.</param>
    /// <param name="user">Who does.</param>
    /// <param name="version">The version that is changed; null: whatever there is.</param>
    /// <exception cref="NotFoundException">There is no such tenant.</exception>
    /// <exception cref="InvalidInputException">The spec cannot be used; the message says which field and why.</exception>
    /// <exception cref="ConflictException">It is under way: pause or cancel it first.</exception>
    /// <exception cref="VersionMismatchException">Another version is current.</exception>
    Task<JobInfo> Put(JobSpec spec, string user, long? version);

    /// <exception cref="NotFoundException">There is no such job.</exception>
    [AlwaysInterleave]
    Task<JobInfo> Get();

    /// <summary>Forgets it and its history; what it wrote stays.</summary>
    /// <exception cref="ConflictException">It is under way: cancel it first.</exception>
    Task Delete(string user, long? version);

    /// <summary>Has a worker find out what would be done.</summary>
    /// <exception cref="ConflictException">It is under way.</exception>
    Task<JobInfo> Assess(string user);

    /// <summary>Begins a run; behind a failed or cancelled one it goes on where that was, behind one that is done it begins anew.</summary>
    /// <exception cref="ConflictException">It is under way.</exception>
    Task<JobInfo> Start(string user);

    /// <summary>Has the worker put it down.</summary>
    /// <exception cref="ConflictException">It is not under way.</exception>
    Task<JobInfo> Pause(string user);

    /// <exception cref="ConflictException">It is not paused.</exception>
    Task<JobInfo> Resume(string user);

    /// <exception cref="ConflictException">It has ended already.</exception>
    Task<JobInfo> Cancel(string user);

    /// <summary>Changes what the job's runs may take; one that is under way goes on and keeps to it from its worker's next word on.</summary>
    /// <exception cref="ConflictException">Its kind has no such bounds.</exception>
    /// <exception cref="InvalidInputException">A bound cannot be used.</exception>
    Task<JobInfo> Throttle(JobThrottle change, string user);

    /// <summary>Asks for a guarded step of a job that follows changes. Its outcome stands in <see cref="JobInfo.Step"/>.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="sourceIsStopped">Nothing writes to the leading database any more; else it has to be read-only.</param>
    /// <param name="user">Who asks.</param>
    /// <exception cref="ConflictException">It does not follow, or not yet, or not that way; or another step is under way.</exception>
    Task<JobInfo> Step(JobStepKind kind, bool sourceIsStopped, string user);

    /// <summary>Gives the job to a worker; null: it is not, or not now, this worker's to have.</summary>
    /// <param name="worker">Where the job runs on an agent, its key.</param>
    Task<JobLease?> Lease(string worker);

    /// <summary>A worker's word that it is there. The lease lasts on.</summary>
    /// <param name="worker">Who.</param>
    /// <param name="token">Of the lease.</param>
    /// <param name="progress">How far it is; null: nothing to be said yet.</param>
    /// <param name="rejects">Lines of rows that were refused; those told before may be among them. The first 1,000 are kept.</param>
    [AlwaysInterleave]
    Task<JobWord> Beat(string worker, long token, JobProgressInfo? progress, IReadOnlyList<string> rejects);

    /// <summary>A worker's last word. Of a lease that another follows it is not heard.</summary>
    Task End(string worker, long token, JobEnding ending);

    /// <summary>The address of a split job's target, with its secrets, for the silo that holds its connections.</summary>
    /// <exception cref="ConflictException">The job is not split, or the lease is another's by now.</exception>
    [AlwaysInterleave]
    Task<string> Target(string worker, long token);

    /// <summary>Runs that ended, newest first; 200 are kept.</summary>
    /// <param name="limit">1 to 200.</param>
    [AlwaysInterleave]
    Task<IReadOnlyList<JobRunInfo>> Runs(int limit);

    /// <summary>A run and what it left; kept for the newest 10.</summary>
    /// <exception cref="NotFoundException">It is not kept.</exception>
    [AlwaysInterleave]
    Task<JobReportInfo> Report(long number);

    /// <summary>A run's signed certificate as JSON, or as a page for people.</summary>
    /// <exception cref="NotFoundException">There is none, or it is not kept: those of the newest 10 runs are.</exception>
    [AlwaysInterleave]
    Task<string> Certificate(long number, bool isPage);

    /// <summary>Rows that the newest run's target refused.</summary>
    [AlwaysInterleave]
    Task<JobRejects> Rejects();
}

/// <summary>The names of all jobs. Key: <see cref="EntityKeys.Fleet"/>.</summary>
public interface IJobDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Keys of the jobs of a tenant, in order.</summary>
    [ReadOnly]
    Task<string[]> List(string tenant);

    /// <summary>Called by a job that is made. At most 1,000 of a tenant.</summary>
    /// <exception cref="LimitReachedException">There are as many as there may be.</exception>
    Task Add(string job);

    Task Remove(string job);
}

/// <summary>Brings jobs that wait and workers that have time together. Key: <see cref="EntityKeys.Fleet"/> for silos, an agent's shard for agents. Kept in memory: a job that waits says so again and again.</summary>
public interface IJobQueueGrain : IGrainWithStringKey
{
    /// <summary>A job waits.</summary>
    /// <param name="place">Empty: any silo; else the agent's key.</param>
    /// <param name="job">Its key.</param>
    Task Offer(string place, string job);

    /// <summary>It does not any more.</summary>
    Task Withdraw(string place, string job);

    /// <summary>The job that waits longest, which is then not offered to others; null: none came for so long. It has to be leased from its grain.</summary>
    /// <param name="place">See <see cref="Offer"/>.</param>
    /// <param name="waitSeconds">0 to 20.</param>
    Task<string?> Take(string place, int waitSeconds);
}

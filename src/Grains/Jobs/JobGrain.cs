using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Channels;
using Orrery.Grains.Input;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Jobs;

/// <summary>
/// A job's way: people ask (this file), workers lease and tell (<c>.Leases</c>), the clock ends what lasts too long (<c>.Deadlines</c>). Each change of state is stored before it is answered, with its deadline; words of a worker
/// are not: they put off the lease in memory, and a job that lives again elsewhere gives its worker one more lease to be heard. Only the newest token is listened to.
/// </summary>
[Reentrant]
sealed partial class JobGrain : Grain, IJobGrain, IRemindable
{
    readonly IPersistentState<JobRecord> stored;
    readonly IPersistentState<JobResults> results;
    readonly StateWriter writer, resultWriter;
    readonly JobDefinitions definitions;
    readonly JobOptions options;
    readonly JobInstruments instruments;
    readonly TimeProvider time;
    readonly ILogger<JobGrain> logger;

    public JobGrain(
        [PersistentState("job")] IPersistentState<JobRecord> stored, [PersistentState("results")] IPersistentState<JobResults> results, SecretBox secrets, IOptions<JobOptions> options, IOptions<ChannelOptions> channels,
        JobInstruments instruments, TimeProvider time, ILogger<JobGrain> logger)
    {
        this.stored = stored;
        this.results = results;
        this.options = options.Value;
        this.instruments = instruments;
        this.time = time;
        this.logger = logger;
        definitions = new JobDefinitions(secrets, channels.Value);
        writer = new StateWriter(stored, DeactivateOnIdle);
        resultWriter = new StateWriter(results, DeactivateOnIdle);
    }

    string Key => this.GetPrimaryKeyString();

    string Tenant => EntityKeys.TenantOf(Key);

    JobRecord Job => stored.State;

    /// <summary>Whether somebody works on it or is to.</summary>
    bool IsUnderWay => Job.State is JobState.Assessing or JobState.Waiting or JobState.Leased or JobState.Running or JobState.Pausing or JobState.Cancelling;

    public async Task<JobInfo> Put(JobSpec spec, string user, long? version)
    {
        EntityKeys.CheckPart("id", EntityKeys.Leaf(Key));
        InputChecks.Version($"Job '{Key}'", version, Job.Version);
        MustRest("change");
        (string kind, JobSpec shown, Dictionary<string, byte[]> kept) = definitions.Keep(Tenant, spec, Job);
        await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get();
        await GrainFactory.GetGrain<IJobDirectoryGrain>(EntityKeys.Fleet).Add(Key);
        MustRest("change");
        (Job.Kind, Job.Spec, Job.Sealed) = (kind, shown, kept);
        (Job.ChangedAt, Job.ChangedBy) = (time.GetUtcNow(), user);
        Job.Version++;
        Job.Assessment = null;
        if (Job.State is JobState.Assessed or JobState.Draft || Job.Version == 1)
            Enter(JobState.Draft, options.RestMax, null);
        JobMessages.Changed(logger, Key, user, Job.Version);
        await StoreAsync();
        return Info();
    }

    public Task<JobInfo> Get()
    {
        MustExist();
        return Task.FromResult(Info());
    }

    public async Task Delete(string user, long? version)
    {
        MustExist();
        InputChecks.Version($"Job '{Key}'", version, Job.Version);
        MustRest("delete");
        JobMessages.Asked(logger, Key, user, "delete");
        await GrainFactory.GetGrain<IJobDirectoryGrain>(EntityKeys.Fleet).Remove(Key);
        if (await this.GetReminder(WakeReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
        await resultWriter.ClearAsync();
        await writer.ClearAsync();
        DeactivateOnIdle();
    }

    public async Task<JobInfo> Assess(string user)
    {
        MustExist();
        MustRest("assess");
        if (Job.State == JobState.Paused)
            throw new ConflictException($"Job '{Key}' is paused: its target has a part already. Resume or cancel it.");
        JobMessages.Asked(logger, Key, user, "assess");
        (Job.IsAssessment, Job.Attempt, Job.Vain, Job.NextTryAt) = (true, 0, 0, null);
        Enter(JobState.Assessing, options.AssessmentMax, null);
        await StoreAsync();
        await OfferAsync();
        return Info();
    }

    public async Task<JobInfo> Start(string user)
    {
        MustExist();
        MustRest("start");
        if (Job.State == JobState.Paused)
            throw new ConflictException($"Job '{Key}' is paused: resume it, or cancel it first.");
        JobMessages.Asked(logger, Key, user, "start");
        if (Job.EpochDone == Job.Epoch)
            Job.Epoch++;
        Job.Step = null;
        await BeginRunAsync(user);
        await StoreAsync();
        return Info();
    }

    /// <summary>Begins a run and has it offered. Not stored yet.</summary>
    async Task BeginRunAsync(string user)
    {
        DateTimeOffset now = time.GetUtcNow();
        (Job.IsAssessment, Job.Attempt, Job.Vain, Job.RowsBest, Job.NextTryAt, Job.Progress) = (false, 0, 0, 0, null, null);
        (Job.Runs, Job.StartedBy, Job.StartedAt, Job.RunDeadline) = (Job.Runs + 1, user, now, now + TimeSpan.FromHours(Job.Spec.RunHours + Job.Spec.WaitHours));
        (results.State.Rejects, results.State.RejectsTotal) = ([], 0);
        Enter(JobState.Waiting, TimeSpan.FromHours(Job.Spec.WaitHours), null);
        await OfferAsync();
    }

    public async Task<JobInfo> Pause(string user)
    {
        MustExist();
        if (Job.State is not (JobState.Waiting or JobState.Leased or JobState.Running))
            throw new ConflictException($"Job '{Key}' is {Word(Job.State)}; only one that waits or runs can be paused.");
        JobMessages.Asked(logger, Key, user, "pause");
        if (Job.State == JobState.Waiting)
            Rest($"{user} paused it.");
        else
            Enter(JobState.Pausing, options.PutDownMax, $"{user} paused it.");
        await StoreAsync();
        return Info();
    }

    public async Task<JobInfo> Resume(string user)
    {
        MustExist();
        if (Job.State is not (JobState.Paused or JobState.Pausing))
            throw new ConflictException($"Job '{Key}' is {Word(Job.State)}, not paused.");
        if (Job.State == JobState.Pausing)
            throw new ConflictException($"The worker of job '{Key}' has not put it down yet; wait until it is paused.");
        JobMessages.Asked(logger, Key, user, "resume");
        (Job.Vain, Job.NextTryAt) = (0, null);
        // What it rested does not count.
        Job.RunDeadline += time.GetUtcNow() - Job.Since;
        Enter(JobState.Waiting, TimeSpan.FromHours(Job.Spec.WaitHours), null);
        await StoreAsync();
        await OfferAsync();
        return Info();
    }

    public async Task<JobInfo> Cancel(string user)
    {
        MustExist();
        if (Job.State is JobState.Done or JobState.Failed or JobState.Cancelled)
            throw new ConflictException($"Job '{Key}' has ended already: it is {Word(Job.State)}.");
        JobMessages.Asked(logger, Key, user, "cancel");
        string reason = $"{user} cancelled it.";
        if (Job.Worker is not null)
            Enter(JobState.Cancelling, options.PutDownMax, reason);
        else if (Job.IsAssessment && Job.State == JobState.Assessing)
            Enter(JobState.Draft, options.RestMax, reason);
        else
            await EndRunAsync(JobState.Cancelled, reason, null);
        await StoreAsync();
        return Info();
    }

    public async Task<JobInfo> Throttle(JobThrottle change, string user)
    {
        MustExist();
        if (JobDefinitions.Limits(Job) is null)
            throw new ConflictException($"Job '{Key}' is of kind {Job.Kind}, which has no rates and channels to change.");
        (Job.Spec, Job.ChangedAt, Job.ChangedBy) = (JobDefinitions.Throttled(Job, change), time.GetUtcNow(), user);
        Job.Version++;
        JobMessages.Changed(logger, Key, user, Job.Version);
        await StoreAsync();
        return Info();
    }

    public Task<IReadOnlyList<JobRunInfo>> Runs(int limit)
    {
        MustExist();
        if (limit < 1 || limit > options.RunsKept)
            throw new InvalidInputException("limit", $"limit is {limit}; it can be 1 to {options.RunsKept}.");
        return Task.FromResult<IReadOnlyList<JobRunInfo>>([.. Enumerable.Reverse(Job.Ended).Take(limit)]);
    }

    public Task<JobReportInfo> Report(long number)
    {
        MustExist();
        JobRunInfo run = Job.Ended.Find(run => run.Number == number) ?? throw new NotFoundException($"Job '{Key}' has no run {number} that has ended.");
        return Task.FromResult(new JobReportInfo(run, results.State.Reports.Find(kept => kept.Number == number)?.Result));
    }

    public Task<string> Certificate(long number, bool isPage)
    {
        MustExist();
        if (results.State.Reports.Find(kept => kept.Number == number)?.Certificate is not { } json)
            throw new NotFoundException($"There is no certificate of run {number} of job '{Key}': the run made none, has not ended, or is older than the newest {options.ReportsKept}.");
        return Task.FromResult(isPage ? Orrery.Jobs.Certificates.CertificatePage.Write(Orrery.Jobs.Certificates.SignedCertificate.Read(json)) : json);
    }

    public Task<JobRejects> Rejects()
    {
        MustExist();
        return Task.FromResult(new JobRejects(results.State.RejectsTotal, results.State.Rejects));
    }

    void MustExist()
    {
        if (Job.Version == 0)
            throw new NotFoundException($"There is no job '{Key}'.");
    }

    void MustRest(string action)
    {
        if (IsUnderWay)
            throw new ConflictException($"Job '{Key}' is {Word(Job.State)}; to {action} it, {(action == "delete" ? "cancel" : "pause or cancel")} it first.");
    }

    static string Word(JobState state) => state.ToString().ToLowerInvariant();

    JobInfo Info() => new(
        Tenant, EntityKeys.Leaf(Key), Job.Kind, Job.Spec, Job.State, Job.Since, Job.Deadline, Job.Reason, Job.Worker, heardAt, Job.Token, Job.Attempt, Job.NextTryAt, Job.Progress, Job.Assessment,
        Job.Ended.Count > 0 ? Job.Ended[^1] : null, Job.Step, Job.ChangedAt, Job.ChangedBy, Job.Version);
}

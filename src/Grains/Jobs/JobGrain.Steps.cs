using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs;

namespace Orrery.Grains.Jobs;

/// <summary>
/// Guarded steps of a job that follows changes. A step is a lease of its own: the worker that follows is told to put the job down, and who leases it next does the step. Refused, the step ends with the reason and the job follows
/// on; done, the run ends with its certificate, and where the new leader's changes are followed the next run begins at once.
/// </summary>
sealed partial class JobGrain
{
    const string Following = "following", FollowingBack = "followingBack";

    bool IsStepWaiting => Job.Step is { EndedAt: null };

    /// <summary>Whether the newest lease is for a step.</summary>
    bool IsLeasedForStep => Job.StepToken > 0 && Job.StepToken == Job.Token;

    public async Task<JobInfo> Step(JobStepKind kind, bool sourceIsStopped, string user)
    {
        MustExist();
        if (!JobDefinitions.Follows(Job))
            throw new ConflictException($"Job '{Key}' follows no changes: it is no migration with \"follow\": true.");
        if (Job.State is not (JobState.Waiting or JobState.Leased or JobState.Running))
            throw new ConflictException($"Job '{Key}' is {Word(Job.State)}; a step is for one that runs.");
        if (IsStepWaiting)
            throw new ConflictException($"Job '{Key}' has a step under way since {Job.Step!.At:u}, asked for by {Job.Step.By}.");
        if (Job.Progress is not { Follow: { } follow, Phase: Following or FollowingBack } progress)
            throw new ConflictException($"Job '{Key}' does not follow yet: it is {Job.Progress?.Phase ?? "waiting for a worker"}. Wait until its rows are copied and its keys are made.");
        if (kind == JobStepKind.CutOver && follow.IsBack)
            throw new ConflictException($"Job '{Key}' has been cut over: its target leads. To return to the source, ask for back.");
        if (kind == JobStepKind.Back && !follow.IsBack)
            throw new ConflictException($"Job '{Key}' has not been cut over: its source leads. There is nothing to go back from.");
        JobMessages.Asked(logger, Key, user, kind.ToString());
        DateTimeOffset now = time.GetUtcNow();
        Job.Step = new JobStepInfo(kind, sourceIsStopped, user, now, now + options.StepMax, null, false, null);
        // One that waits behind a failure need not be waited for.
        Job.NextTryAt = null;
        await StoreAsync();
        if (Job.Worker is null)
            await OfferAsync();
        return Info();
    }

    /// <summary>What the lease that is given next is for.</summary>
    JobStepLease? LeaseStep()
    {
        if (!IsStepWaiting || Job.IsAssessment)
            return null;
        Job.StepToken = Job.Token;
        return new JobStepLease(Job.Step!.Kind, Job.Step.SourceIsStopped, Job.Step.Deadline);
    }

    void EndStep(bool isDone, string outcome)
    {
        if (!IsStepWaiting)
            return;
        Job.Step = Job.Step! with { EndedAt = time.GetUtcNow(), IsDone = isDone, Outcome = outcome };
        JobMessages.StepEnded(logger, Key, Job.Step.Kind, isDone, outcome);
    }

    /// <summary>A step that its worker refused: nothing has changed, and the job follows on.</summary>
    async Task RefuseStepAsync(string reason)
    {
        EndStep(false, reason);
        Job.Worker = null;
        Enter(JobState.Waiting, TimeSpan.FromHours(Job.Spec.WaitHours), null);
        await OfferAsync();
    }
}

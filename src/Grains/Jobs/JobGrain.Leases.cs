using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs;

namespace Orrery.Grains.Jobs;

/// <summary>What workers ask and tell.</summary>
sealed partial class JobGrain
{
    const int RejectsKept = 1_000, RejectLengthMax = 8_000, RejectsBytesMax = 2 << 20, ResultLengthMax = 4 << 20, TablesMax = 500, ChunksMax = 100, ReasonLengthMax = 2_000;

    DateTimeOffset? heardAt;
    DateTimeOffset leasedUntil;
    int rejectChars;

    public async Task<JobLease?> Lease(string worker)
    {
        if (Job.Version == 0 || Job.State is not (JobState.Waiting or JobState.Assessing) || Job.Worker is not null || Job.NextTryAt > time.GetUtcNow())
            return null;
        if (Place.Length > 0 && worker != Place)
            return null;
        Job.Token++;
        Job.Attempt++;
        (Job.Worker, Job.NextTryAt) = (worker, null);
        heardAt = time.GetUtcNow();
        leasedUntil = heardAt.Value + options.Lease;
        if (!Job.IsAssessment)
            Enter(JobState.Leased, options.Lease, null);
        instruments.Leased();
        JobStepLease? step = LeaseStep();
        await StoreAsync();
        return new JobLease(EntityKeys.Leaf(Key), NameInTarget(), Job.Spec.IsSplit ? definitions.OpenWithout(Job, JobDefinitions.RemoteField(Job)) : definitions.Open(Job), Job.IsAssessment, Job.Token, options.Lease.TotalSeconds) { Step = step, IsSplit = Job.Spec.IsSplit };
    }

    public async Task<JobWord> Beat(string worker, long token, JobProgressInfo? progress, IReadOnlyList<string> rejects)
    {
        if (!IsHolder(worker, token))
            return new JobWord(JobOrder.Lost, null);
        heardAt = time.GetUtcNow();
        leasedUntil = heardAt.Value + options.Lease;
        if (progress is not null)
        {
            Job.Progress = progress with { Tables = [.. progress.Tables.Take(TablesMax).Select(static table => table.Chunks is { Count: <= ChunksMax } ? table : table with { Chunks = [] })] };
            long far = progress.Rows + (progress.Follow?.Changes ?? 0);
            if (far > Job.RowsBest)
                (Job.RowsBest, Job.Vain) = (far, 0);
            results.State.RejectsTotal = Math.Max(results.State.RejectsTotal, progress.Rejects);
        }

        bool isNew = Keep(rejects);
        if (Job.State == JobState.Leased)
        {
            Enter(JobState.Running, (Job.RunDeadline ?? heardAt.Value) - heardAt.Value, null);
            await StoreAsync();
        }

        if (isNew)
            await resultWriter.WriteAsync();
        JobOrder order = Job.State switch { JobState.Pausing => JobOrder.Pause, JobState.Cancelling => JobOrder.Cancel, JobState.Assessing => JobOrder.GoOn, _ => IsStepWaiting == IsLeasedForStep ? JobOrder.GoOn : JobOrder.Pause };
        return new JobWord(order, JobDefinitions.Limits(Job));
    }

    public Task<string> Target(string worker, long token) => IsHolder(worker, token) && Job.Spec.IsSplit && JobDefinitions.RemoteField(Job) is { } field
        ? Task.FromResult(definitions.Secret(Job, field))
        : throw new ConflictException($"Job '{Key}' is not, or no longer, in the hands of '{worker}' by token {token}: its target is not reached for it.");

    public async Task End(string worker, long token, JobEnding ending)
    {
        if (!IsHolder(worker, token))
            return;
        (Job.Worker, heardAt) = (null, time.GetUtcNow());
        if (ending.Result is { } result && !ending.IsReleased)
            await CompleteAsync(result.Length <= ResultLengthMax ? result : $$"""{"isGood":false,"summary":"The result had {{result.Length}} characters; at most {{ResultLengthMax}} are kept."}""");
        else if (ending.IsReleased || Job.State is JobState.Pausing or JobState.Cancelling)
            await PutDownAsync(ending.Error ?? "Its worker put it down.");
        else if (IsLeasedForStep && IsStepWaiting && !ending.IsPassing)
            await RefuseStepAsync(Cut(ending.Error) ?? "Its worker did not say why.");
        else
            await FailAsync(Cut(ending.Error) ?? "Its worker did not say why.", ending.IsPassing);
        await StoreAsync();
    }

    /// <summary>The worker is gone, by its own word or by silence: the state goes where it was on its way to.</summary>
    async Task PutDownAsync(string reason)
    {
        Job.Worker = null;
        switch (Job.State)
        {
            case JobState.Pausing:
                Rest(Job.Reason ?? reason);
                break;
            case JobState.Cancelling when Job.IsAssessment:
                Enter(JobState.Draft, options.RestMax, Job.Reason);
                break;
            case JobState.Cancelling:
                await EndRunAsync(JobState.Cancelled, Job.Reason ?? reason, null);
                break;
            case JobState.Assessing:
                // The deadline stays: it is over the whole assessment.
                await OfferAsync();
                break;
            default:
                Enter(JobState.Waiting, TimeSpan.FromHours(Job.Spec.WaitHours), reason);
                await OfferAsync();
                break;
        }
    }

    async Task CompleteAsync(string result)
    {
        if (Job.IsAssessment)
        {
            Job.Assessment = new JobAssessmentInfo(time.GetUtcNow(), result);
            Job.IsAssessment = false;
            Enter(JobState.Assessed, options.RestMax, null);
            return;
        }

        await EndRunAsync(JobState.Done, null, result);
    }

    /// <summary>Tries again behind a growing pause, as often as it may without having got further.</summary>
    async Task FailAsync(string reason, bool isPassing)
    {
        if (Job.IsAssessment)
        {
            (Job.Worker, Job.IsAssessment) = (null, false);
            Enter(JobState.Draft, options.RestMax, $"It could not be assessed: {reason}");
            return;
        }

        if (!isPassing || ++Job.Vain > Job.Spec.RetriesMax)
        {
            await EndRunAsync(JobState.Failed, isPassing ? $"{reason} {Job.Vain} attempts in a row got no further, which is the most (retriesMax)." : reason, null);
            return;
        }

        Job.Worker = null;
        Job.NextTryAt = time.GetUtcNow() + TimeSpan.FromTicks(Math.Min(options.RetryPauseMax.Ticks, options.RetryPause.Ticks << Math.Min(Job.Vain - 1, 20)));
        Enter(JobState.Waiting, TimeSpan.FromHours(Job.Spec.WaitHours), reason);
    }

    async Task EndRunAsync(JobState state, string? reason, string? result)
    {
        DateTimeOffset now = time.GetUtcNow();
        Job.Worker = null;
        bool goesOn = false;
        if (Job.StartedAt is { } started)
        {
            string? certificate = null;
            bool isGood = false;
            string summary = reason ?? "";
            (long rows, long rejects) = (Job.Progress?.Rows ?? 0, Job.Progress?.Rejects ?? 0);
            if (result is not null)
            {
                (isGood, summary, rows, rejects, certificate, goesOn, result) = ReadResult(result);
                results.State.RejectsTotal = rejects;
                if (!goesOn)
                    Job.EpochDone = Job.Epoch;
            }

            EndStep(state == JobState.Done, summary);

            var run = new JobRunInfo(Job.Runs, Job.StartedBy, started, now, state, isGood, summary, rows, rejects, Job.Attempt, certificate is not null);
            if (result is not null)
                results.State.Reports.Add(new KeptReport(run.Number, result, certificate));
            if (results.State.Reports.Count > options.ReportsKept)
                results.State.Reports.RemoveRange(0, results.State.Reports.Count - options.ReportsKept);
            // First what is looked up by the run, then the run.
            await resultWriter.WriteAsync();
            Job.Ended.Add(run);
            if (Job.Ended.Count > options.RunsKept)
                Job.Ended.RemoveRange(0, Job.Ended.Count - options.RunsKept);
            (Job.StartedAt, Job.RunDeadline) = (null, null);
            instruments.Ended(Job.Kind, run);
            if (state == JobState.Failed)
                JobMessages.Failed(logger, Key, run.Number, summary);
            reason ??= summary;
        }

        Enter(state, null, reason);
        if (goesOn)
            await BeginRunAsync(Job.StartedBy);
    }

    /// <summary>The result's own fields, and it without its certificate.</summary>
    static (bool IsGood, string Summary, long Rows, long Rejects, string? Certificate, bool GoesOn, string Left) ReadResult(string json)
    {
        try
        {
            var result = JsonNode.Parse(json)!.AsObject();
            string? certificate = (string?)result["certificate"];
            result.Remove("certificate");
            return ((bool?)result["isGood"] ?? false, Cut((string?)result["summary"]) ?? "", (long?)result["rows"] ?? 0, (long?)result["rejects"] ?? 0, certificate is null ? null : Orrery.Jobs.Certificates.SignedCertificate.Read(certificate).ToJson(), (bool?)result["goesOn"] ?? false, result.ToJsonString());
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            return (false, "The worker's result could not be read.", 0, 0, null, false, "{}");
        }
    }

    bool Keep(IReadOnlyList<string> lines)
    {
        bool isNew = false;
        foreach (string line in lines)
        {
            string kept = line.Length <= RejectLengthMax ? line : line[..RejectLengthMax];
            if (results.State.Rejects.Count >= RejectsKept || rejectChars + kept.Length > RejectsBytesMax || results.State.Rejects.Contains(kept))
                continue;
            results.State.Rejects.Add(kept);
            rejectChars += kept.Length;
            isNew = true;
        }

        return isNew;
    }

    bool IsHolder(string worker, long token) => Job.Version > 0 && token == Job.Token && worker == Job.Worker;

    string Place => Job.Spec.RunsOn.Length == 0 ? "" : $"{Tenant}/{Job.Spec.RunsOn}";

    /// <summary>At most 80 characters, as targets keep it.</summary>
    string NameInTarget()
    {
        string name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Tenant}.{EntityKeys.Leaf(Key)}.{Job.Epoch}");
        return name.Length <= 80 ? name : $"{name[..60]}.{KeyHash.Of(Key):x16}";
    }

    static string? Cut(string? text) => text is null || text.Length <= ReasonLengthMax ? text : text[..ReasonLengthMax] + "…";

    Task OfferAsync() => Job.NextTryAt > time.GetUtcNow() ? Task.CompletedTask : GrainFactory.GetGrain<IJobQueueGrain>(JobKeys.QueueOf(Place)).Offer(Place, Key);
}

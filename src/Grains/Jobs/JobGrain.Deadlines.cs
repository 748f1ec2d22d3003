using Orrery.Grains.Storing;
using Orrery.Interfaces.Jobs;

namespace Orrery.Grains.Jobs;

/// <summary>What the clock does.</summary>
sealed partial class JobGrain
{
    const string WakeReminder = "wake";
    static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    IGrainTimer? looks;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Where the words of a worker went to another silo, this one gives it time to be heard.
        if (Job.Worker is not null)
            leasedUntil = time.GetUtcNow() + options.Lease;
        rejectChars = results.State.Rejects.Sum(static line => line.Length);
        KeepLooking();
        return Task.CompletedTask;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => LookAsync();

    /// <summary>Comes to a state, with the time that it may last; null: it is an end.</summary>
    void Enter(JobState state, TimeSpan? longest, string? reason)
    {
        (Job.State, Job.Since, Job.Reason) = (state, time.GetUtcNow(), reason);
        Job.Deadline = longest is { } span ? Job.Since + (span > TimeSpan.Zero ? span : TimeSpan.Zero) : null;
        JobMessages.Became(logger, Key, state, Job.Token, Job.Attempt, Job.Worker ?? "none", reason ?? "");
        KeepLooking();
    }

    void Rest(string reason)
    {
        Job.Worker = null;
        Enter(JobState.Paused, options.RestMax, reason);
    }

    /// <summary>Stores what is, and sees that somebody looks at its deadline.</summary>
    async Task StoreAsync()
    {
        await writer.WriteAsync();
        if (Job.Deadline is not null)
            await this.RegisterOrUpdateReminder(WakeReminder, ReminderPeriod, ReminderPeriod);
        else if (await this.GetReminder(WakeReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    async Task LookAsync()
    {
        try
        {
            await LookOnceAsync();
        }
        catch (Exception failure)
        {
            JobMessages.NotLooked(logger, Key, options.LookPeriod, failure);
        }
    }

    async Task LookOnceAsync()
    {
        DateTimeOffset now = time.GetUtcNow();
        if (Job.Version == 0)
            return;
        if (IsStepWaiting && Job.Step!.Deadline <= now)
        {
            // A worker that is at it hears so by its next word.
            EndStep(false, $"It was not done until its deadline, {Job.Step.Deadline:u}. The lead is where it was.");
            await StoreAsync();
        }

        if (Job.Worker is not null && leasedUntil <= now)
        {
            instruments.Lost();
            string silent = $"Worker {Job.Worker} was silent for {options.Lease.TotalSeconds:F0} s, so its lease ran out.";
            Job.Worker = null;
            if (Job.State is JobState.Pausing or JobState.Cancelling or JobState.Assessing)
                await PutDownAsync(silent);
            else
                await FailAsync(silent, isPassing: true);
            await StoreAsync();
        }
        else if (Job.Deadline <= now)
        {
            await EndStateAsync();
            await StoreAsync();
        }
        else if (Job is { State: JobState.Waiting or JobState.Assessing, Worker: null })
        {
            await OfferAsync();
        }
    }

    /// <summary>A state lasted until its deadline.</summary>
    async Task EndStateAsync()
    {
        string reason = $"It was {Word(Job.State)} until its deadline, {Job.Deadline:u}.";
        switch (Job.State)
        {
            case JobState.Running:
                // The worker is told to leave it, and forgotten after a lease.
                Enter(JobState.Cancelling, options.PutDownMax, $"{reason} runHours is {Job.Spec.RunHours}.");
                break;
            case JobState.Pausing or JobState.Cancelling:
                await PutDownAsync(reason);
                break;
            case JobState.Assessing:
                (Job.Worker, Job.IsAssessment) = (null, false);
                Enter(JobState.Draft, options.RestMax, $"{reason} No worker found out in time what would be done.");
                break;
            case JobState.Waiting:
                await EndRunAsync(JobState.Failed, $"{reason} No worker took it: see that {(Place.Length > 0 ? $"agent {Place} runs and takes jobs" : "a silo takes jobs (Orrery:Jobs:Parallel)")}.", null);
                break;
            default:
                await EndRunAsync(JobState.Cancelled, reason, null);
                break;
        }
    }

    /// <summary>A job that is under way stays and looks at the clock; others are woken by their reminder.</summary>
    void KeepLooking()
    {
        bool isNeeded = Job.Version > 0 && IsUnderWay;
        if (isNeeded == looks is not null)
            return;
        looks?.Dispose();
        looks = isNeeded ? this.RegisterGrainTimer(_ => LookAsync(), new GrainTimerCreationOptions { DueTime = options.LookPeriod, Period = options.LookPeriod, KeepAlive = true, Interleave = true }) : null;
    }
}

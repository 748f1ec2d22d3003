using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Channels;
using Orrery.Grains.Input;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Checks;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Checks;

/// <summary>
/// Holds what a check is to be and runs it, one run at a time, beside its turns. A run's beginning is stored before it, its end behind it; a run whose process died is known by its beginning and counts as stopped. A reminder
/// wakes the check where it has a schedule.
/// </summary>
[Reentrant]
sealed partial class CheckGrain : Grain, ICheckGrain, IRemindable
{
    const string WakeReminder = "wake";
    static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1), LookPeriod = TimeSpan.FromSeconds(5);

    readonly IPersistentState<CheckState> stored;
    readonly IPersistentState<CheckResultState> results;
    readonly StateWriter writer, resultWriter;
    readonly SecretBox secrets;
    readonly CheckOptions options;
    readonly ChannelOptions channels;
    readonly CheckInstruments instruments;
    readonly TimeProvider time;
    readonly ILogger<CheckGrain> logger;
    readonly CancellationTokenSource ending = new();
    IGrainTimer? looks;
    Task running = Task.CompletedTask;
    string activity = "idle";

    public CheckGrain(
        [PersistentState("check")] IPersistentState<CheckState> stored, [PersistentState("results")] IPersistentState<CheckResultState> results, SecretBox secrets, IOptions<CheckOptions> options, IOptions<ChannelOptions> channels,
        CheckInstruments instruments, TimeProvider time, ILogger<CheckGrain> logger)
    {
        this.stored = stored;
        this.results = results;
        this.secrets = secrets;
        this.options = options.Value;
        this.channels = channels.Value;
        this.instruments = instruments;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
        resultWriter = new StateWriter(results, DeactivateOnIdle);
    }

    string Key => this.GetPrimaryKeyString();

    string Tenant => EntityKeys.TenantOf(Key);

    CheckState State => stored.State;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Begun is { } lost)
            await EndAsync(new CheckRun(Failed(lost, "stopped", "The process in which it ran ended."), []));
        KeepLooking();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await ending.CancelAsync();
        await StateWriter.Settled(running.WaitAsync(cancellationToken));
    }

    public async Task<CheckInfo> Put(CheckSpec spec, string user, long? version)
    {
        EntityKeys.CheckPart("id", EntityKeys.Leaf(Key));
        InputChecks.Version($"Check '{Key}'", version, State.Version);
        // Another kind of database has another connection.
        bool keeps = State.SealedConnection is not null && spec.Kind == State.Spec.Kind;
        CheckSpec kept = CheckSpecs.Check(spec, keeps, channels);
        await GrainFactory.GetGrain<ITenantGrain>(Tenant).Get();
        await GrainFactory.GetGrain<ICheckDirectoryGrain>(EntityKeys.Fleet).Add(Key);
        State.SealedConnection = spec.Connection is { } connection ? secrets.Seal(connection, CheckSpecs.Purpose) : keeps ? State.SealedConnection : null;
        State.Spec = kept;
        State.NextAt = CheckSchedule.Next(kept, time.GetUtcNow());
        (State.ChangedAt, State.ChangedBy) = (time.GetUtcNow(), user);
        State.Version++;
        await writer.WriteAsync();
        CheckMessages.Changed(logger, Key, user, State.Version);
        if (State.NextAt is not null)
            await this.RegisterOrUpdateReminder(WakeReminder, ReminderPeriod, ReminderPeriod);
        else if (await this.GetReminder(WakeReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
        KeepLooking();
        return Info();
    }

    public Task<CheckInfo> Get()
    {
        MustExist();
        return Task.FromResult(Info());
    }

    public async Task Delete(long? version)
    {
        MustExist();
        InputChecks.Version($"Check '{Key}'", version, State.Version);
        await ending.CancelAsync();
        await StateWriter.Settled(running);
        foreach (string rule in State.Alarmed)
            await Book.Report(CheckAlarms.Ended(Key, rule, time.GetUtcNow()));
        await GrainFactory.GetGrain<ICheckDirectoryGrain>(EntityKeys.Fleet).Remove(Key);
        if (await this.GetReminder(WakeReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
        await resultWriter.ClearAsync();
        await writer.ClearAsync();
        DeactivateOnIdle();
    }

    public async Task<long> Run(string user)
    {
        MustExist();
        await BeginAsync(user);
        return State.Runs;
    }

    public Task<IReadOnlyList<CheckSummary>> Runs(int limit)
    {
        MustExist();
        if (limit < 1 || limit > options.RunsKept)
            throw new InvalidInputException("limit", $"limit is {limit}; it can be 1 to {options.RunsKept}.");
        return Task.FromResult<IReadOnlyList<CheckSummary>>([.. Enumerable.Reverse(State.Ended).Take(limit)]);
    }

    public Task<CheckRun> Result(long number)
    {
        MustExist();
        return Task.FromResult(results.State.Runs.Find(run => run.Summary.Number == number)
            ?? throw new NotFoundException(State.Begun?.Number == number ? $"Run {number} of '{Key}' has not ended." : $"Check '{Key}' does not keep results of a run {number}: those of the newest {options.ResultsKept} are, and of as many that differed."));
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => LookAsync();

    /// <summary>Runs where it is time to.</summary>
    async Task LookAsync()
    {
        if (State.Version > 0 && State.NextAt is { } at && at <= time.GetUtcNow() && running.IsCompleted)
            await BeginAsync("schedule");
    }

    /// <summary>Looks at the clock while there is a schedule, and stays while a run is under way.</summary>
    void KeepLooking()
    {
        looks?.Dispose();
        looks = State.Version > 0 && (State.NextAt is not null || !running.IsCompleted)
            ? this.RegisterGrainTimer(_ => LookAsync(), new GrainTimerCreationOptions { DueTime = LookPeriod, Period = LookPeriod, KeepAlive = true, Interleave = true })
            : null;
    }

    IAlarmBookGrain Book => GrainFactory.GetGrain<IAlarmBookGrain>(Tenant);

    void MustExist()
    {
        if (State.Version == 0)
            throw new NotFoundException($"There is no check '{Key}'.");
    }

    CheckInfo Info() => new(
        Tenant, EntityKeys.Leaf(Key), State.Spec, State.SealedConnection is not null, activity, State.Ended.Count > 0 ? State.Ended[^1] : null, State.NextAt, State.ChangedAt, State.ChangedBy, State.Version);
}

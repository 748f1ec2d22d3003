using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs.Rollouts;
using Orrery.Jobs.Work;

namespace Orrery.Grains.Jobs.Rollouts;

sealed class RolloutRecord
{
    public RolloutSpec? Spec { get; set; }

    public string State { get; set; } = RolloutGrain.Running;

    public int Wave { get; set; }

    public DateTimeOffset? Deadline { get; set; }

    public RolloutCounts Counts { get; set; } = new(0, 0, 0, 0);

    public string? Reason { get; set; }

    public string StartedBy { get; set; } = "";

    public DateTimeOffset StartedAt { get; set; }
}

/// <summary>Tells the shards of one wave after the other, each when all agents of the one before have come to an end; where too many failed, it stops.</summary>
[Reentrant]
sealed partial class RolloutGrain : Grain, IRolloutGrain, IRemindable
{
    public const string Running = "running";
    const string Done = "done", Stopped = "stopped", WakeReminder = "wake";
    const int WavesMax = 20, VersionLengthMax = 64, DefinitionLengthMax = 64 << 10, HoursMax = 2_160;
    static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    readonly IPersistentState<RolloutRecord> stored;
    readonly StateWriter writer;
    readonly RolloutOptions options;
    readonly TimeProvider time;
    readonly ILogger<RolloutGrain> logger;
    bool isLooking;

    public RolloutGrain([PersistentState("rollout")] IPersistentState<RolloutRecord> stored, IOptions<RolloutOptions> options, TimeProvider time, ILogger<RolloutGrain> logger)
    {
        this.stored = stored;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    RolloutRecord Record => stored.State;

    string Id => this.GetPrimaryKeyString();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (Record.Spec is not null && Record.State == Running)
            KeepLooking();
        return Task.CompletedTask;
    }

    public async Task<RolloutInfo> Start(RolloutSpec spec, string user)
    {
        if (Record.Spec is not null)
            throw new ConflictException($"There is a roll-out '{Id}' already. Give the new one another id.");
        Check(spec);
        await GrainFactory.GetGrain<IRolloutDirectoryGrain>(EntityKeys.Fleet).Add(Id);
        Record.Spec = spec;
        (Record.StartedBy, Record.StartedAt) = (user, time.GetUtcNow());
        EnterWave(1);
        await writer.WriteAsync();
        Began(logger, Id, user, spec.Waves.Length);
        await this.RegisterOrUpdateReminder(WakeReminder, ReminderPeriod, ReminderPeriod);
        KeepLooking();
        await LookAsync();
        return Info();
    }

    public async Task<RolloutInfo> Stop(string user)
    {
        MustExist();
        if (Record.State == Running)
            await EndAsync(Stopped, $"{user} stopped it.");
        return Info();
    }

    public Task<RolloutInfo> Get()
    {
        MustExist();
        return Task.FromResult(Info());
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => LookAsync();

    void KeepLooking() => this.RegisterGrainTimer(_ => LookAsync(), new GrainTimerCreationOptions { DueTime = options.LookPeriod, Period = options.LookPeriod, KeepAlive = true, Interleave = true });

    async Task LookAsync()
    {
        if (isLooking || Record.Spec is null || Record.State != Running)
            return;
        isLooking = true;
        try
        {
            await LookOnceAsync(Record.Spec);
        }
        catch (Exception failure)
        {
            NotLooked(logger, Id, options.LookPeriod, failure);
        }
        finally
        {
            isLooking = false;
        }
    }

    async Task LookOnceAsync(RolloutSpec spec)
    {
        RolloutStep step = spec.Waves[Record.Wave - 1];
        var wave = new RolloutWave(Id, Record.Wave, step.Percent, step.Tag, spec.Scope, spec.Version, spec.Definition, Record.Deadline!.Value);
        bool isOver = wave.EndsAt <= time.GetUtcNow();
        if (!isOver)
            await Task.WhenAll(Shards.Select(shard => shard.Begin(wave)));
        RolloutCounts before = Record.Counts;
        Record.Counts = (await Task.WhenAll(Shards.Select(shard => shard.Progress(Id)))).Aggregate(static (one, other) => one + other);
        RolloutCounts now = Record.Counts;
        if (now.Failed * 100.0 > spec.FailedPercentMax * now.All)
            await EndAsync(Stopped, $"In wave {Record.Wave}, {now.Failed} of {now.All} agents failed; at most {spec.FailedPercentMax} % may.");
        else if (now.Offered + now.Running == 0 && (now.All > 0 || isOver) && Record.Wave < spec.Waves.Length)
            EnterWave(Record.Wave + 1);
        else if (now.Offered + now.Running == 0 && (now.All > 0 || isOver))
            await EndAsync(Done, null);
        else if (now == before)
            return;
        await writer.WriteAsync();
    }

    void EnterWave(int wave)
    {
        Record.Wave = wave;
        Record.Deadline = time.GetUtcNow() + TimeSpan.FromHours(Record.Spec!.Waves[wave - 1].Hours);
        Wave(logger, Id, wave, Record.Deadline.Value);
    }

    async Task EndAsync(string state, string? reason)
    {
        (Record.State, Record.Reason, Record.Deadline) = (state, reason, null);
        Ended(logger, Id, state, reason ?? "");
        await writer.WriteAsync();
        // Asked of all until each has heard: a shard that has not goes on offering no longer than its wave lasts.
        await Task.WhenAll(Shards.Select(shard => shard.End(Id)));
        if (await this.GetReminder(WakeReminder) is { } reminder)
            await this.UnregisterReminder(reminder);
        DeactivateOnIdle();
    }

    IEnumerable<IAgentShardGrain> Shards => Enumerable.Range(0, AgentShards.Count).Select(shard => GrainFactory.GetGrain<IAgentShardGrain>(AgentShards.KeyOf(shard)));

    static void Check(RolloutSpec spec)
    {
        if (spec.Version is null == spec.Definition is null)
            throw new InvalidInputException("version", "A roll-out brings either a version or a job: give version or definition.");
        if (spec.Version is { Length: 0 or > VersionLengthMax })
            throw new InvalidInputException("version", $"A version has 1 to {VersionLengthMax} characters.");
        if (spec.Definition is { } definition)
            CheckJob(definition);
        if (spec.Waves.Length is 0 or > WavesMax)
            throw new InvalidInputException("waves", $"{spec.Waves.Length} waves; there can be 1 to {WavesMax}.");
        if (spec.Waves.Any(static wave => wave.Percent is not (>= 0 and <= 100) || wave.Hours is not (> 0 and <= HoursMax)))
            throw new InvalidInputException("waves", $"A wave has a percentage of 0 to 100, and more than 0 up to {HoursMax} hours.");
        if (spec.FailedPercentMax is not (>= 0 and <= 100))
            throw new InvalidInputException("failedPercentMax", $"failedPercentMax is {spec.FailedPercentMax}; it must be 0 to 100.");
    }

    /// <summary>Agents take it as it is: a secret that all of them have is none, so it must hold none.</summary>
    static void CheckJob(string definition)
    {
        if (definition.Length > DefinitionLengthMax)
            throw new InvalidInputException("definition", $"The definition has {definition.Length} characters; at most {DefinitionLengthMax} are kept.");
        try
        {
            var read = System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(definition);
            IJobKind kind = JobKinds.Of(read);
            kind.Check(read);
            if (kind.Follows(read))
                throw new InvalidInputException("definition", "A roll-out's job has to come to an end, and one that follows changes does not: make a job for each site.");
        }
        catch (Exception wrong) when (wrong is ArgumentException or System.Text.Json.JsonException)
        {
            throw new InvalidInputException("definition", wrong.Message);
        }
    }

    void MustExist()
    {
        if (Record.Spec is null)
            throw new NotFoundException($"There is no roll-out '{Id}'.");
    }

    RolloutInfo Info() => new(Id, Record.Spec!, Record.State, Record.Wave, Record.Deadline, Record.Counts, Record.Reason, Record.StartedBy, Record.StartedAt);

    [LoggerMessage(6111, LogLevel.Information, "Roll-out {Rollout} was begun by {User}, {Waves} waves.")]
    static partial void Began(ILogger logger, string rollout, string user, int waves);

    [LoggerMessage(6112, LogLevel.Information, "Roll-out {Rollout} is in wave {Wave} until {Deadline}.")]
    static partial void Wave(ILogger logger, string rollout, int wave, DateTimeOffset deadline);

    [LoggerMessage(6113, LogLevel.Information, "Roll-out {Rollout} is {State}. {Reason}")]
    static partial void Ended(ILogger logger, string rollout, string state, string reason);

    [LoggerMessage(6114, LogLevel.Warning, "Roll-out {Rollout} could not look at its wave; it looks again in {Pause}.")]
    static partial void NotLooked(ILogger logger, string rollout, TimeSpan pause, Exception failure);
}

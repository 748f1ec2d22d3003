using Microsoft.Extensions.Options;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs.Rollouts;

namespace Orrery.Grains.Jobs.Rollouts;

sealed class AgentShardState
{
    /// <summary>From which seconds are counted.</summary>
    public DateTimeOffset Epoch { get; set; }

    /// <summary>See <see cref="AgentTable.ToBytes"/>.</summary>
    public byte[] Table { get; set; } = [];

    /// <summary>Words that rows name by their places; the first is empty.</summary>
    public List<string> Words { get; set; } = [""];

    /// <summary>Roll-outs that rows name by their places; the first stands for none.</summary>
    public List<ShardRollout> Rollouts { get; set; } = [];
}

/// <param name="Wave">The newest.</param>
/// <param name="IsEnded">Nothing is offered any more.</param>
/// <param name="Left">Ends of agents that have another's task since.</param>
sealed record ShardRollout(RolloutWave Wave, bool IsEnded, RolloutCounts Left);

/// <summary>
/// An agent's word changes its row in memory, which is stored every half minute and whenever a wave begins or ends. What a crash loses the agents say again: a token that is greater than the row's is believed. A timer ends what
/// lasts too long, so that no row stays in a state beyond its deadline.
/// </summary>
[Reentrant]
sealed class AgentShardGrain : Grain, IAgentShardGrain
{
    const int AgentsMax = 1_000_000, WordsMax = 10_000, RolloutsMax = 1_000, AttemptsMax = 3, PercentSteps = 10_000;
    static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(5), StorePeriod = TimeSpan.FromSeconds(30), StuckAfter = TimeSpan.FromSeconds(30);

    readonly IPersistentState<AgentShardState> stored;
    readonly StateWriter writer;
    readonly RolloutOptions options;
    readonly TimeProvider time;
    readonly Dictionary<string, ushort> words = [];
    AgentTable agents = new();
    Task storing = Task.CompletedTask;
    bool isChanged;

    public AgentShardGrain([PersistentState("agents")] IPersistentState<AgentShardState> stored, IOptions<RolloutOptions> options, TimeProvider time)
    {
        this.stored = stored;
        this.options = options.Value;
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    AgentShardState State => stored.State;

    int Now => (int)(time.GetUtcNow() - State.Epoch).TotalSeconds;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Rollouts.Count == 0)
        {
            State.Epoch = time.GetUtcNow().AddYears(-1);
            State.Rollouts.Add(new ShardRollout(new RolloutWave("", 0, 0, "", "", null, null, default), true, None));
        }

        agents = AgentTable.Read(State.Table);
        State.Table = [];
        for (int place = 0; place < State.Words.Count; place++)
            words[State.Words[place]] = (ushort)place;
        this.RegisterGrainTimer(_ => { Sweep(); return Task.CompletedTask; }, new GrainTimerCreationOptions { DueTime = SweepPeriod, Period = SweepPeriod, Interleave = true });
        this.RegisterGrainTimer(_ => isChanged ? StoreAsync() : Task.CompletedTask, new GrainTimerCreationOptions { DueTime = StorePeriod, Period = StorePeriod, Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => isChanged ? StateWriter.Settled(StoreAsync()) : Task.CompletedTask;

    public Task<AgentOrder> Beat(AgentBeat beat)
    {
        int place = agents.Find(beat.Agent);
        if (place < 0)
        {
            if (agents.Count >= AgentsMax)
                throw new LimitReachedException($"This share of agents has {AgentsMax} of them, which is the most.");
            place = agents.FindOrAdd(beat.Agent);
        }

        ref AgentRow row = ref agents.At(place);
        int now = Now;
        (row.SeenAt, row.Version, row.Tag) = (now, Word(beat.Version), Word(beat.Tag));
        isChanged = true;
        ShardRollout rollout = State.Rollouts[row.Rollout];
        if (row.Task is (byte)AgentTaskState.Offered or (byte)AgentTaskState.Running)
        {
            if (rollout.Wave.Version is { } wanted && beat.Version == wanted)
                row.Task = (byte)AgentTaskState.Done;
            else if (beat.Task is { } told && told.Rollout == rollout.Wave.Rollout && told.Token >= row.Token)
                Hear(ref row, told, now);
            else if (beat.Task is null && row.Task == (byte)AgentTaskState.Running && rollout.Wave.Version is null)
                // It knows nothing of it: it was killed, or the order did not reach it.
                Again(ref row, rollout);
        }

        return Task.FromResult(Order(ref row, rollout, now));
    }

    public async Task Begin(RolloutWave wave)
    {
        int number = State.Rollouts.FindIndex(known => known.Wave.Rollout == wave.Rollout);
        if (number < 0)
        {
            if (State.Rollouts.Count >= RolloutsMax)
                throw new LimitReachedException($"{RolloutsMax} roll-outs are remembered, which is the most.");
            number = State.Rollouts.Count;
            State.Rollouts.Add(new ShardRollout(wave, false, None));
        }

        bool isNew = State.Rollouts[number].Wave != wave;
        if (State.Rollouts[number].IsEnded)
            return;
        State.Rollouts[number] = State.Rollouts[number] with { Wave = wave };
        int now = Now, alive = now - (int)options.SilentAfter.TotalSeconds, share = (int)(wave.Percent * PercentSteps / 100);
        ushort tag = wave.Tag.Length > 0 ? Word(wave.Tag) : (ushort)0;
        long chosen = 0;
        foreach (ref AgentRow row in agents.Rows)
        {
            // Who has a part in one that is under way is not given another.
            if (row.Rollout == number || !State.Rollouts[row.Rollout].IsEnded || row.Task is (byte)AgentTaskState.Offered or (byte)AgentTaskState.Running || row.SeenAt < alive)
                continue;
            if (!(row.Hash / AgentShards.Count % PercentSteps < share || (tag != 0 && row.Tag == tag)) || (wave.Scope.Length > 0 && !agents.NameOf(row).StartsWith(wave.Scope, StringComparison.Ordinal)))
                continue;
            Leave(row);
            (row.Rollout, row.Wave, row.Attempts, row.Task) = ((ushort)number, (byte)wave.Number, 0, (byte)AgentTaskState.Offered);
            row.TaskDeadline = Seconds(wave.EndsAt);
            chosen++;
        }

        if (isNew || chosen > 0)
            await StoreAsync();
    }

    public async Task End(string rollout)
    {
        int number = State.Rollouts.FindIndex(known => known.Wave.Rollout == rollout);
        if (number < 0 || State.Rollouts[number].IsEnded)
            return;
        State.Rollouts[number] = State.Rollouts[number] with { IsEnded = true };
        foreach (ref AgentRow row in agents.Rows)
            if (row.Rollout == number && row.Task == (byte)AgentTaskState.Offered)
                (row.Rollout, row.Task) = (0, (byte)AgentTaskState.None);
        await StoreAsync();
    }

    public Task<RolloutCounts> Progress(string rollout)
    {
        int number = State.Rollouts.FindIndex(known => known.Wave.Rollout == rollout);
        if (number < 0)
            return Task.FromResult(None);
        Span<long> counts = stackalloc long[5];
        foreach (ref AgentRow row in agents.Rows)
            if (row.Rollout == number)
                counts[row.Task]++;
        return Task.FromResult(State.Rollouts[number].Left + Of(counts));
    }

    public Task<AgentCounts> Counts()
    {
        int now = Now, alive = now - (int)options.SilentAfter.TotalSeconds, late = now - (int)StuckAfter.TotalSeconds;
        Span<long> counts = stackalloc long[5];
        long living = 0, stuck = 0;
        var versions = new Dictionary<string, long>();
        foreach (ref AgentRow row in agents.Rows)
        {
            counts[row.Task]++;
            if (row.SeenAt >= alive)
                living++;
            if (row.Task is (byte)AgentTaskState.Offered or (byte)AgentTaskState.Running && row.TaskDeadline < late)
                stuck++;
            System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(versions, State.Words[row.Version], out _)++;
        }

        RolloutCounts tasks = Of(counts);
        return Task.FromResult(new AgentCounts(agents.Count, living, agents.Count - living, tasks.Offered, tasks.Running, tasks.Done, tasks.Failed, stuck, versions));
    }

    void Hear(ref AgentRow row, AgentTaskReport told, int now)
    {
        row.Token = told.Token;
        row.Task = (byte)told.State;
        if (told.State is AgentTaskState.Running or AgentTaskState.Offered or AgentTaskState.None)
            (row.Task, row.TaskDeadline) = ((byte)AgentTaskState.Running, now + (int)options.Lease.TotalSeconds);
    }

    AgentOrder Order(ref AgentRow row, ShardRollout rollout, int now)
    {
        bool isVersion = rollout.Wave.Version is not null;
        if (row.Task == (byte)AgentTaskState.Offered)
        {
            row.Token++;
            row.Attempts++;
            // A new version takes an agent away for a while: it has until the end of the wave.
            (row.Task, row.TaskDeadline) = ((byte)AgentTaskState.Running, isVersion ? Seconds(rollout.Wave.EndsAt) : now + (int)options.Lease.TotalSeconds);
            return new AgentOrder(rollout.Wave.Rollout, row.Token, rollout.Wave.Version, rollout.Wave.Definition, (int)options.BusyBeat.TotalSeconds);
        }

        return new AgentOrder(null, 0, null, null, (int)(row.Task == (byte)AgentTaskState.Running ? options.BusyBeat : options.IdleBeat).TotalSeconds);
    }

    /// <summary>An attempt came to nothing.</summary>
    void Again(ref AgentRow row, ShardRollout rollout)
    {
        bool mayTry = row.Attempts < AttemptsMax && !rollout.IsEnded && rollout.Wave.EndsAt > time.GetUtcNow();
        (row.Task, row.TaskDeadline) = mayTry ? ((byte)AgentTaskState.Offered, Seconds(rollout.Wave.EndsAt)) : ((byte)AgentTaskState.Failed, 0);
    }

    /// <summary>Ends what lasted until its deadline.</summary>
    void Sweep()
    {
        int now = Now;
        foreach (ref AgentRow row in agents.Rows)
        {
            if (row.Task is not ((byte)AgentTaskState.Offered or (byte)AgentTaskState.Running) || row.TaskDeadline >= now)
                continue;
            isChanged = true;
            if (row.Task == (byte)AgentTaskState.Offered)
                row.Task = (byte)AgentTaskState.Failed;
            else
                Again(ref row, State.Rollouts[row.Rollout]);
        }
    }

    /// <summary>What an agent did before is counted on, when its row is given to another's task.</summary>
    void Leave(in AgentRow row)
    {
        if (row.Rollout == 0)
            return;
        ShardRollout before = State.Rollouts[row.Rollout];
        State.Rollouts[row.Rollout] = before with { Left = before.Left + new RolloutCounts(0, 0, row.Task == (byte)AgentTaskState.Done ? 1 : 0, row.Task == (byte)AgentTaskState.Failed ? 1 : 0) };
    }

    /// <summary>One at a time: the table stands in the state only while it is written.</summary>
    async Task StoreAsync()
    {
        while (!storing.IsCompleted)
            await StateWriter.Settled(storing);
        isChanged = false;
        State.Table = agents.ToBytes();
        await (storing = writer.WriteAsync());
        State.Table = [];
    }

    int Seconds(DateTimeOffset at) => (int)Math.Clamp((at - State.Epoch).TotalSeconds, 0, int.MaxValue);

    /// <summary>Behind the most words that are kept, further ones are not told apart.</summary>
    ushort Word(string word)
    {
        if (words.TryGetValue(word, out ushort place))
            return place;
        if (State.Words.Count >= WordsMax)
            return 0;
        State.Words.Add(word);
        return words[word] = (ushort)(State.Words.Count - 1);
    }

    static RolloutCounts None { get; } = new(0, 0, 0, 0);

    static RolloutCounts Of(ReadOnlySpan<long> counts) =>
        new(counts[(int)AgentTaskState.Offered], counts[(int)AgentTaskState.Running], counts[(int)AgentTaskState.Done], counts[(int)AgentTaskState.Failed]);
}

using Orrery.Runtime;

namespace Orrery.Simulation;

/// <summary>
/// The callers: each call is begun at its time, whatever became of the others, from the client or from within a silo. What callers are told is checked against
/// the <see cref="Ledger"/> at once, and as histories at the end.
/// </summary>
internal sealed class Workload(World world, Dice dice)
{
    /// <summary>The deadline of every call.</summary>
    public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A deadline is kept to within two sweeps of 100 ms; queues take their time too.</summary>
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(1);

    private const int Counters = 24;
    private const int Tallies = 10;
    private const int Relays = 10;
    private const int BellsCount = 6;

    private readonly CounterHistory[] _histories = [.. Enumerable.Range(0, Counters).Select(number => new CounterHistory($"c{number}"))];
    private readonly List<(int Turn, bool IsIncrement, long Value)>[] _tallies = [.. Enumerable.Range(0, Tallies).Select(_ => new List<(int, bool, long)>())];
    private readonly HashSet<PendingCall> _pending = [];

    public int Begun { get; private set; }

    public int Answered { get; private set; }

    public int Failed { get; private set; }

    /// <summary>Failed calls by exception, for the summary.</summary>
    public SortedDictionary<string, int> Failures { get; } = new(StringComparer.Ordinal);

    /// <summary>Begins so many calls within this window.</summary>
    public void Begin(int calls, TimeSpan from, TimeSpan until)
    {
        for (int number = 0; number < calls; number++) world.Loop.At(dice.Between(from.Ticks, until.Ticks), null, static workload => ((Workload)workload!).BeginCall(), this);
        for (int bell = 0; bell < BellsCount; bell++)
        {
            string key = $"b{bell}";
            world.Loop.At(dice.Between(from.Ticks, from.Ticks + (until - from).Ticks / 4), null, _ => HangBell(key), null);
        }
    }

    /// <summary>Every grain has to answer now.</summary>
    public void ProbeAll()
    {
        for (int counter = 0; counter < Counters; counter++) Start(world.ClientMachine.Process, CallKind.Read, counter, isProbe: true);
        for (int tally = 0; tally < Tallies; tally++) Start(world.ClientMachine.Process, CallKind.ReadTally, tally, isProbe: true);
        for (int relay = 0; relay < Relays; relay++) Start(world.ClientMachine.Process, CallKind.Relay, relay, isProbe: true);
    }

    public void CheckEnd()
    {
        foreach (var call in _pending)
            if (call.Process.IsAlive) world.Violate($"{call} of {call.Process.Name}, begun at {new TimeSpan(call.Began).TotalSeconds:F6} s, has neither been answered nor timed out.");
        foreach (var history in _histories)
            if (history.Check() is { } wrong) world.Violate(wrong);
        for (int tally = 0; tally < Tallies; tally++) CheckTally($"t{tally}", _tallies[tally]);
    }

    private void BeginCall()
    {
        var kind = dice.Below(100) switch
        {
            < 40 => CallKind.Increment,
            < 62 => CallKind.Read,
            < 77 => CallKind.Relay,
            < 87 => CallKind.IncrementTally,
            < 93 => CallKind.ReadTally,
            _ => CallKind.Linger,
        };
        int number = dice.Below(kind switch { CallKind.Relay => Relays, CallKind.IncrementTally or CallKind.ReadTally or CallKind.Linger => Tallies, _ => Counters });
        var machine = dice.Chance(0.6) ? world.ClientMachine : dice.Pick(world.Machines);
        Start(machine.Process, kind, number, isProbe: false);
    }

    private void Start(Process? process, CallKind kind, int number, bool isProbe)
    {
        if (process?.Host is not { Factory: not null }) process = world.Machines.Select(machine => machine.Process).FirstOrDefault(other => other?.Host is { Factory: not null });
        if (process is null)
        {
            if (isProbe) world.Violate("No process can call grains.");
            return;
        }

        int counter = kind == CallKind.Relay ? dice.Below(Counters) : number;
        var call = new PendingCall(kind, number, counter, process, isProbe) { LingerMilliseconds = kind == CallKind.Linger ? dice.Below(2_000) : 0, CancelMilliseconds = kind == CallKind.Linger && dice.Chance(0.5) ? dice.Below(1_500) : -1 };
        process.Run(() => _ = CallAsync(call));
    }

    private async Task CallAsync(PendingCall call)
    {
        var process = call.Process;
        if (process.Host!.Factory is not { } factory) return; // it stops: its callers are gone too
        Begun++;
        call.Began = world.Now;
        call.HeldTicks = process.Machine.HeldTicks;
        var history = call.Kind is CallKind.Increment or CallKind.Read or CallKind.Relay ? _histories[call.Counter] : null;
        int operation = history?.Begin(call.Kind != CallKind.Read, world.Now) ?? 0;
        _pending.Add(call);
        try
        {
            var answer = Answer.Unpack(await InvokeAsync(factory, call));
            Answered++;
            if (world.IsTracing) world.Trace($"{process.Name} {call} = {answer.Value} (turn {answer.Turn})");
            world.Ledger.OnAnswered(answer.Turn);
            history?.End(operation, world.Now, answer.Value);
            if (call.Kind is CallKind.IncrementTally or CallKind.ReadTally) _tallies[call.Number].Add((answer.Turn, call.Kind == CallKind.IncrementTally, answer.Value));
        }
        catch (Exception error)
        {
            Failed++;
            Failures[error.GetType().Name] = Failures.GetValueOrDefault(error.GetType().Name) + 1;
            if (world.IsTracing) world.Trace($"{process.Name} {call} failed: {error.GetType().Name}: {error.Message}");
            if (call.IsProbe) world.Violate($"{call} failed though faults had stopped two leases before: {error.GetType().Name}: {error.Message}");
            world.Loop.Note((ulong)error.GetType().Name.Length);
        }
        finally
        {
            _pending.Remove(call);
            long held = process.Machine.HeldTicks - call.HeldTicks;
            var took = new TimeSpan(world.Now - call.Began - held);
            if (took > ResponseTimeout * 1.06 + s_slack) world.Violate($"{call} of {process.Name} took {took.TotalSeconds:F3} s; its deadline was {ResponseTimeout.TotalSeconds} s.");
        }
    }

    private static async ValueTask<long> InvokeAsync(IGrainFactory factory, PendingCall call)
    {
        switch (call.Kind)
        {
            case CallKind.Increment:
                return await factory.GetGrain<ICounterGrain>($"c{call.Number}").Increment();
            case CallKind.Read:
                return await factory.GetGrain<ICounterGrain>($"c{call.Number}").Read();
            case CallKind.Relay:
                return await factory.GetGrain<IRelayGrain>($"r{call.Number}").Relay($"c{call.Counter}");
            case CallKind.IncrementTally:
                return await factory.GetGrain<ITallyGrain>($"t{call.Number}").Increment();
            case CallKind.ReadTally:
                return await factory.GetGrain<ITallyGrain>($"t{call.Number}").Read();
            default:
                using (var stop = call.CancelMilliseconds < 0 ? null : new CancellationTokenSource(TimeSpan.FromMilliseconds(call.CancelMilliseconds), call.Process.Time))
                    return await factory.GetGrain<ITallyGrain>($"t{call.Number}").Linger(call.LingerMilliseconds, stop?.Token ?? CancellationToken.None);
        }
    }

    private void HangBell(string key)
    {
        var process = world.Machines.Select(machine => machine.Process).LastOrDefault(other => other?.Host is { Factory: not null });
        int due = 100 + dice.Below(3_000), period = 500 + dice.Below(4_000);
        if (process is null)
            world.Loop.After(TimeSpan.FromSeconds(1), () => HangBell(key));
        else
            process.Run(() => _ = HangBellAsync(process.Host!.Factory!, key, due, period));
    }

    private async Task HangBellAsync(IGrainFactory factory, string key, int due, int period)
    {
        try
        {
            await factory.GetGrain<IBellGrain>(key).Hang(due, period);
            world.Bells.OnHung(key);
        }
        catch (Exception error)
        {
            if (world.IsTracing) world.Trace($"bell {key} was not hung: {error.GetType().Name}: {error.Message}");
        }
    }

    /// <summary>A grain in memory counts anew with each activation, and what callers are told never goes back to an earlier one.</summary>
    private void CheckTally(string key, List<(int Turn, bool IsIncrement, long Value)> told)
    {
        told.Sort(static (left, right) => left.Turn.CompareTo(right.Turn));
        var seen = new HashSet<int>();
        int activation = 0;
        long value = 0;
        foreach (var answer in told)
        {
            int current = world.Ledger.ActivationOf(answer.Turn);
            if (current != activation)
            {
                if (!seen.Add(current)) world.Violate($"{key}: callers were answered by activation {current} after another one had answered.");
                (activation, value) = (current, 0);
            }

            if (answer.IsIncrement ? answer.Value <= value : answer.Value < value) world.Violate($"{key}: activation {current} answered {answer.Value} after {value}.");
            value = answer.Value;
        }
    }
}

internal enum CallKind : byte
{
    Increment,
    Read,
    Relay,
    IncrementTally,
    ReadTally,
    Linger,
}

/// <summary>A call that has not been answered yet.</summary>
internal sealed class PendingCall(CallKind kind, int number, int counter, Process process, bool isProbe)
{
    public CallKind Kind { get; } = kind;

    public int Number { get; } = number;

    /// <summary>The counter that it reads or changes.</summary>
    public int Counter { get; } = counter;

    public Process Process { get; } = process;

    public bool IsProbe { get; } = isProbe;

    public int LingerMilliseconds { get; init; }

    /// <summary>When the caller cancels; below 0: never.</summary>
    public int CancelMilliseconds { get; init; }

    public long Began { get; set; }

    /// <summary>The machine's, at the beginning.</summary>
    public long HeldTicks { get; set; }

    public override string ToString() => $"{(IsProbe ? "probe " : "")}{Kind} {Number}{(Kind == CallKind.Relay ? $" c{Counter}" : "")}";
}

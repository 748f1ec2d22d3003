using System.Globalization;

namespace Orrery.Simulation;

/// <summary>Runs many seeds, some at a time, and collects those that fail.</summary>
internal sealed class SeedRun(SimulationOptions options)
{
    private readonly Lock _lock = new();
    private readonly List<SimulationOutcome> _failed = [];
    private static readonly TimeSpan s_hangLimit = TimeSpan.FromSeconds(60);
    private long _run;
    private long _calls;
    private long _faults;
    private long _events;

    /// <summary>Told of each failing seed as it is found.</summary>
    public Action<SimulationOutcome>? OnFailed { get; init; }

    /// <summary>After so many failing seeds no further one is begun.</summary>
    public int FailuresLimit { get; init; } = int.MaxValue;

    public IReadOnlyList<SimulationOutcome> Failed => _failed;

    public long Run => Interlocked.Read(ref _run);

    public long Calls => Interlocked.Read(ref _calls);

    public long Faults => Interlocked.Read(ref _faults);

    public long Events => Interlocked.Read(ref _events);

    /// <summary>Runs seeds from this one on, until so many have been run or the time is over.</summary>
    public void Execute(ulong from, long seeds, int workers, Func<bool>? isOver = null)
    {
        long next = -1;
        void Work()
        {
            while (isOver is null || !isOver())
            {
                long number = Interlocked.Increment(ref next);
                if (number >= seeds || _failed.Count >= FailuresLimit) return;
                Take(RunOrGiveUp(from + (ulong)number));
            }
        }

        var threads = Enumerable.Range(0, workers).Select(_ => new Thread(Work)).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
    }

    /// <summary>A seed that hangs is a failing seed with a number, not a run that never ends: its thread is left behind.</summary>
    private SimulationOutcome RunOrGiveUp(ulong seed)
    {
        SimulationOutcome? outcome = null;
        var run = new Thread(() => outcome = Simulation.Run(seed, options)) { IsBackground = true };
        run.Start();
        return run.Join(s_hangLimit) ? outcome!
            : new SimulationOutcome(seed, [$"It has not ended within {s_hangLimit.TotalSeconds:0} s of real time: something waits for ever, or runs in a circle."], 0, 0, 0, 0, 0, "");
    }

    /// <summary>The command that runs this seed again and shows what happens.</summary>
    public static string ReplayCommand(ulong seed, Plant plant) => string.Create(CultureInfo.InvariantCulture,
        $"./orrery bench simulate --seeds=1 --from={seed}{(plant == Plant.None ? "" : $" --plant={SimulationOptions.NameOf(plant)}")} --trace");

    private void Take(SimulationOutcome outcome)
    {
        Interlocked.Increment(ref _run);
        Interlocked.Add(ref _calls, outcome.Calls);
        Interlocked.Add(ref _faults, outcome.Faults);
        Interlocked.Add(ref _events, outcome.Events);
        if (outcome.Violations.Count == 0) return;
        lock (_lock)
        {
            _failed.Add(outcome);
            OnFailed?.Invoke(outcome);
        }
    }
}

using Orrery.Runtime;

namespace Orrery.Simulation;

/// <summary>Runs one seed from beginning to end.</summary>
internal static class Simulation
{
    private static readonly TimeSpan s_callsFrom = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_faultsFrom = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_faultsUntil = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_callsUntil = TimeSpan.FromSeconds(32);

    /// <summary>More than this many events mean that something runs in a circle; a run takes some 42,000.</summary>
    private const long EventsLimit = 2_000_000;

    /// <summary>On a thread of its own, so that nothing that threads keep is carried from one run to the next.</summary>
    public static SimulationOutcome Run(ulong seed, SimulationOptions options)
    {
        SimulationOutcome? outcome = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                outcome = RunHere(seed, options);
            }
            catch (Exception error)
            {
                failure = error;
            }
        }, maxStackSize: 4 * 1024 * 1024) { IsBackground = true };
        thread.Start();
        thread.Join();
        return outcome ?? new SimulationOutcome(seed, [$"The simulation itself failed: {failure}"], 0, 0, 0, 0, 0, "");
    }

    private static SimulationOutcome RunHere(ulong seed, SimulationOptions options)
    {
        var world = new World(seed, options);
        using var meters = world.Meters;
        var supervisor = new Supervisor(world, world.Dice.Fork());
        var workload = new Workload(world, world.Dice.Fork());
        var faults = new FaultPlan(world, supervisor, world.Dice.Fork());
        faults.Draw((int)world.Dice.Between(options.FaultsLeast, options.FaultsMost), s_faultsFrom, s_faultsUntil);
        workload.Begin(options.Calls, s_callsFrom, s_callsUntil);
        supervisor.StartAll();

        bool IsOver() => world.Loop.Escaped is not null || world.Violations.Count > 0 || world.Loop.Done > EventsLimit;
        var probes = s_faultsUntil + world.ClusterOptions.Lease * 2;
        world.Loop.RunUntil(probes.Ticks, IsOver);
        if (!IsOver()) workload.ProbeAll();
        var calm = probes + Workload.ResponseTimeout * 1.2;
        var leaks = new Leaks(world);
        leaks.Begin(calm);
        world.Loop.RunUntil((calm + TimeSpan.FromSeconds(1)).Ticks, IsOver);
        if (world.Loop.Escaped is { } escape) world.Violate(escape);
        if (world.Loop.Done > EventsLimit) world.Violate($"{EventsLimit} things have been done and the run is not over: something runs in a circle.");
        if (world.Violations.Count == 0)
        {
            workload.CheckEnd();
            world.Bells.CheckRows();
            leaks.Check();
        }

        string failures = string.Join(", ", workload.Failures.Select(pair => $"{pair.Value} {pair.Key}"));
        return new SimulationOutcome(seed, world.Violations, world.Loop.Hash, world.Loop.Done, workload.Begun, workload.Answered, faults.Faults.Count,
            $"{workload.Begun} calls ({workload.Answered} answered; {failures}), {faults.Faults.Count} faults, {world.Ledger.Takes} takes, {world.Ledger.Deaths} deaths, {supervisor.Started} starts, {supervisor.Lost} lost, {world.Bells.Rings} rings ({world.Bells.Repeats} repeated), {world.Loop.Done} events");
    }
}

namespace Orrery.Simulation;

/// <summary>Keeps a process running on each machine, as an operating system's supervisor does: who ends is started anew a little later, unless it was crashed and has to wait.</summary>
internal sealed class Supervisor(World world, Dice dice)
{
    private static readonly TimeSpan s_restartLeast = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_restartMost = TimeSpan.FromSeconds(1);

    private readonly HashSet<Machine> _down = [];

    /// <summary>Processes that ended themselves because their lease was over.</summary>
    public int Lost { get; private set; }

    public int Started { get; private set; }

    public void StartAll()
    {
        foreach (var machine in world.Machines) world.Loop.After(dice.Between(TimeSpan.FromMilliseconds(1), s_restartMost), () => Start(machine));
    }

    public void Crash(Machine machine, bool isDark)
    {
        _down.Add(machine);
        machine.IsDark = isDark;
        if (machine.Process is { } process) world.Kill(process);
    }

    public void Restart(Machine machine)
    {
        machine.IsDark = false;
        _down.Remove(machine);
        Start(machine);
    }

    /// <summary>Asks the silo to leave in good order; it is started anew once its process has ended.</summary>
    public void Drain(Machine machine)
    {
        if (machine.Process?.Host is { } host) host.Drain();
    }

    /// <summary>A process has ended by itself.</summary>
    public void OnExited(Process process, string why, bool wasLost)
    {
        if (!process.IsAlive) return;
        if (world.IsTracing) world.Trace($"{process.Name} exits: {why}");
        if (wasLost) Lost++;
        world.Kill(process);
        world.Loop.After(dice.Between(s_restartLeast, s_restartMost), () => Start(process.Machine));
    }

    private void Start(Machine machine)
    {
        if (_down.Contains(machine) || machine.Process is not null) return;
        Started++;
        var process = world.NewProcess(machine);
        if (world.IsTracing) world.Trace($"{process.Name} starts");
        process.Host = new ProcessHost(world, this, process, dice.Fork(), isSilo: machine != world.ClientMachine);
        process.Run(process.Host.Start);
    }
}

using System.Globalization;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Simulation;

/// <summary>
/// A whole cluster with its machines, network and stores, under one seed, on one thread. The silos are real; everything around them is made here. See
/// docs/reference/simulation.md.
/// </summary>
internal sealed class World
{
    private const int ViolationsLimit = 20;

    private readonly List<string> _violations = [];
    private readonly List<Machine> _machines = [];
    private int _processes;

    public World(ulong seed, SimulationOptions options)
    {
        Seed = seed;
        Options = options;
        Dice = new Dice(seed);
        Loop = new EventLoop(Dice.Fork(), Dice.Pick([0.0, 0.1, 0.5])) { OnUncaught = OnUncaught };
        Network = new Network(this, Dice.Fork());
        ClusterRows = new MemoryClusterStore("simulated");
        StateRows = new StateRows(this);
        ReminderRows = new MemoryReminderTable();
        ClusterService = new StoreService(this, "cluster store", Dice.Fork());
        StateService = new StoreService(this, "grain storage", Dice.Fork());
        ReminderStore = new StoreService(this, "reminder table", Dice.Fork());
        Ledger = new Ledger(this, ClusterOptions);
        Bells = new Bells(this);
        for (int number = 1; number <= options.Silos; number++) AddMachine($"silo-{number}");
        AddMachine("client");
    }

    public ulong Seed { get; }

    public SimulationOptions Options { get; }

    /// <summary>As in real life, by default.</summary>
    public ClusterOptions ClusterOptions { get; } = new() { Address = "any:0" };

    public Dice Dice { get; }

    public WorldMeters Meters { get; } = new();

    public EventLoop Loop { get; }

    public long Now => Loop.Now;

    public Network Network { get; }

    public IClusterStore ClusterRows { get; }

    public StateRows StateRows { get; }

    public MemoryReminderTable ReminderRows { get; }

    public StoreService ClusterService { get; }

    public StoreService StateService { get; }

    public StoreService ReminderStore { get; }

    public Ledger Ledger { get; }

    public Bells Bells { get; }

    public int ActivationsSeen { get; set; }

    /// <summary>The silos' machines, then the client's.</summary>
    public IReadOnlyList<Machine> Machines => _machines;

    public IEnumerable<Machine> SiloMachines => _machines.Take(Options.Silos);

    public Machine ClientMachine => _machines[^1];

    public IReadOnlyList<string> Violations => _violations;

    public bool IsTracing => Options.Trace is not null;

    public Machine FindMachine(string name) => _machines.First(machine => machine.Name == name);

    public Process NewProcess(Machine machine) => machine.Process = new Process(this, machine, ++_processes);

    /// <summary>The process is gone, at once: nothing of it runs any more.</summary>
    public void Kill(Process process)
    {
        process.Die();
        if (ReferenceEquals(process.Machine.Process, process)) process.Machine.Process = null;
        Network.OnDied(process);
    }

    public void Trace(string line) => Options.Trace?.Invoke(string.Create(CultureInfo.InvariantCulture, $"{new TimeSpan(Now).TotalSeconds,11:F6} {line}"));

    public void Violate(string what)
    {
        Trace("VIOLATION " + what);
        if (_violations.Count < ViolationsLimit) _violations.Add(string.Create(CultureInfo.InvariantCulture, $"at {new TimeSpan(Now).TotalSeconds:F6} s: {what}"));
    }

    private void AddMachine(string name)
    {
        // A twentieth fast or slow at most: the lease's margin of a sixth covers two such clocks.
        long rate = 1_000_000 + Dice.Between(-50_000, 50_000);
        _machines.Add(new Machine(this, name, _machines.Count + 1, rate, TimeSpan.FromSeconds(Dice.Between(-30, 30))));
    }

    private void OnUncaught(Process? process, Exception error) => Violate($"{process?.Name ?? "The world"} threw what nobody caught: {error}");
}

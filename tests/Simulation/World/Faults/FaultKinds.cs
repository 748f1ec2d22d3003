namespace Orrery.Simulation;

/// <summary>All kinds of faults, each drawn as often as another.</summary>
internal static class FaultKinds
{
    private static readonly TimeSpan s_brief = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(20);

    public static IReadOnlyList<Func<World, Supervisor, Dice, Fault>> All { get; } =
    [
        Pause, Pause, Suspend, Crash, Crash, PowerLoss, Drain, Drain, Partition, OneWayPartition, OneWayPartition, CutConnections, SlowLink, DropChunks, DoubleChunks, Isolate,
        StoreCut, StoreCut, ClusterOutage, StoreOutage, SlowStore, FailingStore, SilentStore, LateStore, WallJump, WallJump,
    ];

    private static Fault Pause(World world, Supervisor supervisor, Dice dice) => Hold(world, dice, suspend: false);

    private static Fault Suspend(World world, Supervisor supervisor, Dice dice) => Hold(world, dice, suspend: true);

    private static Fault Hold(World world, Dice dice, bool suspend)
    {
        var machine = AnyMachine(world, dice);
        return new Fault($"{machine.Name} is {(suspend ? "suspended" : "paused")}", dice.Between(s_brief, s_long), () => machine.Hold(suspend), () => machine.Release(suspend));
    }

    private static Fault Crash(World world, Supervisor supervisor, Dice dice)
    {
        var machine = AnySilo(world, dice);
        return new Fault($"{machine.Name} crashes", dice.Between(s_brief, s_long), () => supervisor.Crash(machine, isDark: false), () => supervisor.Restart(machine));
    }

    private static Fault PowerLoss(World world, Supervisor supervisor, Dice dice)
    {
        var machine = AnySilo(world, dice);
        return new Fault($"{machine.Name} loses its power", dice.Between(s_brief, s_long), () => supervisor.Crash(machine, isDark: true), () => supervisor.Restart(machine));
    }

    private static Fault Drain(World world, Supervisor supervisor, Dice dice)
    {
        var machine = AnySilo(world, dice);
        return new Fault($"{machine.Name} drains and restarts", TimeSpan.Zero, () => supervisor.Drain(machine));
    }

    private static Fault Partition(World world, Supervisor supervisor, Dice dice)
    {
        var apart = world.Machines.Where(_ => dice.Chance(0.4)).ToList();
        var links = (from one in apart from other in world.Machines where !apart.Contains(other) from link in Both(world, one, other) select link).ToList();
        return BreakAll($"{string.Join(", ", apart.Select(machine => machine.Name))} cut off from the others", dice, links);
    }

    private static Fault OneWayPartition(World world, Supervisor supervisor, Dice dice)
    {
        var (from, to) = AnyPair(world, dice);
        return BreakAll($"nothing goes from {from.Name} to {to.Name}", dice, [world.Network.LinkFrom(from, to)]);
    }

    /// <summary>Neither the others nor the stores are reached.</summary>
    private static Fault Isolate(World world, Supervisor supervisor, Dice dice)
    {
        var machine = AnySilo(world, dice);
        var links = world.Machines.Where(other => other != machine).SelectMany(other => Both(world, machine, other))
            .Concat([world.ClusterService.LinkOf(machine), world.StateService.LinkOf(machine), world.ReminderStore.LinkOf(machine)]).ToList();
        return BreakAll($"{machine.Name} is isolated", dice, links);
    }

    private static Fault StoreCut(World world, Supervisor supervisor, Dice dice)
    {
        var machine = AnyMachine(world, dice);
        var store = AnyStore(world, dice);
        return BreakAll($"{machine.Name} does not reach the {store.Name}", dice, [store.LinkOf(machine)]);
    }

    private static Fault CutConnections(World world, Supervisor supervisor, Dice dice)
    {
        var machine = AnyMachine(world, dice);
        double chance = dice.Pick([0.3, 1.0]);
        return new Fault($"connections of {machine.Name} are cut", TimeSpan.Zero, () =>
        {
            foreach (var connection in world.Network.Connections.ToArray())
                if ((connection.First.Process.Machine == machine || connection.Second.Process.Machine == machine) && dice.Chance(chance)) connection.Cut("The connection was cut by the simulation.");
        });
    }

    private static Fault SlowLink(World world, Supervisor supervisor, Dice dice)
    {
        var (from, to) = AnyPair(world, dice);
        var link = world.Network.LinkFrom(from, to);
        var slowness = dice.Between(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(8));
        return new Fault($"the link from {from.Name} to {to.Name} is slow by up to {slowness.TotalSeconds:F3} s", dice.Between(s_brief, s_long), () => link.Slowness += slowness, () => link.Slowness -= slowness);
    }

    private static Fault DropChunks(World world, Supervisor supervisor, Dice dice)
    {
        var (from, to) = AnyPair(world, dice);
        var link = world.Network.LinkFrom(from, to);
        double chance = dice.Pick([0.02, 0.2]);
        return new Fault($"chunks from {from.Name} to {to.Name} are dropped", dice.Between(s_brief, s_long), () => link.DropChance = chance, () => link.DropChance = 0);
    }

    private static Fault DoubleChunks(World world, Supervisor supervisor, Dice dice)
    {
        var (from, to) = AnyPair(world, dice);
        var link = world.Network.LinkFrom(from, to);
        double chance = dice.Pick([0.02, 0.2]);
        return new Fault($"chunks from {from.Name} to {to.Name} are doubled", dice.Between(s_brief, s_long), () => link.DoubleChance = chance, () => link.DoubleChance = 0);
    }

    private static Fault ClusterOutage(World world, Supervisor supervisor, Dice dice) => Outage(world.ClusterService, dice, dice.Between(s_brief, TimeSpan.FromSeconds(12)));

    private static Fault StoreOutage(World world, Supervisor supervisor, Dice dice) => Outage(AnyStore(world, dice), dice, dice.Between(s_brief, s_long));

    private static Fault Outage(StoreService store, Dice dice, TimeSpan duration)
    {
        bool hangs = dice.Chance(0.5);
        return new Fault($"the {store.Name} is down and {(hangs ? "hangs" : "refuses")}", duration, () =>
        {
            store.OutageHangs = hangs;
            store.BeginOutage();
        }, store.EndOutage);
    }

    private static Fault SlowStore(World world, Supervisor supervisor, Dice dice)
    {
        var store = AnyStore(world, dice);
        var slowness = dice.Between(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(4));
        return new Fault($"the {store.Name} is slow by up to {slowness.TotalSeconds:F3} s", dice.Between(s_brief, s_long), () => store.Slowness += slowness, () => store.Slowness -= slowness);
    }

    private static Fault FailingStore(World world, Supervisor supervisor, Dice dice)
    {
        var store = AnyStore(world, dice);
        double chance = dice.Pick([0.05, 0.3, 0.8]);
        bool after = dice.Chance(0.5);
        return new Fault($"requests of the {store.Name} fail {(after ? "after" : "before")} they take effect", dice.Between(s_brief, s_long),
            () => _ = after ? store.FailAfterChance = chance : store.FailBeforeChance = chance,
            () => _ = after ? store.FailAfterChance = 0 : store.FailBeforeChance = 0);
    }

    private static Fault SilentStore(World world, Supervisor supervisor, Dice dice)
    {
        var store = AnyStore(world, dice);
        double chance = dice.Pick([0.05, 0.3]);
        return new Fault($"the {store.Name} often does not answer", dice.Between(s_brief, s_long), () => store.SilenceChance = chance, () => store.SilenceChance = 0);
    }

    private static Fault LateStore(World world, Supervisor supervisor, Dice dice)
    {
        var store = AnyStore(world, dice);
        var most = dice.Pick([TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromHours(1)]);
        double chance = dice.Pick([0.02, 0.2]);
        return new Fault($"requests of the {store.Name} take effect up to {most} late", dice.Between(s_brief, s_long), () =>
        {
            store.LateMost = most;
            store.LateChance = chance;
        }, () => store.LateChance = 0);
    }

    private static Fault WallJump(World world, Supervisor supervisor, Dice dice)
    {
        var machine = AnyMachine(world, dice);
        var by = dice.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)) * (dice.Chance(0.5) ? 1 : -1);
        return new Fault($"the wall clock of {machine.Name} jumps by {by}", TimeSpan.Zero, () => machine.JumpWall(by));
    }

    private static Fault BreakAll(string what, Dice dice, List<Link> links) => new(what, dice.Between(s_brief, s_long), () =>
    {
        foreach (var link in links) link.Break();
    }, () =>
    {
        foreach (var link in links) link.Mend();
    });

    private static Link[] Both(World world, Machine one, Machine other) => [world.Network.LinkFrom(one, other), world.Network.LinkFrom(other, one)];

    private static Machine AnyMachine(World world, Dice dice) => dice.Pick(world.Machines);

    private static (Machine From, Machine To) AnyPair(World world, Dice dice)
    {
        int from = dice.Below(world.Machines.Count), to = dice.Below(world.Machines.Count - 1);
        return (world.Machines[from], world.Machines[to >= from ? to + 1 : to]);
    }

    private static Machine AnySilo(World world, Dice dice) => world.Machines[dice.Below(world.Options.Silos)];

    private static StoreService AnyStore(World world, Dice dice) => dice.Below(5) switch { 0 or 1 => world.ClusterService, 2 or 3 => world.StateService, _ => world.ReminderStore };
}

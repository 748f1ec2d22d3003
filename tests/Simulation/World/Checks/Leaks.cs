namespace Orrery.Simulation;

/// <summary>Once every call of callers has ended, no process holds on to one. Reminders go on, so it is looked at several times: a leak is there each time.</summary>
internal sealed class Leaks(World world)
{
    private const int Looks = 8;

    private readonly Dictionary<Process, int> _least = [];

    public void Begin(TimeSpan from)
    {
        for (int look = 0; look < Looks; look++) world.Loop.At((from + TimeSpan.FromMilliseconds(37 * look)).Ticks, null, _ => Look(), null);
    }

    public void Check()
    {
        foreach (var (process, pending) in _least)
            if (process.IsAlive && pending > 0) world.Violate($"{process.Name} holds {pending} calls that nobody waits for.");
    }

    private void Look()
    {
        foreach (var machine in world.Machines)
        {
            if (machine.Process is not { Host.Silo: { } silo } process) continue;
            int pending = silo.Calls.CountPending() + (silo.Cluster?.Router.ParkedCount ?? 0);
            _least[process] = Math.Min(_least.GetValueOrDefault(process, int.MaxValue), pending);
        }
    }
}

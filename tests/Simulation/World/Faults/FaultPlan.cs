namespace Orrery.Simulation;

/// <summary>What goes wrong in a run, and when: drawn before it begins.</summary>
internal sealed class FaultPlan(World world, Supervisor supervisor, Dice dice)
{
    private readonly List<Fault> _faults = [];

    public IReadOnlyList<Fault> Faults => _faults;

    /// <summary>Draws faults that begin within this window; each ends with it at the latest.</summary>
    public void Draw(int count, TimeSpan from, TimeSpan until)
    {
        var kinds = FaultKinds.All;
        for (int number = 0; number < count; number++)
        {
            long begins = dice.Between(from.Ticks, until.Ticks);
            var fault = dice.Pick(kinds)(world, supervisor, dice);
            long ends = Math.Min(begins + fault.Duration.Ticks, until.Ticks);
            _faults.Add(fault);
            world.Loop.At(begins, null, _ => Begin(fault), null);
            world.Loop.At(ends, null, _ => End(fault), null);
        }
    }

    private void Begin(Fault fault)
    {
        if (world.IsTracing) world.Trace($"FAULT begins: {fault.What} for {fault.Duration.TotalSeconds:F3} s");
        fault.HasBegun = true;
        fault.Begin();
    }

    private void End(Fault fault)
    {
        if (!fault.HasBegun) return; // the dice had the end go first: both come at the end of the window
        if (world.IsTracing) world.Trace($"FAULT ends: {fault.What}");
        fault.End?.Invoke();
    }
}

internal sealed record Fault(string What, TimeSpan Duration, Action Begin, Action? End = null)
{
    public bool HasBegun { get; set; }
}

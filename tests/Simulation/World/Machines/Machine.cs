namespace Orrery.Simulation;

/// <summary>
/// A machine with clocks of its own: they run at a rate that is not quite true. While it is held (its process stopped, or the whole machine suspended)
/// nothing runs on it; what comes for it waits.
/// </summary>
internal sealed class Machine(World world, string name, int number, long ratePerMillion, TimeSpan wallOffset)
{
    private const long Million = 1_000_000;

    private static readonly long s_epoch = new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    private readonly List<LoopItem> _held = [];
    private int _holds;
    private int _suspensions;
    private long _suspendedSince;
    private long _heldSince;
    private long _heldTicks;
    private long _suspendedTicks;
    private long _wallOffset = wallOffset.Ticks;

    public string Name { get; } = name;

    public int Number { get; } = number;

    /// <summary>The process that runs here; null while none does.</summary>
    public Process? Process { get; set; }

    /// <summary>No power: nobody hears from it, not even that it is gone.</summary>
    public bool IsDark { get; set; }

    public bool IsHeld => _holds > 0;

    /// <summary>For how long the machine has been held so far, in ticks of true time.</summary>
    public long HeldTicks => _heldTicks + (IsHeld ? world.Now - _heldSince : 0);

    /// <summary>The machine's clock that stands still during suspend, in ticks.</summary>
    public long Monotonic => Scale(world.Now - _suspendedTicks);

    /// <summary>The machine's clock that counts suspend, in ticks.</summary>
    public long Boot => Scale(world.Now);

    /// <summary><see cref="Boot"/> as it was, or will be, at this true time.</summary>
    public long BootAt(long time) => Scale(time);

    public DateTimeOffset Wall => new(s_epoch + Boot + _wallOffset, TimeSpan.Zero);

    /// <summary>The true time at which <see cref="Monotonic"/> will show this, unless the machine is suspended before.</summary>
    public long TrueTimeOf(long monotonic)
    {
        long time = monotonic / ratePerMillion * Million + monotonic % ratePerMillion * Million / ratePerMillion + _suspendedTicks;
        while (Scale(time - _suspendedTicks) < monotonic) time++;
        return time;
    }

    public void JumpWall(TimeSpan by) => _wallOffset += by.Ticks;

    /// <summary>Nothing runs until <see cref="Release"/>; several holds may overlap.</summary>
    public void Hold(bool suspend)
    {
        if (_holds++ == 0) _heldSince = world.Now;
        if (suspend && _suspensions++ == 0) _suspendedSince = world.Now;
    }

    public void Release(bool suspend)
    {
        if (suspend && --_suspensions == 0) _suspendedTicks += world.Now - _suspendedSince;
        if (--_holds > 0) return;
        _heldTicks += world.Now - _heldSince;
        var held = _held.ToArray();
        _held.Clear();
        foreach (var item in held) world.Loop.Soon(item.Process, item.Callback, item.State);
    }

    public void Hold(in LoopItem item) => _held.Add(item);

    private long Scale(long time) => time / Million * ratePerMillion + time % Million * ratePerMillion / Million;
}

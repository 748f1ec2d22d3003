namespace Orrery.Simulation;

/// <summary>
/// Everything that happens in a run, one thing after the other on one thread. Time is true time, in ticks since the run began; it stands still
/// while there is something to do and then jumps to the next event.
/// <para>
/// What is ready at one instant runs in the order in which it became ready, except that now and then (by the dice) another one goes first: threads
/// of a real process give no order either.
/// </para>
/// <para>
/// What belongs to a process that is dead never runs. What belongs to a machine that is held (paused or suspended) is kept until the machine goes on.
/// </para>
/// </summary>
internal sealed class EventLoop(Dice dice, double disorder)
{
    private readonly TimedEvents _timed = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private LoopItem[] _ready = new LoopItem[1024];
    private int _head;
    private int _count;
    private ulong _hash = 0xcbf29ce484222325;

    /// <summary>True time since the run began, in ticks.</summary>
    public long Now { get; private set; }

    /// <summary>Things done so far.</summary>
    public long Done { get; private set; }

    /// <summary>Stands for everything that has happened and its order.</summary>
    public ulong Hash => _hash;

    /// <summary>Called with what nothing in the process has caught.</summary>
    public Action<Process?, Exception>? OnUncaught { get; set; }

    /// <summary>Something that code of another thread put in; a run is over when that happens, for it cannot be replayed.</summary>
    public string? Escaped { get; private set; }

    public void Note(ulong value) => _hash = (ulong.RotateLeft(_hash, 5) ^ value) * 0x100000001b3;

    public void Soon(Process? process, SendOrPostCallback run, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Escaped ??= $"Work of {process?.Name ?? "the world"} came from another thread: {Environment.StackTrace}";
            return;
        }

        if (_count == _ready.Length) Grow();
        _ready[(_head + _count++) & (_ready.Length - 1)] = new LoopItem(process, run, state);
    }

    public void At(long time, Process? process, SendOrPostCallback run, object? state)
    {
        if (time <= Now)
            Soon(process, run, state);
        else
            _timed.Add(time, new LoopItem(process, run, state));
    }

    public void After(TimeSpan time, Process? process, SendOrPostCallback run, object? state) => At(Now + Math.Max(time.Ticks, 0), process, run, state);

    public void After(TimeSpan time, Action run) => At(Now + Math.Max(time.Ticks, 0), null, static run => ((Action)run!)(), run);

    /// <summary>Runs until this time has come and everything due then is done, or until there is an end to see to.</summary>
    public void RunUntil(long time, Func<bool> isOver)
    {
        while (Escaped is null)
        {
            if (_count > 0)
            {
                Run(Take());
                if ((Done & 255) == 0 && isOver()) return;
            }
            else if (_timed.Count > 0 && _timed.FirstTime <= time)
            {
                if (isOver()) return;
                Now = _timed.FirstTime;
                // Every event of this instant, so that the dice choose among all of them.
                while (_timed.Count > 0 && _timed.FirstTime == Now)
                {
                    var item = _timed.Take();
                    Soon(item.Process, item.Callback, item.State);
                }
            }
            else
            {
                Now = Math.Max(Now, time);
                return;
            }
        }
    }

    private LoopItem Take()
    {
        int mask = _ready.Length - 1;
        if (_count > 1 && disorder > 0 && dice.Chance(disorder))
        {
            int other = (_head + dice.Below(_count)) & mask;
            (_ready[_head], _ready[other]) = (_ready[other], _ready[_head]);
        }

        var item = _ready[_head];
        _ready[_head] = default;
        _head = (_head + 1) & mask;
        _count--;
        return item;
    }

    private void Run(in LoopItem item)
    {
        var process = item.Process;
        if (process is not null)
        {
            if (!process.IsAlive) return;
            if (process.Machine.IsHeld)
            {
                process.Machine.Hold(item);
                return;
            }
        }

        Done++;
        Note((ulong)Now ^ ((ulong)(process?.Number ?? 0) << 48));
        SynchronizationContext.SetSynchronizationContext(process?.Context);
        try
        {
            item.Callback(item.State);
        }
        catch (Exception error)
        {
            OnUncaught?.Invoke(process, error);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    private void Grow()
    {
        var grown = new LoopItem[_ready.Length * 2];
        for (int index = 0; index < _count; index++) grown[index] = _ready[(_head + index) & (_ready.Length - 1)];
        _ready = grown;
        _head = 0;
    }
}

/// <summary>Something to run, and whose it is; the world's where there is no process.</summary>
internal readonly record struct LoopItem(Process? Process, SendOrPostCallback Callback, object? State);

using Orrery.Runtime;

namespace Orrery.Simulation;

/// <summary>Time as a process sees it on its machine.</summary>
internal sealed class MachineClock(World world, Process process) : TimeProvider
{
    private Machine Machine => process.Machine;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Machine.Monotonic;

    public override DateTimeOffset GetUtcNow() => Machine.Wall;

    /// <summary>Ends after so long by this clock.</summary>
    public Task PassAsync(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, this, cancellationToken);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new MachineTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// An armed timer has one event that counts, the one at <c>_eventTime</c>; events of earlier armings find that it lies ahead, or is gone, and do nothing.
    /// Where the machine slept in between, the event comes too early by the machine's clock, and is set anew.
    /// </summary>
    private sealed class MachineTimer(MachineClock time, TimerCallback callback, object? state) : ITimer
    {
        private static readonly SendOrPostCallback s_onEvent = static timer => ((MachineTimer)timer!).OnEvent();

        private long _due = long.MaxValue;
        private long _period;
        private long _eventTime = long.MaxValue;
        private bool _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_isDisposed) return false;
            _period = period.Ticks;
            if (dueTime < TimeSpan.Zero)
            {
                _due = long.MaxValue;
                return true;
            }

            Arm(time.Machine.Monotonic + dueTime.Ticks);
            return true;
        }

        public void Dispose()
        {
            _isDisposed = true;
            _due = long.MaxValue;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(long due)
        {
            _due = due;
            long at = time.Machine.TrueTimeOf(due);
            if (at >= _eventTime) return; // an earlier event will look again
            _eventTime = at;
            time.World.Loop.At(at, time.Process, s_onEvent, this);
        }

        private void OnEvent()
        {
            if (time.World.Now < _eventTime) return;
            _eventTime = long.MaxValue;
            if (_due == long.MaxValue) return;
            long now = time.Machine.Monotonic;
            if (now < _due)
            {
                Arm(_due);
                return;
            }

            if (_period > 0)
                Arm(Math.Max(_due + _period, now + 1));
            else
                _due = long.MaxValue;
            callback(state);
        }
    }

    private World World => world;

    private Process Process => process;
}

/// <summary>The machine's clock that counts suspend.</summary>
internal sealed class MachineLeaseClock(Machine machine) : LeaseClock
{
    public override TimeSpan Now => new(machine.Boot);
}

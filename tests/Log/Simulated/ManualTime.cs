namespace Orrery.Log.Tests.Simulated;

/// <summary>A clock that stands until it is moved; timers that fall due run on the mover.</summary>
sealed class ManualTime : TimeProvider
{
    readonly List<ManualTimer> timers = [];
    DateTimeOffset now = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan span)
    {
        now += span;
        foreach (var timer in timers.ToArray()) timer.FireIfDue();
    }

    sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        DateTimeOffset due = DateTimeOffset.MaxValue;
        TimeSpan period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            due = dueTime == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : time.now + dueTime;
            this.period = period;
            return true;
        }

        public void FireIfDue()
        {
            if (due > time.now) return;
            due = period == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : time.now + period;
            callback(state);
        }

        public void Dispose() => time.timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

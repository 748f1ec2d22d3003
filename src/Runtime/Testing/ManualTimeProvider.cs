namespace Orrery.Runtime.Testing;

/// <summary>A clock that moves only when a test says so. Timers run on the thread that calls <see cref="Advance"/>, in the order of their times.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly SortedSet<ManualTimer> _armed = new(ManualTimer.ByDue);
    private DateTimeOffset _now = start;
    private long _timersMade;

    /// <summary>Begins at 2030-01-01 00:00 UTC.</summary>
    public ManualTimeProvider() : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>Moves the clock and runs every timer that falls due on the way, each at its own time.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        DateTimeOffset until;
        lock (_lock) until = _now + time;
        while (TakeDue(until) is { } timer) timer.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state, Interlocked.Increment(ref _timersMade));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets the clock to the next timer's time and takes it; null, with the clock at <paramref name="until"/>, where none is due.</summary>
    private ManualTimer? TakeDue(DateTimeOffset until)
    {
        lock (_lock)
        {
            if (_armed.Min is not { } first || first.Due > until)
            {
                if (_now < until) _now = until;
                return null;
            }

            if (_now < first.Due) _now = first.Due;
            _armed.Remove(first);
            if (first.Period > TimeSpan.Zero)
            {
                first.Due += first.Period;
                _armed.Add(first);
            }

            return first;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider time, TimerCallback callback, object? state, long number) : ITimer
    {
        private bool _isDisposed;

        public static IComparer<ManualTimer> ByDue { get; } = Comparer<ManualTimer>.Create(static (left, right) =>
            left.Due != right.Due ? left.Due.CompareTo(right.Due) : left.Number.CompareTo(right.Number));

        public DateTimeOffset Due { get; set; }

        public TimeSpan Period { get; private set; }

        private long Number { get; } = number;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                if (_isDisposed) return false;
                time._armed.Remove(this);
                Period = period;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = time._now + dueTime;
                time._armed.Add(this);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                _isDisposed = true;
                time._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

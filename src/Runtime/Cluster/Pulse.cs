namespace Orrery.Runtime;

/// <summary>
/// Runs work again and again, one run at a time: a period after the last run has ended, or sooner where somebody asks. Runs begin on a timer or on the
/// scheduler, never on the stack of who asks, which may be a grain's turn. The work does not throw.
/// </summary>
internal sealed class Pulse(TimeProvider time, TurnScheduler scheduler, Func<TimeSpan> period, Func<Task> work) : IThreadPoolWorkItem, IDisposable
{
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private long _due;
    private bool _isRunning;
    private bool _hasEnded;

    /// <summary>From now on the work runs; first after a period.</summary>
    public void Start()
    {
        using (SuppressedFlow.Begin())
        {
            lock (_lock)
            {
                if (_timer is not null || _hasEnded) return;
                var first = period();
                _due = TimestampAfter(first);
                _timer = time.CreateTimer(static pulse => ((Pulse)pulse!).OnTimer(), this, first, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>The next run begins no later than so long from now; where one runs now, another follows.</summary>
    public void Hurry(TimeSpan delay = default)
    {
        lock (_lock)
        {
            if (_timer is null || _hasEnded) return;
            long due = TimestampAfter(delay);
            if (due >= _due) return;
            _due = due;
            if (_isRunning) return;
            if (delay > TimeSpan.Zero)
            {
                _timer.Change(delay, Timeout.InfiniteTimeSpan);
                return;
            }

            _isRunning = true;
        }

        scheduler.Queue(this, preferLocal: false);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _hasEnded = true;
            _timer?.Dispose();
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private void OnTimer()
    {
        lock (_lock)
        {
            if (_isRunning || _hasEnded) return;
            _isRunning = true;
        }

        _ = RunAsync();
    }

    private async Task RunAsync()
    {
        do
        {
            lock (_lock) _due = long.MaxValue;
            await work();
        }
        while (IsDueAgain());
    }

    private bool IsDueAgain()
    {
        var rest = period();
        lock (_lock)
        {
            if (_hasEnded) return false;
            _due = Math.Min(_due, TimestampAfter(rest));
            long ticks = _due - time.GetTimestamp();
            if (ticks <= 0) return true;
            _isRunning = false;
            _timer!.Change(TimeSpan.FromSeconds(ticks / (double)time.TimestampFrequency), Timeout.InfiniteTimeSpan);
            return false;
        }
    }

    private long TimestampAfter(TimeSpan delay) => time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
}

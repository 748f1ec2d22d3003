using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Running;

/// <summary>Keeps a job within rates and hours. Rates are over all channels: each batch takes its time from a clock that never runs ahead of the rate.</summary>
sealed class Throttle(ThrottleOptions options, TimeProvider time)
{
    static readonly TimeSpan LatencyPause = TimeSpan.FromSeconds(1), HoursPause = TimeSpan.FromSeconds(30);

    readonly Lock gate = new();
    readonly long started = time.GetTimestamp();
    TimeSpan busyUntil;

    /// <summary>Waits as long as these rows take at the rates.</summary>
    public void Take(long rows, long bytes, CancellationToken cancellationToken)
    {
        if (options.RowsPerSecond <= 0 && options.BytesPerSecond <= 0) return;
        double seconds = Math.Max(options.RowsPerSecond > 0 ? (double)rows / options.RowsPerSecond : 0, options.BytesPerSecond > 0 ? (double)bytes / options.BytesPerSecond : 0);
        TimeSpan wait;
        lock (gate)
        {
            TimeSpan now = time.GetElapsedTime(started);
            busyUntil = (busyUntil > now ? busyUntil : now) + TimeSpan.FromSeconds(seconds);
            wait = busyUntil - now;
        }

        Pause(wait, cancellationToken);
    }

    /// <summary>Waits until a chunk may begin.</summary>
    /// <param name="probe">A small question to the source.</param>
    public void WaitForChunk(Action probe, CancellationToken cancellationToken)
    {
        while (!IsOpen()) Pause(HoursPause, cancellationToken);
        if (options.SourceLatencyMax is not { } bound) return;
        while (true)
        {
            long asked = time.GetTimestamp();
            probe();
            if (time.GetElapsedTime(asked) <= bound) return;
            Pause(LatencyPause, cancellationToken);
        }
    }

    bool IsOpen() => options.Hours is not { } hours || TimeOnly.FromDateTime(time.GetLocalNow().DateTime).IsBetween(hours.From, hours.To);

    void Pause(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait <= TimeSpan.Zero) return;
        Task.Delay(wait, time, cancellationToken).GetAwaiter().GetResult();
    }
}

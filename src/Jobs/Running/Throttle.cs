using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Running;

/// <summary>
/// Keeps a job within rates and hours. Rates are over all channels: each batch takes its time from a clock that never runs ahead of the rate. Where rates change (<see cref="JobControl.Limit"/>), who waits goes on at once, and the
/// next batch is at the new rate.
/// </summary>
sealed class Throttle(ThrottleOptions options, JobControl control, TimeProvider time) : IDisposable
{
    static readonly TimeSpan LatencyPause = TimeSpan.FromSeconds(1), HoursPause = TimeSpan.FromSeconds(30);

    readonly Lock gate = new();
    readonly Lock lagGate = new();
    readonly ReplicaLag lag = new(options.Replicas);
    readonly long started = time.GetTimestamp();
    TimeSpan busyUntil;

    /// <summary>Waits as long as these rows take at the rates.</summary>
    public void Take(long rows, long bytes, CancellationToken cancellationToken)
    {
        Task limited = control.Limited;
        (long rowsPerSecond, long bytesPerSecond) = control.Limits is { } limits ? (limits.RowsPerSecond, limits.BytesPerSecond) : (options.RowsPerSecond, options.BytesPerSecond);
        if (rowsPerSecond <= 0 && bytesPerSecond <= 0) return;
        double seconds = Math.Max(rowsPerSecond > 0 ? (double)rows / rowsPerSecond : 0, bytesPerSecond > 0 ? (double)bytes / bytesPerSecond : 0);
        TimeSpan wait;
        lock (gate)
        {
            TimeSpan now = time.GetElapsedTime(started);
            busyUntil = (busyUntil > now ? busyUntil : now) + TimeSpan.FromSeconds(seconds);
            wait = busyUntil - now;
        }

        if (wait <= TimeSpan.Zero) return;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task.WhenAny(Task.Delay(wait, time, end.Token), limited).GetAwaiter().GetResult();
        end.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
        if (!limited.IsCompleted) return;
        lock (gate) busyUntil = time.GetElapsedTime(started);
    }

    /// <summary>Waits until a chunk may begin.</summary>
    /// <param name="probe">A small question to the source.</param>
    /// <param name="waits">Hears why it waits.</param>
    public void WaitForChunk(Action probe, CancellationToken cancellationToken, Action<string>? waits = null)
    {
        while (!IsOpen())
        {
            waits?.Invoke($"it is not between {options.Hours!.Value.From:HH:mm} and {options.Hours.Value.To:HH:mm}");
            Pause(HoursPause, cancellationToken);
        }

        while (options.Replicas.Count > 0)
        {
            (DatabaseAddress Replica, TimeSpan? Behind)? furthest;
            lock (lagGate) furthest = lag.Furthest();
            if (furthest is not var (replica, behind) || behind <= options.ReplicaLagMax) break;
            waits?.Invoke(behind is { } late ? $"the replica {replica} is {late.TotalSeconds:N0} s behind, more than {options.ReplicaLagMax.TotalSeconds:N0} s" : $"the replica {replica} does not follow, or cannot be reached");
            Pause(LatencyPause, cancellationToken);
        }

        if (options.SourceLatencyMax is not { } bound) return;
        while (true)
        {
            long asked = time.GetTimestamp();
            probe();
            if (time.GetElapsedTime(asked) is var took && took <= bound) return;
            waits?.Invoke($"the source answers in {took.TotalMilliseconds:N0} ms, more than {bound.TotalMilliseconds:N0} ms");
            Pause(LatencyPause, cancellationToken);
        }
    }

    public void Dispose() => lag.Dispose();

    bool IsOpen() => options.Hours is not { } hours || TimeOnly.FromDateTime(time.GetLocalNow().DateTime).IsBetween(hours.From, hours.To);

    void Pause(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait <= TimeSpan.Zero) return;
        Task.Delay(wait, time, cancellationToken).GetAwaiter().GetResult();
    }
}

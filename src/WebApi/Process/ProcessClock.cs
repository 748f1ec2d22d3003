namespace Orrery.WebApi.Process;

/// <summary>When the process began, and how fast a count grows.</summary>
internal sealed class ProcessClock(TimeProvider time)
{
    static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    readonly Lock reading = new();
    long windowAt = time.GetTimestamp();
    long windowCount;
    double rate;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>Growth a second over the last window of five seconds or more, looked at when asked.</summary>
    public double RateOf(long count)
    {
        lock (reading)
        {
            TimeSpan elapsed = time.GetElapsedTime(windowAt);
            if (elapsed < Window)
                return rate;
            rate = Math.Round((count - windowCount) / elapsed.TotalSeconds, 1);
            windowAt = time.GetTimestamp();
            windowCount = count;
            return rate;
        }
    }
}

namespace Orrery.Client.Delivery;

/// <summary>Pauses between tries: doubling up to a bound, each shortened by up to half at random so that a fleet does not come back in step.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan max, int seed)
{
    static readonly TimeSpan RetryAfterMax = TimeSpan.FromMinutes(10);
    readonly Random random = new(seed);
    int failures;

    public void Reset() => failures = 0;

    public TimeSpan Next(TimeSpan? retryAfter)
    {
        double milliseconds = Math.Min(max.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(failures++, 30)));
        milliseconds *= 0.5 + random.NextDouble() / 2;
        if (retryAfter is { } asked)
            // What the cloud asks for is the least; the jitter goes on top.
            milliseconds = Math.Min(asked.TotalMilliseconds, RetryAfterMax.TotalMilliseconds) + milliseconds / 10;
        return TimeSpan.FromMilliseconds(milliseconds);
    }
}

using System.Collections.Concurrent;

namespace Orrery.Client.Tests;

/// <summary>Real time, but pauses of the client end after a hundredth and are written down.</summary>
internal sealed class RecordingClock : IClientClock
{
    public ConcurrentQueue<TimeSpan> Delays { get; } = new();

    public long UnixMilliseconds => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    public Task Delay(TimeSpan delay, CancellationToken cancellationToken)
    {
        Delays.Enqueue(delay);
        return Task.Delay(delay / 100, cancellationToken);
    }
}

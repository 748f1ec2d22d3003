namespace Orrery.Client;

/// <summary>The machine's clock.</summary>
internal sealed class SystemClientClock : IClientClock
{
    public long UnixMilliseconds => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    public Task Delay(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, cancellationToken);
}

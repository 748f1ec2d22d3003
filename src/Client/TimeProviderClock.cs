#if NET
namespace Orrery.Client;

/// <summary>Makes a <see cref="TimeProvider"/> the client's clock.</summary>
/// <param name="time">Where the time comes from.</param>
public sealed class TimeProviderClock(TimeProvider time) : IClientClock
{
    /// <inheritdoc/>
    public long UnixMilliseconds => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public Task Delay(TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, time, cancellationToken);
}
#endif

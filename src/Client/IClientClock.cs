namespace Orrery.Client;

/// <summary>The time as the client sees it. Tests bring their own; .NET Standard 2.0 has no <c>TimeProvider</c>.</summary>
public interface IClientClock
{
    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    long UnixMilliseconds { get; }

    /// <summary>Completes after <paramref name="delay"/>, or is cancelled.</summary>
    Task Delay(TimeSpan delay, CancellationToken cancellationToken);
}

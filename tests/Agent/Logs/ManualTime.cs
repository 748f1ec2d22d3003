namespace Orrery.Agent.Tests.Logs;

/// <summary>A clock that stands until a test moves it.</summary>
sealed class ManualTime : TimeProvider
{
    DateTimeOffset now = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Pass(double seconds) => now += TimeSpan.FromSeconds(seconds);
}

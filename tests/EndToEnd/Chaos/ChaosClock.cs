namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>Where the chaos lets time itself pass: a lease has to run out while a process stands still, and nothing tells of that.</summary>
static class ChaosClock
{
    public static Task PassAsync(TimeSpan time) => Task.Delay(time);
}

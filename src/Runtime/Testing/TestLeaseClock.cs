namespace Orrery.Runtime.Testing;

/// <summary>The lease clock of a silo in a test: the cluster's time, and what the test has put in front of it.</summary>
internal sealed class TestLeaseClock(TimeProvider time) : LeaseClock
{
    private long _ahead;

    public override TimeSpan Now => TimeSpan.FromSeconds(time.GetTimestamp() / (double)time.TimestampFrequency) + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));

    public void Jump(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}

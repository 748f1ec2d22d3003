namespace Orrery.Log.Tests.Compliance;

/// <summary>The machine's time, which a test can put forward. Timers run as they do.</summary>
sealed class ShiftedTime : TimeProvider
{
    long shiftMilliseconds;

    public void Advance(TimeSpan time) => Interlocked.Add(ref shiftMilliseconds, (long)time.TotalMilliseconds);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddMilliseconds(Interlocked.Read(ref shiftMilliseconds));
}

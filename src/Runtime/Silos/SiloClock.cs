namespace Orrery.Runtime;

/// <summary>
/// Coarse time that costs a read of a field: ticks of 100 ms since the silo was made. Ticks are compared by difference, so that they may
/// wrap (after 6.8 years).
/// </summary>
internal sealed class SiloClock(TimeProvider time)
{
    private const int MillisecondsPerTick = 100;

    private readonly long _started = time.GetTimestamp();
    private int _tick = 1;

    public static TimeSpan TickLength { get; } = TimeSpan.FromMilliseconds(MillisecondsPerTick);

    public int Tick => Volatile.Read(ref _tick);

    public static int ToTicks(TimeSpan time) => (int)Math.Clamp(Math.Ceiling(time.TotalMilliseconds / MillisecondsPerTick), 0, int.MaxValue / 2);

    /// <summary>The first tick that is surely later than this time from now.</summary>
    public int After(TimeSpan time) => unchecked(Tick + ToTicks(time) + 1);

    public void Advance() => Volatile.Write(ref _tick, 1 + (int)(time.GetElapsedTime(_started).Ticks / TickLength.Ticks));
}

using System.Numerics;

namespace Orrery.Runtime.Hosting;

/// <summary>
/// The buckets in which durations are counted, the same in every silo, so that counts of several silos and moments add up and subtract. The first
/// holds what took less than 128 ns; then each doubling is cut in four, up to 275 s; the last holds all that took longer. A bucket is at most a
/// quarter as wide as its lower bound: a percentile read from it is off by less than that.
/// </summary>
public static class LatencyBuckets
{
    private const int FirstPower = 7;
    private const int LastPower = 37;
    private const int PartBits = 2;
    private const int Parts = 1 << PartBits;

    public const int Count = 1 + (LastPower - FirstPower + 1) * Parts;

    /// <summary>0 to <see cref="Count"/> - 1.</summary>
    public static int Of(long nanoseconds)
    {
        if (nanoseconds < 1L << FirstPower) return 0;
        int power = BitOperations.Log2((ulong)nanoseconds);
        int part = (int)(nanoseconds >> (power - PartBits)) & (Parts - 1);
        return Math.Min(1 + (power - FirstPower) * Parts + part, Count - 1);
    }

    /// <summary>The least duration that the bucket holds, in nanoseconds. That of <see cref="Count"/> is where the last bucket would end, had it an end.</summary>
    public static long LowerNanoseconds(int bucket) =>
        bucket == 0 ? 0 : (long)(Parts + (bucket - 1) % Parts) << (FirstPower - PartBits + (bucket - 1) / Parts);
}

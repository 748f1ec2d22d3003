namespace Orrery.Agent.Simulation;

/// <summary>Repeatable randomness as a function of seed, channel and time: the past can be computed as well as the present, in any order.</summary>
internal static class Noise
{
    /// <summary>SplitMix64 over two numbers.</summary>
    public static ulong Mix(ulong seed, ulong value)
    {
        ulong x = seed + 0x9E3779B97F4A7C15 * (value + 1);
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>0 to 1, without relation between neighbours.</summary>
    public static double Uniform(ulong seed, ulong value) => (Mix(seed, value) >> 11) * (1.0 / (1UL << 53));

    /// <summary>-1 to 1, smooth over time: random values at a lattice, eased between.</summary>
    public static double Smooth(ulong seed, long now, long periodMilliseconds)
    {
        long cell = Math.DivRem(now, periodMilliseconds, out long rest);
        double at = (double)rest / periodMilliseconds;
        double ease = at * at * (3 - 2 * at);
        double from = Uniform(seed, (ulong)cell), to = Uniform(seed, (ulong)cell + 1);
        return 2 * (from + (to - from) * ease) - 1;
    }

    /// <summary>Several periods of <see cref="Smooth"/> on top of each other, -1 to 1.</summary>
    public static double Rough(ulong seed, long now) =>
        0.5 * Smooth(seed, now, 600_000) + 0.3 * Smooth(seed + 1, now, 60_000) + 0.2 * Smooth(seed + 2, now, 7_000);
}

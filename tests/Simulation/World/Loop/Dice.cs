namespace Orrery.Simulation;

/// <summary>The randomness of one run: xoshiro256** under one seed, the same on every machine and every version of .NET.</summary>
internal sealed class Dice
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public Dice(ulong seed)
    {
        _a = Mix(ref seed);
        _b = Mix(ref seed);
        _c = Mix(ref seed);
        _d = Mix(ref seed);
    }

    /// <summary>Dice of their own, so that what one part of the world rolls does not move the rolls of another.</summary>
    public Dice Fork() => new(Next());

    public ulong Next()
    {
        ulong result = ulong.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>0 to <paramref name="limit"/> - 1.</summary>
    public int Below(int limit) => (int)((UInt128)Next() * (uint)limit >> 64);

    public long Between(long least, long most) => least + (long)((UInt128)Next() * (ulong)(most - least + 1) >> 64);

    /// <summary>A time between these; short ones are as likely as long ones on a scale of magnitudes.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most)
    {
        double low = Math.Log(Math.Max(least.Ticks, 1)), high = Math.Log(Math.Max(most.Ticks, 1));
        return new TimeSpan((long)Math.Exp(low + (high - low) * Fraction()));
    }

    public bool Chance(double probability) => Fraction() < probability;

    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    private static ulong Mix(ref ulong state)
    {
        ulong mixed = state += 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
}

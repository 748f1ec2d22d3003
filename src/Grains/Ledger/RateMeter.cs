namespace Orrery.Grains.Ledger;

/// <summary>How many records a second, over the last minute, in memory.</summary>
sealed class RateMeter
{
    const int Slots = 7;
    const long SlotSeconds = 10;

    readonly long[] counts = new long[Slots];
    readonly long[] slots = new long[Slots];
    long first = long.MaxValue;

    public void Add(long records, DateTimeOffset now)
    {
        long slot = now.ToUnixTimeSeconds() / SlotSeconds;
        int index = (int)(slot % Slots);
        if (slots[index] != slot)
            (slots[index], counts[index]) = (slot, 0);
        counts[index] += records;
        first = Math.Min(first, slot);
    }

    public double PerSecond(DateTimeOffset now)
    {
        long slot = now.ToUnixTimeSeconds() / SlotSeconds;
        long sum = 0;
        for (int i = 0; i < Slots; i++)
            if (slots[i] > slot - Slots)
                sum += counts[i];
        long begun = Math.Max(first, slot - Slots + 1) * SlotSeconds;
        double seconds = Math.Max(1, (now.ToUnixTimeMilliseconds() / 1000.0) - begun);
        return sum == 0 ? 0 : sum / seconds;
    }
}

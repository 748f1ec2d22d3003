using Microsoft.Extensions.Options;

namespace Orrery.Grains.Health.Servers;

/// <summary>Bounds how many servers of one silo compact at the same time: each holds a day of samples in memory while it does.</summary>
sealed class CompactionSlots(IOptions<HealthOptions> options)
{
    int free = options.Value.CompactionsMax;

    /// <summary>Takes a slot, or answers false at once where there is none: the server asks again later.</summary>
    public bool TryTake()
    {
        if (Interlocked.Decrement(ref free) >= 0)
            return true;
        Interlocked.Increment(ref free);
        return false;
    }

    public void Free() => Interlocked.Increment(ref free);
}

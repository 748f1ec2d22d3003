using Orrery.Grains.Health.Series.Blocks;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series;

/// <summary>
/// One series in memory. Sealed blocks that are not late follow each other in time; the open block lies behind them all and within one
/// day; late samples lie before the open block, and hold over sealed ones of the same time.
/// </summary>
sealed class SeriesEntry(byte[] key, ulong hash)
{
    /// <summary>What <see cref="Newest"/> and <see cref="SealedThrough"/> are before there are samples; low enough to subtract from.</summary>
    public const long Never = long.MinValue / 2;

    IReadOnlyDictionary<string, string>? labels;

    public byte[] Key { get; } = key;

    public ulong Hash { get; } = hash;

    public IReadOnlyDictionary<string, string> Labels => labels ??= SeriesKey.Parse(Key);

    /// <summary>Another series of the same hash.</summary>
    public SeriesEntry? SameHash { get; set; }

    /// <summary>The series that followed this one in the last batch, and mostly does in the next.</summary>
    public SeriesEntry? Follower { get; set; }

    public long[] OpenTimes { get; set; } = [];

    public double[] OpenValues { get; set; } = [];

    public int OpenCount { get; set; }

    /// <summary>First time that does not belong to the open block's day.</summary>
    public long OpenDayEnd { get; set; }

    /// <summary>Newest time, sealed or not.</summary>
    public long Newest { get; set; } = Never;

    public double NewestValue { get; set; }

    /// <summary>Newest time of the sealed blocks that are not late.</summary>
    public long SealedThrough { get; set; } = Never;

    /// <summary>In the order of sealing.</summary>
    public List<SealedBlock> Blocks { get; } = [];

    public LateSamples? Late { get; set; }
}

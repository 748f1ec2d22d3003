namespace Orrery.Grains.Health.Series;

/// <summary>Bounds of one server's series store.</summary>
public sealed record SeriesStoreOptions
{
    /// <summary>Series that a server may have; samples of further ones are counted and dropped. 1 to 1,000,000; default 20,000.</summary>
    public int SeriesLimit { get; init; } = 20_000;

    /// <summary>Samples of a block before it is sealed. 16 to 8,192; default 128.</summary>
    public int BlockSamples { get; init; } = 128;

    /// <summary>How far behind its series' newest sample one may come. Default 1 h; not longer than <see cref="Keep"/>.</summary>
    public TimeSpan OutOfOrderWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long samples stay in memory once they are in chunks. Default 3 h.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromHours(3);

    /// <summary>Bytes of sealed blocks beyond which stored ones leave memory early. 1 MiB or more; default 64 MiB.</summary>
    public long MemoryBytesLimit { get; init; } = 64 << 20;

    /// <summary>Every error of these options, in words; empty when they are right.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (SeriesLimit is < 1 or > 1_000_000) errors.Add($"{nameof(SeriesLimit)} is {SeriesLimit}; it must be 1 to 1,000,000.");
        if (BlockSamples is < 16 or > 8192) errors.Add($"{nameof(BlockSamples)} is {BlockSamples}; it must be 16 to 8,192.");
        if (OutOfOrderWindow < TimeSpan.Zero || OutOfOrderWindow > Keep) errors.Add($"{nameof(OutOfOrderWindow)} is {OutOfOrderWindow}; it must be 0 to {nameof(Keep)}, {Keep}.");
        if (Keep <= TimeSpan.Zero) errors.Add($"{nameof(Keep)} is {Keep}; it must be more than zero.");
        if (MemoryBytesLimit < 1 << 20) errors.Add($"{nameof(MemoryBytesLimit)} is {MemoryBytesLimit}; it must be 1 MiB or more.");
        return errors;
    }
}

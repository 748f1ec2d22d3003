namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>How a column of a page is encoded. The numbers are stored: never reuse one.</summary>
enum ColumnCodec : byte
{
    /// <summary>One value throughout.</summary>
    Constant = 0,

    /// <summary>The same values as an earlier column of the page.</summary>
    Same = 1,

    /// <summary>Decimals as integers: the different ones by size, and the rank of each.</summary>
    DecimalRanks = 2,

    /// <summary>Decimals as integers: signed distances from one to the next.</summary>
    DecimalDeltas = 3,

    /// <summary>The different bit patterns by size, and the rank of each.</summary>
    BitRanks = 4,

    /// <summary>What changes in the bits from one to the next, as eight planes of bytes.</summary>
    BitPlanes = 5,
}

namespace Orrery.Grains.Health.Series.Blocks;

/// <summary>How a block's values are encoded. The numbers are stored: never reuse one.</summary>
enum ValueCodec : byte
{
    /// <summary>One value throughout.</summary>
    Constant = 0,

    /// <summary>Decimals as integers above the least of them, bit-packed.</summary>
    Integers = 1,

    /// <summary>Decimals as distances from one to the next above the least of these, bit-packed.</summary>
    Deltas = 2,

    /// <summary>At most 16 different values and the rank of each.</summary>
    Dictionary = 3,

    /// <summary>The bytes in which each value differs from the one before.</summary>
    Xor = 4,
}

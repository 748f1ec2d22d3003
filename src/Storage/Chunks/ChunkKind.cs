namespace Orrery.Storage.Chunks;

/// <summary>What a stored chunk holds. The numbers are stored: never reuse one.</summary>
public enum ChunkKind : byte
{
    /// <summary>Samples as flushed from memory: many small chunks a day, their time ranges may overlap.</summary>
    Raw = 1,

    /// <summary>Samples of a finished period, compacted from <see cref="Raw"/> chunks.</summary>
    Compacted = 2,

    /// <summary>Count, sum, minimum, maximum and last value of each minute.</summary>
    Minute = 3,

    /// <summary>Count, sum, minimum, maximum and last value of each hour.</summary>
    Hour = 4,
}

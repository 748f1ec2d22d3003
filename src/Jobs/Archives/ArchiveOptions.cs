using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Archives;

/// <summary>How an archive is run.</summary>
/// <param name="Name">The archive's name, 1 to 100 characters: what it has is found again by it.</param>
/// <param name="Before">Documents of this day and later stay.</param>
public sealed record ArchiveOptions(string Name, DateOnly Before)
{
    /// <summary>Documents that are archived in one go, about; 1 to 100,000. Groups are not cut.</summary>
    public int ChunkDocuments { get; init; } = 1_000;

    /// <summary>How the source is spared.</summary>
    public ThrottleOptions Throttle { get; init; } = new();

    /// <summary>Ends between two chunks behind so many; null: when all is done.</summary>
    public int? ChunksMax { get; init; }

    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public void Validate()
    {
        if (Name.Length is 0 or > 100) throw new ArgumentException("An archive's name has 1 to 100 characters.");
        if (ChunkDocuments is < 1 or > 100_000) throw new ArgumentException($"{ChunkDocuments:N0} documents cannot be archived in one go; 1 to 100,000 can.");
    }
}

using Orrery.Grains.Sql.Sources;

namespace Orrery.Grains.Sql.Running;

/// <summary>What a dataflow keeps besides its journal and its checkpoints.</summary>
sealed class DataflowState
{
    /// <summary>Counts the activations that began to write the journal.</summary>
    public int Term { get; set; }

    /// <summary>Into how many partitions the state is parted; 0: it was not said yet.</summary>
    public int Partitions { get; set; }

    /// <summary>Where it begins when it has no checkpoint, as its tenant was deleted before: a <see cref="Checkpoints.DataflowPosition"/> without tables. Null: at the first epoch.</summary>
    public byte[]? Beginning { get; set; }

    /// <summary>The columns that tables' sources had.</summary>
    public SourceWatchState Sources { get; set; } = new();

    /// <summary>Keys of the topics' partitions that it holds, or may hold.</summary>
    public SortedSet<string> Holds { get; set; } = new(StringComparer.Ordinal);
}

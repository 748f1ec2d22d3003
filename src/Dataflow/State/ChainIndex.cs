using Orrery.Dataflow.Memory;

namespace Orrery.Dataflow.State;

/// <summary>One more key of a collection: a slot for each key, which stands for the newest of the rows that have it; the rows are chained through their links.</summary>
internal sealed class ChainIndex(RowKey key, StateMemory memory)
{
    public RowKey Key { get; } = key;

    public HashSlots Slots { get; } = new(memory);

    /// <summary>How many operators read through it.</summary>
    public int Users { get; set; }
}

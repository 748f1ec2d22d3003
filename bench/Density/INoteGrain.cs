using Orrery.Runtime;

namespace Orrery.Bench.Density;

/// <summary>A grain with a small stored value, as most grains of a fleet are.</summary>
internal interface INoteGrain : IGrainWithStringKey
{
    ValueTask<int> Read();
}

internal sealed class NoteState
{
    public int Count { get; set; }

    public string? Text { get; set; }
}

internal sealed class NoteGrain([PersistentState("note")] IPersistentState<NoteState> note) : Grain, INoteGrain
{
    public ValueTask<int> Read() => new(note.State.Count);
}

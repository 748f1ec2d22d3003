namespace Orrery.Storage.Chunks;

/// <summary>Names one chunk among those of its owner. Writing a key that is stored already replaces that chunk, so a repeated flush is harmless.</summary>
/// <param name="Kind">What the chunk holds.</param>
/// <param name="Sequence">Chosen by the owner, 0 or more; unique within owner and kind.</param>
public readonly record struct ChunkKey(ChunkKind Kind, long Sequence);

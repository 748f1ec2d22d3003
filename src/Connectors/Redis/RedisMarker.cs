namespace Orrery.Connectors.Redis;

/// <summary>How far a source's changes are in a dimension table: written in the same step as the last of them.</summary>
/// <param name="Sequence">The source's sequence, which rises.</param>
/// <param name="Checkpoint">The text by which the source goes on from there.</param>
public sealed record RedisMarker(long Sequence, string Checkpoint);

namespace Orrery.Connectors.ObjectStores;

/// <summary>What a store says of an object.</summary>
/// <param name="Name">Its whole name.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ModifiedAt">When it was written, by the store's clock.</param>
public sealed record ObjectEntry(string Name, long Length, DateTimeOffset ModifiedAt);

/// <summary>One page of a listing.</summary>
/// <param name="Objects">In the store's order; may be empty.</param>
/// <param name="More">Whether the next page, after the last name of this one, can hold objects.</param>
public sealed record ObjectPage(IReadOnlyList<ObjectEntry> Objects, bool More);

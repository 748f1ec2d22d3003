namespace Orrery.Storage.Chunks;

/// <summary>The checks that every chunk store makes before it writes.</summary>
public static class ChunkArguments
{
    public const int OwnerCharactersLimit = 512;

    public static void CheckOwner(string owner)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        if (owner.Length > OwnerCharactersLimit)
        {
            throw new ArgumentException($"A chunk's owner has {owner.Length} characters; at most {OwnerCharactersLimit} are stored.", nameof(owner));
        }
    }

    /// <summary>Checks chunks that are written together.</summary>
    /// <param name="chunks">The chunks.</param>
    /// <param name="owner">Their one owner, or null when they may have many.</param>
    public static void CheckChunks(IReadOnlyList<Chunk> chunks, string? owner)
    {
        var seen = new HashSet<(string, ChunkKey)>(chunks.Count);
        foreach (var chunk in chunks)
        {
            CheckOwner(chunk.Owner);
            if (owner is not null && chunk.Owner != owner)
            {
                throw new ArgumentException($"A chunk of '{chunk.Owner}' cannot replace chunks of '{owner}'.", nameof(chunks));
            }

            if (chunk.LastMilliseconds < chunk.FirstMilliseconds || chunk.Key.Sequence < 0)
            {
                throw new ArgumentException($"Chunk {chunk.Key} of '{chunk.Owner}' spans {chunk.FirstMilliseconds} to {chunk.LastMilliseconds} ms: the range must not be reversed and the sequence not negative.", nameof(chunks));
            }

            if (!seen.Add((chunk.Owner, chunk.Key)))
            {
                throw new ArgumentException($"Chunk {chunk.Key} of '{chunk.Owner}' appears twice in one write.", nameof(chunks));
            }
        }
    }
}

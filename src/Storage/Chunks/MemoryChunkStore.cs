namespace Orrery.Storage.Chunks;

/// <summary>A chunk store in memory, for tests and for clusters that keep nothing.</summary>
public sealed class MemoryChunkStore : IChunkStore
{
    readonly Lock gate = new();
    readonly Dictionary<string, Dictionary<ChunkKey, Chunk>> owners = new(StringComparer.Ordinal);

    public ValueTask WriteAsync(IReadOnlyList<Chunk> chunks, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChunkArguments.CheckChunks(chunks, owner: null);
        lock (gate) Put(chunks);
        return ValueTask.CompletedTask;
    }

    public ValueTask ReplaceAsync(string owner, IReadOnlyList<ChunkKey> removed, IReadOnlyList<Chunk> added, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChunkArguments.CheckOwner(owner);
        ChunkArguments.CheckChunks(added, owner);
        lock (gate)
        {
            if (owners.TryGetValue(owner, out var stored))
            {
                foreach (var key in removed) stored.Remove(key);
            }

            Put(added);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask<IReadOnlyList<ChunkInfo>> ListAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(owner, kind, fromMilliseconds, toMilliseconds, cancellationToken)).Select(chunk => chunk.Info)];

    public ValueTask<IReadOnlyList<Chunk>> ReadAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChunkArguments.CheckOwner(owner);
        lock (gate)
        {
            if (!owners.TryGetValue(owner, out var stored)) return new([]);
            return new(stored.Values
                .Where(chunk => chunk.Key.Kind == kind && chunk.Info.Overlaps(fromMilliseconds, toMilliseconds))
                .OrderBy(chunk => chunk.FirstMilliseconds).ThenBy(chunk => chunk.Key.Sequence).ToList());
        }
    }

    public ValueTask<int> DeleteBeforeAsync(string owner, ChunkKind kind, long beforeMilliseconds, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ChunkArguments.CheckOwner(owner);
        lock (gate)
        {
            if (!owners.TryGetValue(owner, out var stored)) return new(0);
            var old = stored.Values.Where(chunk => chunk.Key.Kind == kind && chunk.LastMilliseconds < beforeMilliseconds).Select(chunk => chunk.Key).ToList();
            foreach (var key in old) stored.Remove(key);
            return new(old.Count);
        }
    }

    void Put(IReadOnlyList<Chunk> chunks)
    {
        foreach (var chunk in chunks)
        {
            if (!owners.TryGetValue(chunk.Owner, out var stored)) owners[chunk.Owner] = stored = [];
            stored[chunk.Key] = chunk with { Data = chunk.Data.ToArray() };
        }
    }
}

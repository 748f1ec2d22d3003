using Orrery.Storage.Chunks;

namespace Orrery.Grains.Tests.Health.Series;

/// <summary>A chunk store in memory that does something else before one of its reads.</summary>
sealed class InterruptedChunkStore : IChunkStore
{
    readonly MemoryChunkStore inner = new();
    Func<Task>? interruption;
    int callsLeft;

    public bool WasInterrupted { get; private set; }

    public void Interrupt(int call, Func<Task> with) => (callsLeft, interruption) = (call, with);

    public ValueTask WriteAsync(IReadOnlyList<Chunk> chunks, CancellationToken cancellationToken) => inner.WriteAsync(chunks, cancellationToken);

    public ValueTask ReplaceAsync(string owner, IReadOnlyList<ChunkKey> removed, IReadOnlyList<Chunk> added, CancellationToken cancellationToken) =>
        inner.ReplaceAsync(owner, removed, added, cancellationToken);

    public ValueTask<int> DeleteBeforeAsync(string owner, ChunkKind kind, long beforeMilliseconds, CancellationToken cancellationToken) =>
        inner.DeleteBeforeAsync(owner, kind, beforeMilliseconds, cancellationToken);

    public async ValueTask<IReadOnlyList<ChunkInfo>> ListAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken)
    {
        await CountAsync();
        return await inner.ListAsync(owner, kind, fromMilliseconds, toMilliseconds, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<Chunk>> ReadAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken)
    {
        await CountAsync();
        return await inner.ReadAsync(owner, kind, fromMilliseconds, toMilliseconds, cancellationToken);
    }

    async Task CountAsync()
    {
        if (interruption is null || --callsLeft > 0) return;
        var run = interruption;
        interruption = null;
        WasInterrupted = true;
        await run();
    }
}

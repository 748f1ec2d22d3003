using Orrery.Storage.Chunks;

namespace Orrery.Storage.Tests.Chunks;

public sealed class MemoryChunkStoreTests : ChunkStoreCompliance
{
    protected override IChunkStore Store { get; } = new MemoryChunkStore();
}

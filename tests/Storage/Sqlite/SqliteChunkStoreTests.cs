using Orrery.Storage.Chunks;
using Orrery.Storage.Tests.Chunks;

namespace Orrery.Storage.Tests.Sqlite;

public sealed class SqliteChunkStoreTests : ChunkStoreCompliance, IDisposable
{
    readonly StoreDirectory directory = new();

    protected override IChunkStore Store => directory.Chunks;

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Chunks_are_there_after_a_restart()
    {
        await Store.WriteAsync([new("owner", new(ChunkKind.Hour, 5), 10, 20, new byte[] { 1, 2, 3 })], TestContext.Current.CancellationToken);
        directory.Close();
        var chunk = (await Store.ReadAsync("owner", ChunkKind.Hour, 0, 99, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        chunk.Data.ToArray().ShouldBe([1, 2, 3]);
    }
}

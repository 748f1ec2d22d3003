using Orrery.Runtime.Storage;
using Orrery.Runtime.Tests.Persistence;

namespace Orrery.Storage.Tests.Sqlite;

public sealed class SqliteGrainStorageTests : GrainStorageCompliance, IDisposable
{
    readonly StoreDirectory store = new();

    public void Dispose() => store.Dispose();

    protected override Task<IFencedGrainStorage> CreateAsync() => Task.FromResult(store.States);

    [Fact]
    public async Task Values_come_back_after_a_restart_empty_ones_too_and_cleared_ones_keep_their_version()
    {
        foreach (var key in (string[])["full", "empty", "cleared", "服务器\0/1"]) await store.States.ClaimAsync(key, 1);
        await store.States.WriteAsync("full", 1, 0, [1, 2, 3]);
        await store.States.WriteAsync("empty", 1, 0, []);
        await store.States.WriteAsync("cleared", 1, 0, [1]);
        await store.States.WriteAsync("服务器\0/1", 1, 0, [4]);
        await store.States.ExecuteAsync([new(GrainStateOperationKind.Clear, new("test", "cleared", "state"), 0, 1, 1, default)], CancellationToken.None);
        store.Close();

        (await store.States.ClaimAsync("full", 1)).StoredValue!.Value.ToArray().ShouldBe([1, 2, 3]);
        (await store.States.ClaimAsync("empty", 1)).StoredValue!.Value.Length.ShouldBe(0);
        var cleared = await store.States.ClaimAsync("cleared", 1);
        cleared.StoredValue.ShouldBeNull();
        cleared.StoredVersion.ShouldBe(2);
        (await store.States.ClaimAsync("服务器\0/1", 1)).StoredValue!.Value.ToArray().ShouldBe([4]);
        (await store.States.ClaimAsync("服务器", 1)).StoredVersion.ShouldBe(0);
    }

    [Fact]
    public async Task Sizes_say_how_large_the_file_is()
    {
        await store.States.ClaimAsync("a", 1);
        var sizes = await store.Store.ReadSizesAsync(CancellationToken.None);
        sizes.FilePath.ShouldBe(store.FilePath);
        (sizes.FileBytes + sizes.LogBytes).ShouldBeGreaterThan(4096);
        sizes.VolumeFreeBytes.ShouldNotBeNull().ShouldBeGreaterThan(0);
    }
}

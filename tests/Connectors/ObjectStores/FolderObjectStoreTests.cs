using Orrery.Connectors.ObjectStores;
using Orrery.Tests.Servers;

namespace Orrery.Connectors.Tests.ObjectStores;

public sealed class FolderObjectStoreTests : ObjectStoreCompliance
{
    readonly TestDirectory folder = new();

    public override ValueTask InitializeAsync()
    {
        Store = new FolderObjectStore(Path.Combine(folder.Path, "deep/lake"), TimeProvider.System);
        return default;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Half_written_files_of_a_crash_are_neither_seen_nor_kept_for_ever()
    {
        string partial = Path.Combine(folder.Path, "deep/lake/.partial");
        string old = Path.Combine(partial, "1-a-1"), young = Path.Combine(partial, "1-a-2");
        await File.WriteAllTextAsync(old, "half", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(young, "half", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(old, DateTime.UnixEpoch);
        (await Store.ListAsync("", null, 10, TestContext.Current.CancellationToken)).Objects.ShouldBeEmpty();
        using var again = new FolderObjectStore(Path.Combine(folder.Path, "deep/lake"), TimeProvider.System);
        File.Exists(old).ShouldBeFalse();
        File.Exists(young).ShouldBeTrue("another process may be writing it");
    }
}

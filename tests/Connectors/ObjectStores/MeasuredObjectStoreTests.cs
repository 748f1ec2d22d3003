using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.Tests.ObjectStores;

public sealed class MeasuredObjectStoreTests
{
    [Fact]
    public async Task Operations_are_measured_by_outcome_and_written_bytes_are_counted()
    {
        string folder = Directory.CreateTempSubdirectory("orrery-measured-").FullName;
        try
        {
            var meters = new TestMeters();
            using var instruments = new ObjectStoreInstruments(meters);
            using var store = new MeasuredObjectStore(new FolderObjectStore(folder, TimeProvider.System), "folder", TimeProvider.System, instruments);
            await store.PutAsync("a", new MemoryStream(new byte[7]), TestContext.Current.CancellationToken);
            (await store.PutIfAbsentAsync("a", new MemoryStream(new byte[9]), TestContext.Current.CancellationToken)).ShouldBeFalse();
            (await store.ListAsync("", null, 10, TestContext.Current.CancellationToken)).ShouldNotBeNull();
            await Should.ThrowAsync<ObjectMissingException>(async () => await store.OpenReadAsync("b", TestContext.Current.CancellationToken));
            await store.DeleteAsync("a", TestContext.Current.CancellationToken);
            meters.Counted.ShouldBe(
                new Dictionary<string, long>
                {
                    ["orrery.object_store.duration folder put done"] = 2,
                    ["orrery.object_store.written folder"] = 7,
                    ["orrery.object_store.duration folder list done"] = 1,
                    ["orrery.object_store.duration folder read missing"] = 1,
                    ["orrery.object_store.duration folder delete done"] = 1,
                },
                ignoreOrder: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

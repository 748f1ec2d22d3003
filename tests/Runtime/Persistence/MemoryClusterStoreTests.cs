using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Persistence;

public sealed class MemoryClusterStoreTests : ClusterStoreCompliance
{
    private readonly MemoryClusterStore _store = new();

    protected override Task<IClusterStore> ConnectAsync() => Task.FromResult<IClusterStore>(_store);
}

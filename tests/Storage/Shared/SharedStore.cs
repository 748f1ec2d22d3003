using Microsoft.Extensions.DependencyInjection;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;
using Orrery.Storage.Hosting;

namespace Orrery.Storage.Tests;

/// <summary>One process's services over a connection.</summary>
sealed class SharedStore(StorageConnection connection) : IAsyncDisposable
{
    readonly ServiceProvider services = new ServiceCollection().AddOrreryStorage(connection).BuildServiceProvider();

    public IFencedGrainStorage States => services.GetRequiredService<IFencedGrainStorage>();

    public IReminderTable Reminders => services.GetRequiredService<IReminderTable>();

    public IChunkStore Chunks => services.GetRequiredService<IChunkStore>();

    public IClusterStore Cluster => services.GetRequiredService<IClusterStore>();

    public ValueTask DisposeAsync() => services.DisposeAsync();
}

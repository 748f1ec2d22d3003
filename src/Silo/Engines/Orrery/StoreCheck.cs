using Microsoft.Extensions.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Silo;

/// <summary>Opens the cluster's store once before anything else does, so that one that cannot be reached is told at the start instead of being tried for ever.</summary>
sealed class StoreCheck(IClusterStore store, TimeProvider time) : IHostedService
{
    static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(15);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.OpenAsync(cancellationToken).WaitAsync(OpenTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new ClusterStoreException($"The cluster's store did not answer within {OpenTimeout.TotalSeconds} s. Check that it runs and can be reached from here.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

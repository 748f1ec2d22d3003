using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Silo;

/// <summary>
/// Before a silo joins: is another one of its name alive? The protocol is safe with two, but shards would move to and fro between them, and somebody
/// has copied a service's settings. A row that is live and stands still is what a killed silo left behind: its successor goes on.
/// </summary>
sealed class NameCheck(IClusterStore store, IOptions<ClusterOptions> cluster, IOptions<SiloOptions> silo, TimeProvider time) : IHostedService
{
    /// <summary>How many renewals of the other are waited for.</summary>
    const int RenewalsWatched = 3;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        MemberRow? before = await FindAsync(cancellationToken);
        if (before is null)
            return;
        for (int renewal = 0; renewal < RenewalsWatched; renewal++)
        {
            await Task.Delay(cluster.Value.RenewPeriod, time, cancellationToken);
            if (await FindAsync(cancellationToken) is not { } now || now.Id != before.Id || now.Status != before.Status)
                return;
            if (now.Counter > before.Counter)
                throw new SiloNameTakenException($"A silo named {before.Id.Name} is alive at {before.Address} ({before.Id}, since {before.StartedAt:yyyy-MM-dd HH:mm:ss} UTC). Give this one another --name, or end that one first.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    async Task<MemberRow?> FindAsync(CancellationToken cancellationToken)
    {
        ClusterSnapshot snapshot = await store.ReadAsync(-1, cancellationToken);
        return snapshot.Members.Where(row => row.IsLive && row.Id.Name == silo.Value.SiloName).MaxBy(row => row.Id.Generation);
    }
}

/// <summary>Another silo of the same name is alive. The message says where.</summary>
public sealed class SiloNameTakenException(string message) : Exception(message);

using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Silo;

/// <summary>The cluster for the portal's operators: empty, because Orleans shows its own (MapOrleansDashboard) and its silos are drained by stopping their processes.</summary>
sealed class OrleansClusterManagement : IClusterManagement
{
    const string Elsewhere = "This process runs its grains on Microsoft Orleans: see Orleans' dashboard for silos, and stop a silo's process to drain it.";

    public ClusterView Read() => new(null, null, null, TimeSpan.Zero, null, [], []);

    public Task<SiloSnapshot> ReadSiloAsync(SiloId silo, CancellationToken cancellationToken) => throw new SiloUnavailableException(Elsewhere);

    public Task<IReadOnlyList<ReminderTypeAccount>?> ReadRemindersAsync(SiloId silo, CancellationToken cancellationToken) => throw new SiloUnavailableException(Elsewhere);

    public Task DrainAsync(SiloId silo, bool restart, string reason, CancellationToken cancellationToken) => throw new SiloUnavailableException(Elsewhere);
}

using Orrery.Runtime.Storage;

namespace Orrery.Simulation;

/// <summary>The cluster store as one process reaches it. What takes effect is entered in the <see cref="Ledger"/> at that instant.</summary>
internal sealed class ProcessClusterStore(World world, Process process) : IClusterStore
{
    private IClusterStore Rows => world.ClusterRows;

    private Ledger Ledger => world.Ledger;

    public Task<string> OpenAsync(CancellationToken cancellationToken) =>
        Call("OpenAsync", cancellationToken, () => Rows.OpenAsync(default).Result);

    public Task<ClusterSnapshot> ReadAsync(long knownShardsVersion, CancellationToken cancellationToken) =>
        Call("ReadAsync", cancellationToken, () => Rows.ReadAsync(knownShardsVersion, default).Result);

    public Task<bool> TryAddMemberAsync(MemberRow row, CancellationToken cancellationToken)
    {
        long sent = world.Now;
        return Call("TryAddMemberAsync", cancellationToken, () =>
        {
            bool added = Rows.TryAddMemberAsync(row, default).Result;
            if (added) Ledger.OnMember(row, sent, isOwnDoing: true);
            return added;
        });
    }

    public Task<bool> TryUpdateMemberAsync(MemberRow row, long expectedCounter, CancellationToken cancellationToken)
    {
        long sent = world.Now;
        return Call("TryUpdateMemberAsync", cancellationToken, () =>
        {
            bool updated = Rows.TryUpdateMemberAsync(row, expectedCounter, default).Result;
            if (updated) Ledger.OnMember(row, sent, isOwnDoing: row.Id.Name == process.Machine.Name);
            return updated;
        });
    }

    public Task<IReadOnlyList<ShardRow>> TakeShardsAsync(SiloId taker, IReadOnlyList<ShardRow> expected, CancellationToken cancellationToken)
    {
        ShardRow[] wanted = [.. expected];
        return Call("TakeShardsAsync", cancellationToken, () =>
        {
            var taken = Rows.TakeShardsAsync(taker, wanted, default).Result;
            Ledger.OnTaken(taker, taken);
            return taken;
        });
    }

    public Task FreeShardsAsync(SiloId owner, IReadOnlyList<ShardRow> owned, CancellationToken cancellationToken)
    {
        ShardRow[] freed = [.. owned];
        return Call("FreeShardsAsync", cancellationToken, () =>
        {
            Rows.FreeShardsAsync(owner, freed, default).GetAwaiter().GetResult();
            Ledger.OnFreed(owner, freed);
            return true;
        });
    }

    public Task PruneMembersAsync(int kept, CancellationToken cancellationToken) => Call("PruneMembersAsync", cancellationToken, () =>
    {
        Rows.PruneMembersAsync(kept, default).GetAwaiter().GetResult();
        return true;
    });

    private Task<T> Call<T>(string what, CancellationToken cancellationToken, Func<T> apply) => world.ClusterService.CallAsync(process, what, cancellationToken, apply);
}

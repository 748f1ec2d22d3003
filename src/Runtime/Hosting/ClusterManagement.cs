using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Hosting;

/// <summary>The cluster as this process has read and watched it; other silos are asked through their control objects.</summary>
internal sealed class ClusterManagement(Silo silo) : IClusterManagement
{
    private readonly SiloControl _own = new(silo);

    private ClusterNode Node => silo.Cluster!;

    public ClusterView Read()
    {
        var (members, shards) = Node.Router.Read();
        var options = Node.Context.Options;
        return new ClusterView(
            Node.Context.Cluster,
            silo.Options.HostsGrains ? Node.Self : null,
            options.Lease,
            Node.Watcher.LastRead is { } read ? Node.Context.LeaseNow - read : TimeSpan.MaxValue,
            Node.Watcher.LastError,
            [.. members.OrderBy(static row => row.Id.Name, StringComparer.Ordinal).ThenBy(static row => row.Id.Generation).Select(Judge)],
            shards);
    }

    public Task<SiloSnapshot> ReadSiloAsync(SiloId id, CancellationToken cancellationToken) => ControlOf(id).ReadStatistics().WaitAsync(cancellationToken);

    public Task<IReadOnlyList<ReminderTypeAccount>?> ReadRemindersAsync(SiloId id, CancellationToken cancellationToken) => ControlOf(id).ReadReminders().WaitAsync(cancellationToken);

    public Task DrainAsync(SiloId id, bool restart, string reason, CancellationToken cancellationToken) => ControlOf(id).Drain(restart, reason).WaitAsync(cancellationToken);

    private ClusterMember Judge(MemberRow row)
    {
        if (!row.IsLive) return new ClusterMember(row, TimeSpan.Zero, false);
        if (row.Id == Node.Self) return new ClusterMember(row, Node.LeaseAge ?? TimeSpan.Zero, false);
        return new ClusterMember(row, Node.Watch.StandingOf(row.Id) ?? TimeSpan.Zero, Node.Watch.IsSuspect(row.Id));
    }

    private ISiloControl ControlOf(SiloId id)
    {
        if (id == Node.Self && silo.Options.HostsGrains) return _own;
        return Node.Router.FindMember(id) is not null
            ? silo.Objects.Refer<ISiloControl>(id, SiloControl.Number)
            : throw new SiloUnavailableException($"{id} was asked for; it is not among the live silos of cluster \"{Node.Context.Cluster}\".");
    }
}

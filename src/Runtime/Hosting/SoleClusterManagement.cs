using System.Reflection;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Hosting;

/// <summary>A cluster of one silo, without a cluster store: it is always there, and owns every shard.</summary>
internal sealed class SoleClusterManagement : IClusterManagement
{
    private static readonly string s_build =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private readonly SiloControl _control;
    private readonly ClusterView _view;

    public SoleClusterManagement(Silo silo)
    {
        _control = new SiloControl(silo);
        var id = new SiloId(silo.Options.SiloName, 1);
        var startedAt = silo.Time.GetUtcNow() - silo.Statistics.Uptime;
        var row = new MemberRow
        {
            Id = id, Address = "", Status = MemberStatus.Active, Counter = 1, WireVersionLeast = 0, WireVersionMost = 0, Build = s_build, StartedAt = startedAt, ChangedAt = startedAt,
        };
        var shards = new ShardRow[GrainShards.Count];
        for (int shard = 0; shard < shards.Length; shard++)
            shards[shard] = silo.Ownership.TryGetTerm(shard, out long term) ? new ShardRow(shard, id, term) : new ShardRow(shard, null, 0);
        _view = new ClusterView(null, id, null, TimeSpan.Zero, null, [new ClusterMember(row, TimeSpan.Zero, false)], shards);
    }

    public ClusterView Read() => _view;

    public Task<SiloSnapshot> ReadSiloAsync(SiloId silo, CancellationToken cancellationToken)
    {
        Check(silo);
        return _control.ReadStatistics();
    }

    public Task<IReadOnlyList<ReminderTypeAccount>?> ReadRemindersAsync(SiloId silo, CancellationToken cancellationToken)
    {
        Check(silo);
        return _control.ReadReminders();
    }

    public Task DrainAsync(SiloId silo, bool restart, string reason, CancellationToken cancellationToken)
    {
        Check(silo);
        return _control.Drain(restart, reason);
    }

    private void Check(SiloId silo)
    {
        if (silo != _view.Self) throw new SiloUnavailableException($"{silo} was asked for; the only silo here is {_view.Self}.");
    }
}

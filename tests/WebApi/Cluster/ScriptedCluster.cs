using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.WebApi.Tests.Cluster;

/// <summary>A cluster that is in whatever state a test wants: three silos that share the shards, one that died.</summary>
sealed class ScriptedCluster : IClusterManagement
{
    public static readonly SiloId First = new("erp-1", 3), Second = new("erp-2", 1), Third = new("erp-3", 2), Gone = new("erp-3", 1);

    static readonly DateTimeOffset Began = new(2026, 5, 4, 8, 0, 0, TimeSpan.Zero);

    readonly Dictionary<SiloId, Func<CancellationToken, Task<SiloSnapshot>>> answers = [];
    ClusterView view;

    public ScriptedCluster()
    {
        SiloId[] owners = [First, Second, Third];
        view = new ClusterView(
            "cluster-1", First, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(0.4), null,
            [
                Member(First, MemberStatus.Active, 0.2), Member(Second, MemberStatus.Active, 3.5, isSuspect: true), Member(Third, MemberStatus.Active, 0.7),
                Member(Gone, MemberStatus.Dead, 0, reason: "Its counter stood still for 6 s, watched by erp-1@3."),
            ],
            [.. Enumerable.Range(0, GrainShards.Count).Select(shard => new ShardRow(shard, owners[shard % 3], 1 + shard % 2))]);
        foreach (SiloId silo in owners)
            Answers(silo, _ => Task.FromResult(Snapshot(silo, TimeSpan.FromMinutes(5))));
    }

    public List<(SiloId Silo, bool Restart, string Reason)> Orders { get; } = [];

    public void Change(Func<ClusterView, ClusterView> change) => view = change(view);

    public void Answers(SiloId silo, Func<CancellationToken, Task<SiloSnapshot>> answer) => answers[silo] = answer;

    public ClusterView Read() => view;

    public Task<SiloSnapshot> ReadSiloAsync(SiloId silo, CancellationToken cancellationToken) => answers[silo](cancellationToken);

    public Task<IReadOnlyList<ReminderTypeAccount>?> ReadRemindersAsync(SiloId silo, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ReminderTypeAccount>?>([new ReminderTypeAccount("server", 3, 60, 57, 1, 1, 1, 0, 2, 1, 0)]);

    public Task DrainAsync(SiloId silo, bool restart, string reason, CancellationToken cancellationToken)
    {
        Orders.Add((silo, restart, reason));
        Change(now => now with { Members = [.. now.Members.Select(member => member.Row.Id == silo ? member with { Row = member.Row with { Status = MemberStatus.Draining, Reason = reason } } : member)] });
        return Task.CompletedTask;
    }

    public static SiloSnapshot Snapshot(SiloId silo, TimeSpan uptime, long calls = 1_000, LatencyHistogram? latency = null, string? supervisor = "systemd") => new()
    {
        SiloName = silo.Name,
        Uptime = uptime,
        Activations = 10,
        PendingCalls = 1,
        GrainTypes = [new GrainTypeSnapshot("server", 10, 12, 0, 0, 4, 3, "acme/berlin/erp-01")],
        Methods = [new MethodSnapshot("server", "Orrery.IServerGrain", "Get", calls, 5, 1, TimeSpan.FromMicroseconds(40), TimeSpan.FromMilliseconds(9), latency ?? LatencyHistogram.Empty)],
        Reminders = new ReminderSnapshot(20, 17, 1, 1),
        Process = new ProcessSnapshot
        {
            ProcessId = 7, MachineName = silo.Name, Framework = ".NET 10", Processors = 2, ProcessorTime = uptime / 4, WorkingSetBytes = 200 << 20, MemoryLimitBytes = 2L << 30, HeapBytes = 50 << 20,
            AllocatedBytes = 1 << 30, Collections = [9, 3, 1], PauseTime = uptime / 1_000, PoolThreads = 6, PoolQueueLength = 0, Supervisor = supervisor,
        },
    };

    static ClusterMember Member(SiloId id, MemberStatus status, double leaseAgeSeconds, bool isSuspect = false, string reason = "") => new(
        new MemberRow
        {
            Id = id, Address = $"{id.Name}:7401", Status = status, Counter = 100, WireVersionLeast = 1, WireVersionMost = 1, Build = "0.4.0", StartedAt = Began.AddMinutes(id.Generation), ChangedAt = Began.AddMinutes(id.Generation + 30), Reason = reason,
        },
        TimeSpan.FromSeconds(leaseAgeSeconds), isSuspect);
}

using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Cluster;

/// <summary>Carries call objects from silo to silo of one stage as they are, so that membership and ownership are tested without frames.</summary>
internal sealed class StageHub
{
    public Dictionary<SiloId, StageTransport> Processes { get; } = [];

    /// <summary>Pairs between which nothing is carried, in this direction.</summary>
    public HashSet<(string From, string To)> Cuts { get; } = [];
}

internal sealed class StageTransport(StageHub hub, Silo silo) : IClusterTransport
{
    private readonly List<StageTransport> _connected = [];
    private IClusterTransportEvents? _events;

    public (int Least, int Most) WireVersions => (1, 1);

    public SiloId Self { get; private set; }

    public List<IReadOnlyList<ShardRow>> Announced { get; } = [];

    public bool HasStopped { get; private set; }

    public Task<string?> ListenAsync(CancellationToken cancellationToken) => Task.FromResult<string?>($"{silo.Options.SiloName}:1");

    public void Start(SiloId self, string cluster, IClusterTransportEvents events)
    {
        Self = self;
        _events = events;
        hub.Processes[self] = this;
    }

    public void Connect(MemberRow target)
    {
        if (Reach(target.Id) is not { } other || _connected.Contains(other)) return;
        _connected.Add(other);
        other._connected.Add(this);
        _events!.OnManifest(target.Id, [.. other.Owner.Directory.Types.Select(type => new RemoteGrainType(type.Name, type.ClassName, type.IsStatelessWorker, [.. type.Class.Interfaces.Select(i => i.FullName!)]))]);
    }

    private Silo Owner => silo;

    public void Send(CallBase call, MemberRow target) => Post(() =>
    {
        if (Reach(target.Id) is not { } other)
        {
            _events!.Reroute(call, target.Id, default);
            return;
        }

        other.Receive(call, this);
    });

    public void Send(CallBase call, SiloId process) => call.Reject(new NotSupportedException("A stage has no objects."));

    public void Announce(IReadOnlyList<ShardRow> shards)
    {
        Announced.Add(shards);
        foreach (var other in _connected.ToArray())
            if (Reach(other.Self) is not null) Post(() => other._events!.OnAnnounced([.. shards]));
    }

    public void Forget(SiloId target) => _connected.RemoveAll(other => other.Self == target);

    public Task StopAsync(CancellationToken cancellationToken)
    {
        HasStopped = true;
        hub.Processes.Remove(Self);
        return Task.CompletedTask;
    }

    public void Kill() => hub.Processes.Remove(Self);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Receive(CallBase call, StageTransport from)
    {
        var type = silo.Directory.Find(call.Reference.Type.Name)!;
        if (!_events!.TryFindActivation(type, call.Reference.Key, call.Reference.Shard, out var activation, out var known))
            Post(() => from._events!.Reroute(call, Self, known));
        else if (!activation.TryEnqueue(call, silo.Options.MailboxLimit))
            call.Reject(new OverloadedException("The mailbox is full."));
    }

    private StageTransport? Reach(SiloId target) => hub.Cuts.Contains((Self.Name, target.Name)) ? null : hub.Processes.GetValueOrDefault(target);

    private static void Post(Action action) => SynchronizationContext.Current!.Post(static action => ((Action)action!)(), action);
}

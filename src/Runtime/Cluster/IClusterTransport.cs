using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// Carries calls to other processes: one connection per pair, calls and answers in frames. It settles every call that it was given: with the answer, or
/// with an error where the connection ended after the call may have been run. A call that surely was not run (its frame was never sent, or the callee
/// answered that it does not own the shard) goes back to <see cref="IClusterTransportEvents.Reroute"/>.
/// </summary>
internal interface IClusterTransport : IAsyncDisposable
{
    /// <summary>The versions of the wire protocol that this process speaks.</summary>
    (int Least, int Most) WireVersions { get; }

    /// <summary>This process; default before <see cref="Start"/>.</summary>
    SiloId Self { get; }

    /// <summary>Begins to listen, where this process hosts a silo. Answers the address in force; null for a process without a silo.</summary>
    Task<string?> ListenAsync(CancellationToken cancellationToken);

    /// <summary>From now on connections are made and accepted under this identity.</summary>
    void Start(SiloId self, string cluster, IClusterTransportEvents events);

    /// <summary>Opens the connection ahead of the first call, best effort; the handshake brings the silo's grain types.</summary>
    void Connect(MemberRow target);

    /// <summary>Sends a call for the grain that its reference names. Never throws; never blocks.</summary>
    void Send(CallBase call, MemberRow target);

    /// <summary>Sends a call for an object of another process (a client that is connected, or a silo). Never throws; never blocks.</summary>
    void Send(CallBase call, SiloId process);

    /// <summary>Tells every connected process about these shards, best effort.</summary>
    void Announce(IReadOnlyList<ShardRow> shards);

    /// <summary>The silo is gone: its connection is closed, and what waits for answers from it fails.</summary>
    void Forget(SiloId silo);

    /// <summary>
    /// Waits until the answers of calls that have been taken are sent, then tells each peer which of its calls was the last that was taken, so that later ones,
    /// under way at that moment, are rerouted and do not fail; then closes every connection. The token cuts this short.
    /// </summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Ends as a crash does: connections break off.</summary>
    void Kill();
}

/// <summary>What the transport asks of the process that it serves.</summary>
internal interface IClusterTransportEvents
{
    /// <summary>
    /// The call was surely not run by this silo: its frame was never sent or never taken, or the silo answered that it does not own the shard. It is held back
    /// until the way is known better, so that calls to a silo that cannot be reached make no busy loop.
    /// </summary>
    /// <param name="call">The call; its deadline goes on.</param>
    /// <param name="target">Whom it was sent to.</param>
    /// <param name="known">What that silo answered about the shard; default where it answered nothing.</param>
    void Reroute(CallBase call, SiloId target, ShardRow known);

    /// <summary>A silo's handshake told its grain types. Processes without silo address grains by them.</summary>
    void OnManifest(SiloId silo, IReadOnlyList<RemoteGrainType> types);

    /// <summary>Another process says so about shards.</summary>
    void OnAnnounced(ReadOnlySpan<ShardRow> shards);

    /// <summary>Whether this silo's lease holds now. Asked after a turn's end and before its answer leaves; false: the connection is to be broken off.</summary>
    bool MayAnswer();

    /// <summary>
    /// The grain's activation here; made where there is none. Where this silo does not own the shard: false, with what it knows of the owner, which
    /// the transport answers with, so that the caller corrects itself.
    /// </summary>
    bool TryFindActivation(GrainTypeRuntime type, string key, int shard, out Activation activation, out ShardRow known);
}

/// <summary>A grain class as a silo describes it to processes that do not have its code.</summary>
/// <param name="GrainType">Its stable name.</param>
/// <param name="ClassName">Its full name, by which a prefix chooses between classes.</param>
/// <param name="IsStatelessWorker">Any silo may run its calls.</param>
/// <param name="Interfaces">Full names of the grain interfaces that it implements.</param>
internal sealed record RemoteGrainType(string GrainType, string ClassName, bool IsStatelessWorker, IReadOnlyList<string> Interfaces);

/// <summary>Makes the transport of a process. Registered as a service, so that a simulation or a test gives its own.</summary>
internal delegate IClusterTransport ClusterTransportFactory(Silo silo);

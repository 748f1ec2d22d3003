using System.Collections.Concurrent;
using System.IO.Pipelines;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Networking;

namespace Orrery.Runtime.Tests.Transport;

/// <summary>Real sockets that a test can cut, or turn deaf: nothing arrives any more, and neither side is told.</summary>
internal sealed class BreakableNetwork : INetwork
{
    private readonly TcpNetwork _network = new(new TransportOptions());
    private readonly ConcurrentBag<BreakableConnection> _connections = [];

    public async ValueTask<INetworkListener> ListenAsync(string address, CancellationToken cancellationToken) => new Listener(this, await _network.ListenAsync(address, cancellationToken));

    public async ValueTask<INetworkConnection> ConnectAsync(string address, CancellationToken cancellationToken) => Keep(await _network.ConnectAsync(address, cancellationToken));

    public void CutAll()
    {
        foreach (var connection in _connections) connection.Abort(new IOException("A test has cut the connection."));
    }

    public void DeafenAll()
    {
        foreach (var connection in _connections) connection.IsDeaf = true;
    }

    private BreakableConnection Keep(INetworkConnection connection)
    {
        var kept = new BreakableConnection(connection);
        _connections.Add(kept);
        return kept;
    }

    private sealed class Listener(BreakableNetwork network, INetworkListener listener) : INetworkListener
    {
        public string Address => listener.Address;

        public async ValueTask<INetworkConnection?> AcceptAsync(CancellationToken cancellationToken) => await listener.AcceptAsync(cancellationToken) is { } accepted ? network.Keep(accepted) : null;

        public ValueTask DisposeAsync() => listener.DisposeAsync();
    }
}

internal sealed class BreakableConnection(INetworkConnection connection) : INetworkConnection
{
    private DeafReader? _input;

    public volatile bool IsDeaf;

    public PipeReader Input => _input ??= new DeafReader(this, connection.Input);

    public PipeWriter Output => connection.Output;

    public string RemoteAddress => connection.RemoteAddress;

    public void Abort(Exception reason) => connection.Abort(reason);

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>Reads and throws away once its connection is deaf.</summary>
    private sealed class DeafReader(BreakableConnection owner, PipeReader reader) : PipeReader
    {
        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken);
                if (!owner.IsDeaf || result.IsCompleted) return result;
                reader.AdvanceTo(result.Buffer.End);
            }
        }

        public override bool TryRead(out ReadResult result) => reader.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => reader.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => reader.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => reader.CancelPendingRead();

        public override void Complete(Exception? exception = null) => reader.Complete(exception);
    }
}

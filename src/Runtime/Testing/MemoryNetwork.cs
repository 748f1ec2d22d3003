using System.Buffers;
using System.IO.Pipelines;
using Orrery.Runtime.Networking;

namespace Orrery.Runtime.Testing;

/// <summary>
/// Streams between the processes of a test cluster, in memory. Each process has a name, and the way from one to another can be cut, also in one direction:
/// what is under way then waits, as it does in a real network that sends again, until the way is healed or one side gives the connection up.
/// </summary>
internal sealed class MemoryNetwork
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Listener> _listeners = new(StringComparer.Ordinal);
    private readonly Dictionary<(string From, string To), TaskCompletionSource> _cuts = [];
    private int _lastPort;

    /// <summary>The network as this process sees it.</summary>
    public INetwork Of(string process) => new Process(this, process);

    /// <summary>Nothing gets from one to the other from now on. The other direction stays as it is.</summary>
    public void Cut(string from, string to)
    {
        lock (_lock) _cuts.TryAdd((from, to), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    public void Heal(string from, string to)
    {
        TaskCompletionSource? cut;
        lock (_lock) _cuts.Remove((from, to), out cut);
        cut?.SetResult();
    }

    public void HealAll()
    {
        (string From, string To)[] cuts;
        lock (_lock) cuts = [.. _cuts.Keys];
        foreach (var (from, to) in cuts) Heal(from, to);
    }

    private async ValueTask WaitUntilOpenAsync(string from, string to, CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskCompletionSource? cut;
            lock (_lock) cut = _cuts.GetValueOrDefault((from, to));
            if (cut is null) return;
            await cut.Task.WaitAsync(cancellationToken);
        }
    }

    private sealed class Process(MemoryNetwork network, string name) : INetwork
    {
        public ValueTask<INetworkListener> ListenAsync(string address, CancellationToken cancellationToken)
        {
            lock (network._lock)
            {
                string taken = $"{name}:{++network._lastPort}";
                var listener = new Listener(network, name, taken);
                network._listeners.Add(taken, listener);
                return new(listener);
            }
        }

        public async ValueTask<INetworkConnection> ConnectAsync(string address, CancellationToken cancellationToken)
        {
            string to = address[..address.LastIndexOf(':')];
            await network.WaitUntilOpenAsync(name, to, cancellationToken);
            await network.WaitUntilOpenAsync(to, name, cancellationToken);
            Listener? listener;
            lock (network._lock) listener = network._listeners.GetValueOrDefault(address);
            var (here, there) = Connection.Pair(network, name, to);
            if (listener is not null && listener.TryTake(there)) return here;
            here.Abort(new IOException("Refused."));
            throw new IOException($"Nobody listens at {address}.");
        }
    }

    private sealed class Listener(MemoryNetwork network, string process, string address) : INetworkListener
    {
        private readonly System.Threading.Channels.Channel<INetworkConnection> _arrived = System.Threading.Channels.Channel.CreateUnbounded<INetworkConnection>();

        public string Address => address;

        public bool TryTake(INetworkConnection connection) => _arrived.Writer.TryWrite(connection);

        public async ValueTask<INetworkConnection?> AcceptAsync(CancellationToken cancellationToken)
        {
            while (await _arrived.Reader.WaitToReadAsync(cancellationToken))
                if (_arrived.Reader.TryRead(out var connection)) return connection;
            return null;
        }

        public ValueTask DisposeAsync()
        {
            lock (network._lock) network._listeners.Remove(address);
            _arrived.Writer.TryComplete();
            while (_arrived.Reader.TryRead(out var connection)) connection.Abort(new IOException($"{process} listens no more."));
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Connection(PipeReader input, PipeWriter output, string remote, CancellationTokenSource ended) : INetworkConnection
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;

        public string RemoteAddress { get; } = remote;

        public void Abort(Exception reason) => ended.Cancel();

        public ValueTask DisposeAsync()
        {
            ended.Cancel();
            return ValueTask.CompletedTask;
        }

        public static (Connection Here, Connection There) Pair(MemoryNetwork network, string here, string there)
        {
            var ended = new CancellationTokenSource();
            var (sent, arrives) = (NewPipe(), NewPipe());
            var (returned, comesBack) = (NewPipe(), NewPipe());
            _ = CarryAsync(network, here, there, sent.Reader, arrives.Writer, ended);
            _ = CarryAsync(network, there, here, returned.Reader, comesBack.Writer, ended);
            return (new Connection(comesBack.Reader, sent.Writer, there, ended), new Connection(arrives.Reader, returned.Writer, here, ended));
        }

        private static Pipe NewPipe() => new(new PipeOptions(useSynchronizationContext: false));

        private static async Task CarryAsync(MemoryNetwork network, string from, string to, PipeReader source, PipeWriter target, CancellationTokenSource ended)
        {
            await Task.Yield();
            Exception? error = null;
            try
            {
                while (true)
                {
                    var read = await source.ReadAsync(ended.Token);
                    await network.WaitUntilOpenAsync(from, to, ended.Token);
                    foreach (var piece in read.Buffer) target.Write(piece.Span);
                    source.AdvanceTo(read.Buffer.End);
                    var flushed = await target.FlushAsync(ended.Token);
                    if (read.IsCompleted || flushed.IsCompleted) break;
                }
            }
            catch (Exception failure)
            {
                error = new IOException("The connection has ended.", failure);
                ended.Cancel();
            }

            await source.CompleteAsync(error);
            await target.CompleteAsync(error);
        }
    }
}

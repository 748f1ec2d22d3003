using Orrery.Runtime.Networking;

namespace Orrery.Simulation;

/// <summary>Where a process takes connections. The machine takes them for it while it is held.</summary>
internal sealed class Listener(Network network, Process process, string address) : INetworkListener
{
    private readonly Queue<ConnectionEnd> _arrived = new();
    private TaskCompletionSource<INetworkConnection?>? _waiter;

    public Process Process { get; } = process;

    public string Address { get; } = address;

    public bool IsClosed { get; private set; }

    public async ValueTask<INetworkConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        if (_arrived.TryDequeue(out var arrived)) return arrived;
        if (IsClosed) return null;
        var waiter = _waiter = new TaskCompletionSource<INetworkConnection?>();
        await using var registration = cancellationToken.UnsafeRegister(static (waiter, token) => ((TaskCompletionSource<INetworkConnection?>)waiter!).TrySetCanceled(token), waiter);
        return await waiter.Task;
    }

    /// <summary>Runs in the listening process.</summary>
    public void OnArrived(ConnectionEnd end)
    {
        if (IsClosed)
            end.Abort(new IOException("Nobody listens any more."));
        else if (_waiter is null || !_waiter.TrySetResult(end))
            _arrived.Enqueue(end);
    }

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        network.Remove(this);
        _waiter?.TrySetResult(null);
        while (_arrived.TryDequeue(out var end)) end.Abort(new IOException("Nobody listens any more."));
        return ValueTask.CompletedTask;
    }
}

/// <summary>The network as one process reaches it.</summary>
internal sealed class ProcessNetwork(World world, Process process) : INetwork
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(20);

    public ValueTask<INetworkListener> ListenAsync(string address, CancellationToken cancellationToken) => new(world.Network.Listen(process, address));

    public ValueTask<INetworkConnection> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var source = new TaskCompletionSource<INetworkConnection>();
        if (cancellationToken.CanBeCanceled)
            cancellationToken.UnsafeRegister(static (source, token) => ((TaskCompletionSource<INetworkConnection>)source!).TrySetCanceled(token), source);
        var machine = world.Network.FindMachine(address);
        if (machine is null)
        {
            Refuse(source, address, "no such host", TimeSpan.FromMilliseconds(1));
            return new(source.Task);
        }

        world.Loop.After(s_connectTimeout, process, _ => source.TrySetException(new IOException($"Connecting to {address} timed out.")), null);
        var there = world.Network.LinkFrom(process.Machine, machine);
        var back = world.Network.LinkFrom(machine, process.Machine);
        there.WhenWhole(() => world.Loop.After(there.NextDelay(), () =>
        {
            if (machine.IsDark || source.Task.IsCompleted) return;
            if (world.Network.FindListener(address) is not { } listener)
            {
                back.WhenWhole(() => Refuse(source, address, "connection refused", back.NextDelay()));
                return;
            }

            var connection = world.Network.Connect(process, listener);
            world.Loop.Soon(listener.Process, _ => listener.OnArrived(connection.Second), null);
            back.WhenWhole(() => world.Loop.After(back.NextDelay(), process, _ =>
            {
                if (!source.TrySetResult(connection.First)) connection.First.Abort(new OperationCanceledException("The connection is not wanted any more."));
            }, null));
        }));
        return new(source.Task);
    }

    private void Refuse(TaskCompletionSource<INetworkConnection> source, string address, string why, TimeSpan after) =>
        world.Loop.After(after, process, _ => source.TrySetException(new IOException($"Connecting to {address}: {why}.")), null);
}

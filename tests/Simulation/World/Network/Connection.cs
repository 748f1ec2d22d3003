using System.IO.Pipelines;
using Orrery.Runtime.Networking;

namespace Orrery.Simulation;

/// <summary>One stream between two processes: two ends, and a direction of bytes from each to the other.</summary>
internal sealed class Connection
{
    private readonly World _world;

    public Connection(World world, Process first, Process second, Link there, Link back, string address)
    {
        _world = world;
        First = new ConnectionEnd(this, first, address);
        Second = new ConnectionEnd(this, second, first.Machine.Name);
        First.Output = new Direction(world, First, Second, there);
        Second.Output = new Direction(world, Second, First, back);
    }

    public ConnectionEnd First { get; }

    public ConnectionEnd Second { get; }

    /// <summary>Both ends hear that it is over, each in its own time; what was under way is lost.</summary>
    public void Cut(string why)
    {
        Break(First, new IOException(why));
        Break(Second, new IOException(why));
        _world.Network.Forget(this);
    }

    /// <summary>One end was aborted by its process: the other hears of it.</summary>
    public void OnAborted(ConnectionEnd end)
    {
        _world.Network.Forget(this);
        var other = Other(end);
        end.Output.AfterLastByte(() => Break(other, new IOException("The connection was reset by the other side.")));
    }

    public void OnDied(Process process)
    {
        var end = ReferenceEquals(First.Process, process) ? First : Second;
        end.Output.Drop();
        if (!process.Machine.IsDark) OnAborted(end);
    }

    public ConnectionEnd Other(ConnectionEnd end) => ReferenceEquals(end, First) ? Second : First;

    private void Break(ConnectionEnd end, Exception reason) => _world.Loop.Soon(end.Process, _ => end.OnBroken(reason), null);
}

/// <summary>A connection as one of the two processes holds it.</summary>
internal sealed class ConnectionEnd : INetworkConnection
{
    private readonly Connection _connection;
    private readonly Pipe _arrived;
    private bool _isOver;

    public ConnectionEnd(Connection connection, Process process, string remoteAddress)
    {
        _connection = connection;
        Process = process;
        RemoteAddress = remoteAddress;
        _arrived = new Pipe(new PipeOptions(readerScheduler: process.Pipes, writerScheduler: process.Pipes, pauseWriterThreshold: 0, useSynchronizationContext: false));
    }

    public Process Process { get; }

    public Direction Output { get; set; } = null!;

    public string RemoteAddress { get; }

    PipeReader IDuplexPipe.Input => _arrived.Reader;

    PipeWriter IDuplexPipe.Output => Output;

    /// <summary>Runs in the process: bytes have come.</summary>
    public void OnBytes(ReadOnlySpan<byte> bytes)
    {
        if (_isOver) return;
        bytes.CopyTo(_arrived.Writer.GetSpan(bytes.Length));
        _arrived.Writer.Advance(bytes.Length);
        var flushed = _arrived.Writer.FlushAsync();
        if (!flushed.IsCompletedSuccessfully) throw new InvalidOperationException("A pipe without a bound was full.");
    }

    /// <summary>Runs in the process: the other side sends nothing more.</summary>
    public void OnEnded()
    {
        if (!_isOver) _arrived.Writer.Complete();
    }

    /// <summary>Runs in the process: the network has given the connection up.</summary>
    public void OnBroken(Exception reason)
    {
        if (_isOver) return;
        _isOver = true;
        Output.Drop();
        _arrived.Writer.Complete(reason);
    }

    public void Abort(Exception reason)
    {
        if (_isOver) return;
        OnBroken(reason);
        _connection.OnAborted(this);
    }

    public ValueTask DisposeAsync()
    {
        if (_isOver) return ValueTask.CompletedTask;
        if (Output.IsEnded)
            _arrived.Writer.Complete();
        else
            Output.Complete();
        return ValueTask.CompletedTask;
    }
}

using System.IO.Pipelines;

namespace Orrery.Simulation;

/// <summary>
/// The bytes from one end of a connection to the other. What a process flushes at once is a chunk; chunks arrive one by one, in order, each after
/// the link's delay. While too many bytes are under way, flushing waits.
/// </summary>
internal sealed class Direction(World world, ConnectionEnd from, ConnectionEnd to, Link link) : PipeWriter
{
    private const int UnderWayBytesLimit = 256 * 1024;

    private static readonly SendOrPostCallback s_receive = static direction => ((Direction)direction!).Receive();

    private readonly Queue<byte[]?> _reached = new();
    private readonly Queue<byte[]?> _inbox = new();
    private bool _isWaiting;
    private byte[] _filling = [];
    private int _filled;
    private long _underWay;
    private long _lastArrival;
    private bool _isOver;
    private FlushWait? _flush;

    public Link Link => link;

    /// <summary>Nothing more will be written.</summary>
    public bool IsEnded { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _filled;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        int wanted = _filled + Math.Max(sizeHint, 512);
        if (wanted > _filling.Length) Array.Resize(ref _filling, Math.Max(wanted, _filling.Length * 2));
        return _filling.AsMemory(_filled);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes) => _filled += bytes;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_isOver || IsEnded)
        {
            _filled = 0;
            return new(new FlushResult(isCanceled: false, isCompleted: true));
        }

        if (_filled > 0)
        {
            byte[] chunk = _filling.AsSpan(0, _filled).ToArray();
            _filled = 0;
            for (int copies = link.NextCopies(); copies > 0; copies--) Send(chunk);
        }

        if (_underWay <= UnderWayBytesLimit) return new(new FlushResult(isCanceled: false, isCompleted: false));
        _flush = new FlushWait(from.Process);
        if (cancellationToken.CanBeCanceled) cancellationToken.UnsafeRegister(static flush => ((FlushWait)flush!).End(new FlushResult(isCanceled: true, isCompleted: false)), _flush);
        return new(_flush, 0);
    }

    public override void CancelPendingFlush() => _flush?.End(new FlushResult(isCanceled: true, isCompleted: false));

    public override void Complete(Exception? exception = null)
    {
        if (IsEnded || _isOver) return;
        if (_filled > 0) _ = FlushAsync();
        IsEnded = true;
        Send(null);
    }

    /// <summary>Nothing more is sent. What is under way still arrives, where the other end listens.</summary>
    public void Drop()
    {
        if (_isOver) return;
        _isOver = true;
        _flush?.End(new FlushResult(isCanceled: false, isCompleted: true));
    }

    /// <summary>Runs this once everything that was sent has arrived.</summary>
    public void AfterLastByte(Action run)
    {
        _lastArrival = Math.Max(_lastArrival + 1, world.Now + link.NextDelay().Ticks);
        world.Loop.At(_lastArrival, null, static pair =>
        {
            var (direction, run) = ((Direction, Action))pair!;
            direction.Link.WhenWhole(run);
        }, (this, run));
    }

    /// <param name="chunk">Null for the end.</param>
    private void Send(byte[]? chunk)
    {
        _underWay += chunk?.Length ?? 0;
        _lastArrival = Math.Max(_lastArrival + 1, world.Now + link.NextDelay().Ticks);
        world.Loop.At(_lastArrival, null, static parcel => ((Parcel)parcel!).OnReached(), new Parcel(this, chunk));
    }

    private void OnReached(byte[]? chunk)
    {
        _reached.Enqueue(chunk);
        if (_isWaiting) return;
        if (link.IsBroken)
        {
            _isWaiting = true;
            link.WhenWhole(Deliver);
        }
        else
        {
            Deliver();
        }
    }

    private void Deliver()
    {
        _isWaiting = false;
        while (_reached.TryDequeue(out byte[]? chunk))
        {
            _inbox.Enqueue(chunk);
            world.Loop.Soon(to.Process, s_receive, this);
        }
    }

    /// <summary>Runs in the process that the bytes go to. The loop may take what is ready out of order; the bytes of a stream keep theirs.</summary>
    private void Receive()
    {
        byte[]? chunk = _inbox.Dequeue();
        if (chunk is null)
        {
            to.OnEnded();
            return;
        }

        _underWay -= chunk.Length;
        to.OnBytes(chunk);
        if (_underWay <= UnderWayBytesLimit) _flush?.End(new FlushResult(isCanceled: false, isCompleted: false));
    }

    private sealed class Parcel(Direction direction, byte[]? chunk)
    {
        public void OnReached() => direction.OnReached(chunk);
    }
}

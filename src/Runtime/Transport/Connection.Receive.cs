using System.Buffers;
using System.Buffers.Binary;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Transport;

internal sealed partial class Connection
{
    /// <summary>After so many answers in a row the callers get a thread before more is read.</summary>
    private const int AnswersPerBatch = 512;

    private readonly char[] _key = new char[GrainShards.KeyLengthMax];

    /// <summary>Bytes have come. Runs on one thread at a time.</summary>
    private void OnRead()
    {
        var frame = ThreadFrame.Current;
        while (true)
        {
            frame.Streak = 0;
            frame.Lane = _lane;
            frame.Cork();
            try
            {
                TakeFrames();
                if (!IsOpen) return;
                _read = _network.Input.ReadAsync();
            }
            catch (Exception error)
            {
                Abort(error);
                return;
            }
            finally
            {
                frame.Lane = null;
                _lane.Publish();
                frame.Uncork();
                if (!IsOpen) EndReading();
            }

            if (!_read.IsCompleted)
            {
                _read.GetAwaiter().UnsafeOnCompleted(_onRead);
                _lane.Drain();
                return;
            }

            if (_lane.HasWaiting) Silo.Scheduler.Queue(_lane, preferLocal: false); // there is more to read already: another thread runs the callers
        }
    }

    /// <summary>By the reading thread: nothing more is read.</summary>
    private void EndReading()
    {
        try
        {
            _network.Input.Complete();
        }
        catch (InvalidOperationException)
        {
            // A read was under way when the connection was broken off; its buffers go to the garbage collector.
        }

        _lane.Drain();
    }

    private void TakeFrames()
    {
        var result = _read.GetAwaiter().GetResult();
        _read = default;
        var buffer = result.Buffer;
        long before = buffer.Length;
        while (TryTakeFrame(ref buffer) && IsOpen)
        {
        }

        Interlocked.Add(ref _bytesTaken, before - _bytesLeft); // a large frame that grows shows life
        _bytesLeft = buffer.Length;
        if (!IsOpen) return;
        _network.Input.AdvanceTo(buffer.Start, buffer.End);
        if (result.IsCompleted) throw new EndOfStreamException($"{Remote} has closed the connection.");
        if (result.IsCanceled) throw new OperationCanceledException("Reading was cancelled.");
    }

    private bool TryTakeFrame(ref ReadOnlySequence<byte> buffer)
    {
        var first = buffer.FirstSpan;
        if (first.Length < FrameHeader.LengthBytes)
        {
            if (buffer.Length < FrameHeader.LengthBytes) return false;
            Span<byte> copy = stackalloc byte[FrameHeader.LengthBytes];
            buffer.Slice(0, FrameHeader.LengthBytes).CopyTo(copy);
            return TryTakeFrame(ref buffer, BinaryPrimitives.ReadUInt32LittleEndian(copy));
        }

        return TryTakeFrame(ref buffer, BinaryPrimitives.ReadUInt32LittleEndian(first));
    }

    private bool TryTakeFrame(ref ReadOnlySequence<byte> buffer, uint length)
    {
        if (length < FrameHeader.CountedBytes) throw new WireFormatException($"A frame from {Remote} says that it has {length} bytes; the least is {FrameHeader.CountedBytes}.");
        if (length > (uint)_transport.Options.FrameBytesLimit)
            throw new WireFormatException($"A frame from {Remote} says that it has {length} bytes; TransportOptions.FrameBytesLimit is {_transport.Options.FrameBytesLimit}. Set the same limit in every process.");
        int whole = (int)length + FrameHeader.LengthBytes;
        var first = buffer.FirstSpan;
        if (first.Length >= whole)
        {
            TakeFrame(first[..whole]);
        }
        else
        {
            if (buffer.Length < whole) return false;
            byte[] rented = ArrayPool<byte>.Shared.Rent(whole);
            try
            {
                buffer.Slice(0, whole).CopyTo(rented);
                TakeFrame(rented.AsSpan(0, whole));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }

        buffer = buffer.Slice(whole);
        return true;
    }

    private void TakeFrame(ReadOnlySpan<byte> frame)
    {
        uint number = BinaryPrimitives.ReadUInt32LittleEndian(frame[FrameHeader.NumberAt..]);
        if (number != unchecked(_numberTaken + 1)) throw new WireFormatException($"A frame from {Remote} has the number {number}, and {_numberTaken + 1} was due: frames were lost or doubled.");
        Volatile.Write(ref _numberTaken, number);
        var kind = (FrameKind)frame[FrameHeader.KindAt];
        var reader = new WireReader(frame[FrameHeader.Bytes..], Silo);
        if (kind != FrameKind.Manifest && !_hasManifest) throw new WireFormatException($"The first frame from {Remote} is of kind {(byte)kind} and no manifest.");
        switch (kind)
        {
            case FrameKind.Call:
                if (!IsAfterGoodbye(number)) TakeCall(ref reader, (FrameFlags)frame[FrameHeader.FlagsAt]);
                break;
            case FrameKind.Answer:
            case FrameKind.Failure:
                TakeAnswer(ref reader, kind);
                break;
            case FrameKind.NotTaken:
                TakeNotTaken(ref reader);
                break;
            case FrameKind.Cancel:
                TakeCancel(reader.ReadUInt64());
                break;
            case FrameKind.Shards:
                TakeShards(ref reader);
                break;
            case FrameKind.Manifest:
                TakeManifest(ref reader);
                break;
            case FrameKind.Heartbeat:
                break;
            case FrameKind.Goodbye:
                TakeGoodbye(reader.ReadUInt32());
                break;
            default:
                throw new WireFormatException($"A frame from {Remote} is of kind {(byte)kind}, which this version of the protocol does not have.");
        }
    }

    private void TakeAnswer(ref WireReader reader, FrameKind kind)
    {
        ulong id = reader.ReadUInt64();
        CallBase? call;
        lock (_lock) call = _outstanding.Take(id);
        if (call is null) return; // its caller waits no longer
        Exception? error = null;
        try
        {
            if (kind == FrameKind.Answer)
                call.ReadAnswer(ref reader);
            else
                error = WireExceptions.Read(ref reader);
        }
        catch (Exception thrown)
        {
            error = new WireFormatException($"{call.Method.FullName} of {call.GrainId} was run by {Remote}; its answer cannot be read: {thrown.Message}");
        }

        call.SettleFromLink(error);
        if (_lane.ReadCount >= AnswersPerBatch)
        {
            _lane.Publish();
            Silo.Scheduler.Queue(_lane, preferLocal: false);
        }
    }

    private void TakeNotTaken(ref WireReader reader)
    {
        ulong id = reader.ReadUInt64();
        var known = ReadRow(ref reader);
        CallBase? call;
        lock (_lock) call = _outstanding.Take(id);
        if (call is null) return;
        call.Unlink();
        _transport.Reroute(call, Remote, known);
    }

    private void TakeShards(ref WireReader reader)
    {
        uint count = reader.ReadVarint();
        if (count > GrainShards.Count) throw new WireFormatException($"A frame from {Remote} tells of {count} shards; there are {GrainShards.Count}.");
        var rows = new ShardRow[count];
        for (int index = 0; index < rows.Length; index++) rows[index] = ReadRow(ref reader);
        _transport.Events.OnAnnounced(rows);
    }

    private void TakeManifest(ref WireReader reader)
    {
        if (_hasManifest) throw new WireFormatException($"{Remote} has sent its manifest twice.");
        _hasManifest = true;
        uint count = reader.ReadVarint();
        if (count > ushort.MaxValue) throw new WireFormatException($"{Remote} tells of {count} grain types; the most are {ushort.MaxValue}.");
        var types = new List<RemoteGrainType>();
        var places = new Dictionary<string, ushort>(StringComparer.Ordinal);
        for (uint place = 0; place < count; place++)
        {
            string grainType = reader.ReadName(), className = reader.ReadName();
            bool isStatelessWorker = reader.ReadByte() != 0;
            var interfaces = new List<string>();
            for (uint left = reader.ReadVarint(); left > 0; left--) interfaces.Add(reader.ReadName());
            types.Add(new RemoteGrainType(grainType, className, isStatelessWorker, interfaces));
            places[grainType] = (ushort)place;
        }

        _types = places;
        _transport.OnManifest(this, types);
    }

    private static ShardRow ReadRow(ref WireReader reader)
    {
        int shard = reader.ReadUInt16();
        if (shard >= GrainShards.Count) throw new WireFormatException($"A frame tells of shard {shard}; the last is {GrainShards.Count - 1}.");
        long term = reader.ReadInt64();
        string? owner = reader.ReadString();
        return new ShardRow(shard, owner is null ? null : new SiloId(owner, reader.ReadInt64()), term);
    }
}

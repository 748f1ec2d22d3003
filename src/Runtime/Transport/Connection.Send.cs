using System.Buffers.Binary;
using System.IO.Pipelines;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Transport;

internal sealed partial class Connection
{
    /// <summary>Sends a call. False where the connection is closed: nothing was done. Where the call cannot be sent at all it is rejected.</summary>
    public bool TrySend(CallBase call)
    {
        if (!IsUsable) return false;
        var writer = WireWriter.Rent(Silo, _transport.Options.FrameBytesLimit);
        try
        {
            if (!TryWrite(writer, call)) return true;
            return Append(writer, call);
        }
        catch (Exception error)
        {
            call.Reject(error);
            return true;
        }
        finally
        {
            writer.Return();
        }
    }

    /// <summary>Writes the call's frame. False where it cannot be sent, and was rejected.</summary>
    private bool TryWrite(WireWriter writer, CallBase call)
    {
        var reference = call.Reference;
        bool isOfObject = reference.Type.Process is not null;
        var flags = (call.HasOneWay ? FrameFlags.OneWay : 0) | (isOfObject ? FrameFlags.OfObject : 0) | (FrameFlags)(call.Hops << (int)FrameFlags.HopsShift);
        Begin(writer, FrameKind.Call, flags);
        writer.WriteUInt64(0); // the id, which is known when the frame gets its number
        writer.WriteUInt64(call.Method.Id);
        writer.WriteUInt32((uint)Math.Clamp(call.Remaining.TotalMilliseconds, 1, int.MaxValue));
        if (isOfObject)
        {
            writer.WriteInt64(SiloObjects.NumberOf(reference.Key));
        }
        else
        {
            if (!TryFindPlace(reference.Type, out ushort place))
            {
                call.Reject(new NotSupportedException($"{call.Method.FullName} of {call.GrainId} was not sent: {Remote} hosts no grain class of type \"{reference.Type.Name}\". Every silo of a cluster has to host the same grain classes."));
                return false;
            }

            writer.WriteUInt16(place);
            writer.WriteUInt16((ushort)reference.Shard);
            writer.WriteText(reference.Key);
        }

        try
        {
            call.WriteArgumentsTo(writer);
            if (writer.Length <= _transport.Options.FrameBytesLimit) return true;
            RejectTooLarge(call);
        }
        catch (FrameTooLargeException)
        {
            RejectTooLarge(call);
        }
        catch (Exception error)
        {
            call.Reject(new NotSupportedException($"{call.Method.FullName} of {call.GrainId} was not sent: an argument cannot travel. {error.Message}", error));
        }

        return false;
    }

    private void RejectTooLarge(CallBase call) => call.Reject(new ArgumentException(
        $"{call.Method.FullName} of {call.GrainId} was not sent: its arguments are too large, TransportOptions.FrameBytesLimit is {_transport.Options.FrameBytesLimit}. Send it in parts, or raise the limit in every process."));

    private bool TryFindPlace(GrainTypeRuntime type, out ushort place)
    {
        if (_lastType is { } last && ReferenceEquals(last.Type, type))
        {
            place = last.Place;
            return true;
        }

        if (!_types!.TryGetValue(type.Name, out place)) return false;
        _lastType = new TypePlace(type, place);
        return true;
    }

    /// <summary>The caller waits no longer for a call that was sent here.</summary>
    public void Withdraw(CallBase call, ulong id)
    {
        lock (_lock)
        {
            if (_outstanding.Take(id) is null) return;
        }

        call.Unlink();
        SendAbout(FrameKind.Cancel, id);
    }

    private static void Begin(WireWriter writer, FrameKind kind, FrameFlags flags = FrameFlags.None)
    {
        var header = writer.Take(FrameHeader.Bytes);
        header[FrameHeader.KindAt] = (byte)kind;
        header[FrameHeader.FlagsAt] = (byte)flags;
    }

    private void SendEmpty(FrameKind kind)
    {
        var writer = WireWriter.Rent(null);
        Begin(writer, kind);
        Append(writer);
        writer.Return();
    }

    private void SendAbout(FrameKind kind, ulong id)
    {
        var writer = WireWriter.Rent(null);
        Begin(writer, kind);
        writer.WriteUInt64(id);
        Append(writer);
        writer.Return();
    }

    private void SendManifest()
    {
        var writer = WireWriter.Rent(null);
        Begin(writer, FrameKind.Manifest);
        writer.WriteVarint((uint)_transport.Manifest.Count);
        foreach (var type in _transport.Manifest)
        {
            writer.WriteText(type.GrainType);
            writer.WriteText(type.ClassName);
            writer.WriteByte(type.IsStatelessWorker ? (byte)1 : (byte)0);
            writer.WriteVarint((uint)type.Interfaces.Count);
            foreach (string name in type.Interfaces) writer.WriteText(name);
        }

        Append(writer);
        writer.Return();
    }

    public void SendShards(IReadOnlyList<ShardRow> shards)
    {
        var writer = WireWriter.Rent(null);
        Begin(writer, FrameKind.Shards);
        writer.WriteVarint((uint)shards.Count);
        foreach (var row in shards) WriteRow(writer, row);
        Append(writer);
        writer.Return();
    }

    private void SendGoodbye(uint lastTaken)
    {
        var writer = WireWriter.Rent(null);
        Begin(writer, FrameKind.Goodbye);
        writer.WriteUInt32(lastTaken);
        Append(writer);
        writer.Return();
    }

    private static void WriteRow(WireWriter writer, in ShardRow row)
    {
        writer.WriteUInt16((ushort)row.Shard);
        writer.WriteInt64(row.Term);
        writer.WriteString(row.Owner?.Name);
        if (row.Owner is { } owner) writer.WriteInt64(owner.Generation);
    }

    /// <summary>Gives the finished frame its number and puts it where it is sent from. False where the connection is closed.</summary>
    private bool Append(WireWriter writer, CallBase? call = null, bool isAnswer = false)
    {
        var frame = writer.Written;
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - FrameHeader.LengthBytes);
        bool mustFlush;
        bool isFull = false;
        bool isOneWay = call is { HasOneWay: true };
        int outstanding;
        bool isUnread = false;
        lock (_lock)
        {
            if (_isClosed || (call is not null && (_hasHeardGoodbye || _hasSaidGoodbye))) return false;
            if ((long)_filled + frame.Length > 2L * _transport.Options.SendBytesLimit)
            {
                isUnread = true;
                mustFlush = false;
            }
            else if (call is not null && (_filled > _transport.Options.SendBytesLimit || _outstanding.Count >= _transport.Options.CallsLimit))
            {
                isFull = true;
                mustFlush = false;
            }
            else
            {
                uint number = _number + 1;
                if (call is not null && !isOneWay)
                {
                    ulong id = _outstanding.Add(call, number);
                    if (!call.TryLink(this, id))
                    {
                        _outstanding.Take(id);
                        return true;
                    }

                    BinaryPrimitives.WriteUInt64LittleEndian(frame[FrameHeader.CallIdAt..], id);
                }

                BinaryPrimitives.WriteUInt32LittleEndian(frame[FrameHeader.NumberAt..], number);
                _number = number;
                if (_fill.Length - _filled < frame.Length) Array.Resize(ref _fill, (int)Math.Min(Array.MaxLength, Math.Max(_fill.Length * 2L, (long)_filled + frame.Length)));
                frame.CopyTo(_fill.AsSpan(_filled));
                _filled += frame.Length;
                _fillHasAnswers |= isAnswer;
                mustFlush = !_isFlushDue && !_isWriting;
                if (mustFlush) _isFlushDue = true;
            }

            outstanding = _outstanding.Count;
        }

        if (isUnread)
        {
            Abort(new OverloadedException($"{Remote} does not take its answers: twice TransportOptions.SendBytesLimit waits to be sent."));
            return false;
        }

        if (isFull)
        {
            call!.Reject(new OverloadedException(
                $"{call.Method.FullName} of {call.GrainId} was refused: the connection to {Remote} holds {_filled} bytes that are not sent and {outstanding} calls without answer; TransportOptions.SendBytesLimit is {_transport.Options.SendBytesLimit}, CallsLimit {_transport.Options.CallsLimit}. Call again later."));
            return true;
        }

        if (isOneWay) call!.SettleSent();
        if (mustFlush) RequestFlush(outstanding);
        return true;
    }

    private void RequestFlush(int outstanding)
    {
        var frame = ThreadFrame.Current;
        if (frame.IsCorked)
            frame.KeepUntilUncorked(this);
        else if (outstanding > InlineWriteCallsMax)
            Silo.Scheduler.Queue(this, preferLocal: false);
        else
            Flush();
    }

    void IThreadPoolWorkItem.Execute() => Flush();

    /// <summary>Hands what waits to the network, unless another thread does.</summary>
    public void Flush()
    {
        try
        {
            while (true)
            {
                int count;
                bool hasAnswers;
                lock (_lock)
                {
                    _isFlushDue = false;
                    if (_isWriting || _isClosed) return;
                    if (_filled == 0) return;
                    (_fill, _writing) = (_writing, _fill);
                    (count, _filled) = (_filled, 0);
                    (hasAnswers, _fillHasAnswers) = (_fillHasAnswers, false);
                    _numberHanded = _number;
                    _isWriting = true;
                }

                if (hasAnswers && !_transport.Events.MayAnswer())
                {
                    Abort(new SiloUnavailableException("This silo's lease is over: its answers do not leave."));
                    return;
                }

                _write = _network.Output.WriteAsync(_writing.AsMemory(0, count));
                if (!_write.IsCompleted)
                {
                    WhenEnded(_write.GetAwaiter(), _onWritten);
                    return;
                }

                EndWrite();
            }
        }
        catch (Exception error)
        {
            Abort(error);
        }
    }

    private void OnWritten()
    {
        try
        {
            EndWrite();
        }
        catch (Exception error)
        {
            Abort(error);
            return;
        }

        Flush();
    }

    private void EndWrite()
    {
        var write = _write;
        _write = default;
        if (write.GetAwaiter().GetResult() is { IsCompleted: true }) throw new EndOfStreamException($"{Remote} reads no more.");
        if (_writing.Length > BufferBytesKept) _writing = new byte[BufferBytes];
        lock (_lock) _isWriting = false;
    }
}

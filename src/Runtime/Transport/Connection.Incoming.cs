using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Transport;

/// <summary>Calls of the other process for grains and objects of this one.</summary>
internal sealed partial class Connection
{
    private void TakeCall(ref WireReader reader, FrameFlags flags)
    {
        var head = new CallHead(reader.ReadUInt64(), reader.ReadUInt64(), TimeSpan.FromMilliseconds(reader.ReadUInt32()), (flags & FrameFlags.OneWay) != 0, (int)flags >> (int)FrameFlags.HopsShift);
        if (Volatile.Read(ref _filled) > _transport.Options.SendBytesLimit)
            Refuse(head, new OverloadedException($"{_transport.Self} has not run the call: more than {_transport.Options.SendBytesLimit} bytes (TransportOptions.SendBytesLimit) wait to be sent to its caller's process."));
        else if ((flags & FrameFlags.OfObject) != 0)
            TakeCallOfObject(ref reader, head);
        else
            TakeCallOfGrain(ref reader, head);
    }

    private void TakeCallOfObject(ref WireReader reader, in CallHead head)
    {
        var target = Silo.Objects.Find(reader.ReadInt64());
        var method = GrainInterfaces.FindMethod(head.MethodId);
        if (target is null)
            Refuse(head, new ObjectDisposedException("observer", "The object is not there any more: DeleteObjectReference was called for it."));
        else if (method is null || !method.DeclaringType.IsInstanceOfType(target.Instance))
            Refuse(head, UnknownMethod(head.MethodId, target.Instance.GetType()));
        else if (TryReadArguments(ref reader, head, method) is { } call)
            Run(call, head, method, target);
    }

    private void TakeCallOfGrain(ref WireReader reader, in CallHead head)
    {
        int place = reader.ReadUInt16();
        int shard = reader.ReadUInt16();
        if (place >= _transport.Types.Count) throw new WireFormatException($"A call from {Remote} is for grain type {place} of {_transport.Types.Count}.");
        var type = _transport.Types[place];
        Activation? target = null;
        string? key = null;
        int length = reader.ReadText(_key);
        if (length > 0) target = type.PeekLiving(_key.AsSpan(0, length));
        if (target is null)
        {
            key = length >= 0 ? new string(_key, 0, length) : reader.ReadName();
            if (key.Length is 0 or > GrainShards.KeyLengthMax)
            {
                Refuse(head, new ArgumentException($"A call from {Remote} is for a grain of type {type.Name} whose key has {key.Length} characters; a grain's key has 1 to {GrainShards.KeyLengthMax}."));
                return;
            }
        }

        var method = type.FindMethod(head.MethodId);
        if (method is null)
            Refuse(head, UnknownMethod(head.MethodId, type.Class.Type));
        else if (target is not null && TryReadArguments(ref reader, head, method) is { } call)
            Run(call, head, method, target);
        else if (target is null)
            RunInNewTarget(ref reader, head, method, type, key!, shard);
    }

    private void RunInNewTarget(ref WireReader reader, in CallHead head, GrainMethod method, GrainTypeRuntime type, string key, int shard)
    {
        if (shard != GrainShards.Of(type.Name, key)) throw new WireFormatException($"A call from {Remote} is for {type.Name}/{key} in shard {shard}; that grain is in shard {GrainShards.Of(type.Name, key)}.");
        Activation? target = null;
        ShardRow known = default;
        try
        {
            if (type.IsStatelessWorker)
                target = type.Find(key);
            else if (!_transport.IsStopping && _transport.Events.TryFindActivation(type, key, shard, out var found, out known))
                target = found;
        }
        catch (Exception error)
        {
            Refuse(head, error);
            return;
        }

        if (target is null && !head.IsOneWay)
            SendNotTaken(head.Id, known);
        else if (TryReadArguments(ref reader, head, method) is not { } call)
            return;
        else if (target is null)
            new ForwardingReference(new GrainAddress(type, key)).PassOn(method, call, head.Hops);
        else
            Run(call, head, method, target);
    }

    /// <summary>The call with its arguments; null where they cannot be read, and the caller has been told.</summary>
    private CallBase? TryReadArguments(ref WireReader reader, in CallHead head, GrainMethod method)
    {
        var call = method.Rent();
        try
        {
            call.ReadArgumentsFrom(ref reader);
            if (reader.Remaining == 0) return call;
            Refuse(head, new WireFormatException($"{method.FullName} was not run: {reader.Remaining} bytes follow its arguments."));
        }
        catch (Exception error)
        {
            Refuse(head, new WireFormatException($"{method.FullName} was not run: its arguments cannot be read. {error.Message}"));
        }

        call.PutBack();
        return null;
    }

    private void Run(CallBase call, in CallHead head, GrainMethod method, Activation target)
    {
        if (!head.IsOneWay && TryRunInline(call, head, method, target)) return;
        call.PrepareIncoming(this, head.Id, method, target, head.IsOneWay, head.Timeout);
        call.Hops = head.Hops;
        if (!head.IsOneWay) Keep(call, head.Id);
        Enqueue(call, target);
    }

    private void Enqueue(CallBase call, Activation target)
    {
        int limit = Silo.Options.MailboxLimit;
        if (target.TryEnqueue(call, limit)) return;
        Silo.Instruments.Overloaded(target.Type);
        call.Reject(new OverloadedException(
            $"{call.Method.FullName} of {target.GrainId} was refused: {target.QueuedCount} requests wait in its mailbox and SiloOptions.MailboxLimit is {limit}. Call again later, or spread the load over more keys."));
    }

    /// <summary>Takes the grain's turn on this thread if it is idle, as a caller in this process does (<see cref="GrainReference.TryEnter"/>).</summary>
    private bool TryRunInline(CallBase call, in CallHead head, GrainMethod method, Activation target)
    {
        if (target._state != Activation.Free || !method.MayRunInline) return false;
        var frame = ThreadFrame.Current;
        if (frame.Depth >= ThreadFrame.DepthLimit || ExecutionContext.Capture() is not { } flow) return false;
        if (Interlocked.CompareExchange(ref target._state, Activation.Running, Activation.Free) != Activation.Free) return false;
        var silo = target.Silo;
        frame.Depth++;
        var lane = frame.Lane;
        frame.Lane = null;
        target.LastUsed = silo.Clock.Tick;
        if (!ReferenceEquals(flow, ThreadFrame.CleanContext)) ExecutionContext.Restore(ThreadFrame.CleanContext);
        var synchronization = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(target);
        ref var count = ref frame.TallyOf(silo).Of(method);
        long started = count.Calls % MethodTally.TimedEvery == 0 ? silo.Time.GetTimestamp() : 0;
        if (call.RunInline(target, this, head.Id, method, head.Timeout, out bool failed))
        {
            count = ref frame.TallyOf(silo).Of(method); // the grain may have called methods that made the tally grow
            count.Calls++;
            if (failed) count.Failed++;
            if (started != 0) silo.TimeInlineTurn(method, ref count, started);
        }

        frame.Depth--;
        frame.Lane = lane;
        SynchronizationContext.SetSynchronizationContext(synchronization);
        if (!ReferenceEquals(ExecutionContext.Capture(), flow)) ExecutionContext.Restore(flow); // what one grain set must not reach the next
        target.ReleaseInline();
        return true;
    }

    /// <summary>The call is under way; the connection finds it when its caller gives it up.</summary>
    public void Keep(CallBase call, ulong id)
    {
        lock (_lock) _incoming[id] = call;
    }

    /// <summary>The call was settled without an answer.</summary>
    public void Drop(ulong id)
    {
        lock (_lock) _incoming.Remove(id);
    }

    /// <summary>The answer of a call that was kept.</summary>
    public void AnswerQueued(CallBase call, ulong id, Exception? error)
    {
        Answer(call, id, error);
        Drop(id);
    }

    /// <summary>In the grain's turn: writes the answer.</summary>
    public void Answer(CallBase call, ulong id, Exception? error)
    {
        var writer = WireWriter.Rent(Silo, _transport.Options.FrameBytesLimit);
        try
        {
            Begin(writer, error is null ? FrameKind.Answer : FrameKind.Failure);
            writer.WriteUInt64(id);
            if (error is null)
                WriteAnswer(writer, call, id);
            else
                WireExceptions.Write(writer, error);
            Append(writer, isAnswer: true);
        }
        finally
        {
            writer.Return();
        }
    }

    private void WriteAnswer(WireWriter writer, CallBase call, ulong id)
    {
        Exception problem;
        try
        {
            call.WriteAnswer(writer);
            if (writer.Length <= _transport.Options.FrameBytesLimit) return;
            problem = TooLarge();
        }
        catch (FrameTooLargeException)
        {
            problem = TooLarge();
        }
        catch (Exception error)
        {
            problem = new NotSupportedException($"The call was run; its answer cannot travel. {error.Message}");
        }

        writer.Truncate(0);
        Begin(writer, FrameKind.Failure);
        writer.WriteUInt64(id);
        WireExceptions.Write(writer, problem);
    }

    private NotSupportedException TooLarge() =>
        new($"The call was run; its answer is too large, TransportOptions.FrameBytesLimit is {_transport.Options.FrameBytesLimit}. Answer in parts, or raise the limit in every process.");

    private void Refuse(in CallHead head, Exception error)
    {
        if (head.IsOneWay)
            Silo.Log.OneWayCallRefused(Remote, error);
        else
            Answer(null!, head.Id, error);
    }

    private void SendNotTaken(ulong id, in ShardRow known)
    {
        var writer = WireWriter.Rent(null);
        Begin(writer, FrameKind.NotTaken);
        writer.WriteUInt64(id);
        WriteRow(writer, known);
        Append(writer);
        writer.Return();
    }

    /// <summary>The activation that the call waited for has ended before its turn: to the next one here, or back to the caller.</summary>
    public void Redeliver(CallBase call, ulong id, Activation ended)
    {
        var type = ended.Type;
        ShardRow known = default;
        try
        {
            if (ReferenceEquals(type, Silo.Observers))
            {
                call.Reject(new ObjectDisposedException("observer", "The object is not there any more: DeleteObjectReference was called for it."));
                return;
            }

            Activation? next = null;
            if (type.IsStatelessWorker)
                next = type.Find(ended.Key);
            else if (!_transport.IsStopping && _transport.Events.TryFindActivation(type, ended.Key, GrainShards.Of(type.Name, ended.Key), out var found, out known))
                next = found;
            if (next is not null)
            {
                call.Retarget(next);
                Enqueue(call, next);
                return;
            }
        }
        catch (Exception error)
        {
            call.Reject(error);
            return;
        }

        if (!call.TryClaimToGiveUp()) return;
        SendNotTaken(id, known);
        Drop(id);
        call.EndGivenUp();
    }

    private void TakeCancel(ulong id)
    {
        CancellationTokenSource? cancellation;
        lock (_lock)
        {
            if (!_incoming.TryGetValue(id, out var call)) return;
            cancellation = call.SettleByCaller();
        }

        if (cancellation is not null) CallBase.CancelLater(Silo, cancellation);
    }

    /// <summary>The connection has ended: nobody waits for these.</summary>
    private void GiveUpIncoming()
    {
        CancellationTokenSource?[] cancellations;
        lock (_lock)
        {
            cancellations = [.. _incoming.Values.ToArray().Select(static call => call.SettleByCaller())];
            _incoming.Clear();
        }

        foreach (var cancellation in cancellations)
            if (cancellation is not null) CallBase.CancelLater(Silo, cancellation);
    }

    private NotSupportedException UnknownMethod(ulong id, Type type) =>
        new($"The call was not run: {type.FullName} of {_transport.Self} has no method with the id 0x{id:x16}. The two processes were built from different versions of the interface.");

    /// <summary>What a call's frame begins with.</summary>
    private readonly record struct CallHead(ulong Id, ulong MethodId, TimeSpan Timeout, bool IsOneWay, int Hops);
}

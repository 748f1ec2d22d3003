using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>Whom a reference points to; made by the engine.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct GrainAddress
{
    internal GrainAddress(GrainTypeRuntime type, string key, Activation? activation = null)
    {
        Type = type;
        Key = key;
        Activation = activation;
    }

    internal GrainTypeRuntime Type { get; }

    internal string Key { get; }

    internal Activation? Activation { get; }
}

/// <summary>
/// The base of generated references. A reference remembers the activation that it last found, so that a call costs no look-up; where
/// that one has ended it looks again.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class GrainReference(GrainAddress address) : IAddressable, IEquatable<GrainReference>
{
    private readonly GrainTypeRuntime _type = address.Type;
    private readonly string _key = address.Key;
    private Activation? _activation = address.Activation;
    private int _shard = -1;

    internal Silo Silo => _type.Silo;

    internal GrainId GrainId => GrainId.Create(_type.Name, _key);

    internal object Cast(Type interfaceType) =>
        interfaceType.IsInstanceOfType(this) ? this : Silo.Factory.CreateReference(GrainInterfaces.Find(interfaceType), _type, _key);

    /// <summary>Takes the grain's turn on this thread if it is idle. What the caller's context carries does not reach the grain.</summary>
    protected bool TryEnter(GrainMethod method, out Turn turn)
    {
        var activation = _activation;
        if (activation is null || activation._state != Activation.Free) return NotEntered(out turn);
        var frame = ThreadFrame.Current;
        if (frame.Depth >= ThreadFrame.DepthLimit || !method.MayRunInline) return NotEntered(out turn);
        if (++frame.Streak > ThreadFrame.StreakLimit)
        {
            frame.Streak = 0;
            return NotEntered(out turn);
        }

        var flow = ExecutionContext.Capture();
        if (flow is null) return NotEntered(out turn);
        if (Interlocked.CompareExchange(ref activation._state, Activation.Running, Activation.Free) != Activation.Free) return NotEntered(out turn);
        frame.Depth++;
        var silo = activation.Silo;
        activation.LastUsed = silo.Clock.Tick;
        if (ReferenceEquals(flow, ThreadFrame.CleanContext))
            flow = null;
        else
            ExecutionContext.Restore(ThreadFrame.CleanContext);
        var synchronization = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(activation);
        long calls = frame.TallyOf(silo).Of(method).Calls;
        turn = new Turn(this, method, activation, frame, synchronization, flow, calls % MethodTally.TimedEvery == 0 ? silo.Time.GetTimestamp() : 0);
        return true;
    }

    private static bool NotEntered(out Turn turn)
    {
        turn = default;
        return false;
    }

    protected ValueTask<TResult> Send<TResult>(GrainMethod method, Call<TResult> call, CancellationToken cancellationToken = default)
    {
        call.Prepare(this, method, isOneWay: false);
        var promise = call.AsValueTask();
        call.Watch(cancellationToken);
        Deliver(call);
        return promise;
    }

    protected ValueTask Send(GrainMethod method, Call call, CancellationToken cancellationToken = default)
    {
        call.Prepare(this, method, isOneWay: false);
        var promise = call.AsValueTask();
        call.Watch(cancellationToken);
        Deliver(call);
        return promise;
    }

    /// <summary>Sends a call that nobody waits for.</summary>
    protected void Post(GrainMethod method, CallBase call)
    {
        call.Prepare(this, method, isOneWay: true);
        Deliver(call);
    }

    internal void Deliver(CallBase call)
    {
        try
        {
            var target = _activation;
            if ((target is null || target.IsDead) && !TryFind(call, out target)) return;
            if (target.TryEnqueue(call, Silo.Options.MailboxLimit)) return;
            call.Reject(Overloaded(call.Method, target));
        }
        catch (Exception error)
        {
            call.Reject(error);
        }
    }

    /// <summary>The shard that the grain belongs to.</summary>
    internal int Shard => _shard >= 0 ? _shard : _shard = GrainShards.Of(_type.Name, _key);

    internal GrainTypeRuntime Type => _type;

    internal string Key => _key;

    /// <summary>The activation in this silo; false where the call has been sent on its way to another, or is parked until its way is known.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFind(CallBase call, [NotNullWhen(true)] out Activation? target)
    {
        target = null;
        switch (_type.Placement)
        {
            case GrainPlacement.ByShard when Silo.Router is { } router:
                var route = router.Find(Shard, out var owner);
                if (route == RouteKind.Local && _type.TryFind(_key, Shard, out target))
                    _activation = target;
                else if (route == RouteKind.Remote)
                    Silo.Transport!.Send(call, owner);
                else
                    router.Park(call, Shard);
                return target is not null;
            case GrainPlacement.AnySilo:
                if (Silo.Router!.FindAny() is { } any)
                    Silo.Transport!.Send(call, any);
                else
                    Silo.Router.Park(call, -1);
                return false;
            case GrainPlacement.OtherProcess:
                Silo.Transport!.Send(call, _type.Process!.Value);
                return false;
            default:
                target = _type.Find(_key);
                if (!_type.IsStatelessWorker) _activation = target;
                return true;
        }
    }

    private OverloadedException Overloaded(GrainMethod method, Activation target)
    {
        Silo.Instruments.Overloaded(_type);
        return new OverloadedException(
            $"{method.FullName} of {GrainId} was refused: {target.QueuedCount} requests wait in its mailbox and SiloOptions.MailboxLimit is {Silo.Options.MailboxLimit}. Call again later, or spread the load over more keys.");
    }

    public bool Equals(GrainReference? other) => other is not null && ReferenceEquals(other._type, _type) && other._key == _key;

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => HashCode.Combine(_type.Name, _key);

    public override string ToString() => GrainId.ToString();
}

using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Hosting;

namespace Orrery.Runtime;

/// <summary>
/// One living grain: its object, its mailbox and its turn.
/// <para>
/// <b>The turn.</b> <c>_state</c> is the lock of the turn: whoever moves it to Running may touch what is below "under the turn", and moves it
/// on to Free (nothing is under way: the next caller may run its call on its own thread) or to Parked (somebody awaits, or the grain is
/// not ready: calls must queue). Nobody ever waits for this lock: who does not get it queues.
/// </para>
/// <para>
/// <b>Arrivals.</b> Items are pushed onto a lock-free stack. A push is a full fence followed by a look at <c>_state</c>; leaving the turn is a
/// full fence followed by a look at the stack: one of the two sees the other, so no item is left behind.
/// </para>
/// <para>
/// <b>Requests</b> are admitted one at a time, unless they may interleave; the rest wait in order. <b>Continuations</b> of admitted requests
/// run as soon as the turn is free. The activation is the <see cref="SynchronizationContext"/> of its turns, so every await in grain code
/// comes back here by itself.
/// </para>
/// <para>
/// <b>Life.</b> New, Activating (constructor, load, OnActivateAsync), Valid, Ending (waits for running requests), Deactivating
/// (OnDeactivateAsync), Dead. Requests that wait while it ends, or that arrive when it is dead, are forwarded to the next activation.
/// </para>
/// </summary>
internal sealed partial class Activation : SynchronizationContext, IThreadPoolWorkItem, IGrainRuntime
{
    internal const int Free = 0;
    internal const int Running = 1;
    internal const int Parked = 2;

    /// <summary>How many items one visit of a thread runs before others get the thread.</summary>
    private const int ItemsPerVisit = 64;

    private WorkItem? _arrivals;
    internal int _state = Parked;

    /// <summary>The coarse time of the last call, in ticks of <see cref="SiloClock"/>. Written under the turn, read by the collector.</summary>
    internal int LastUsed;

    // Under the turn:
    private WorkItem? _inbox;
    private Request? _waiting;
    private Request? _waitingLast;
    private ActivationExtras? _extras;
    private PersistentStateBase? _states;
    private int _queued;
    private int _running;
    private int _blocking;
    private bool _onlyReaders;
    private bool _ending;
    private volatile ActivationLife _life;

    public Activation(GrainTypeRuntime type, string key)
    {
        Type = type;
        Key = key;
        LastUsed = type.Silo.Clock.Tick;
    }

    public GrainTypeRuntime Type { get; }

    public string Key { get; }

    /// <summary>The shard among whose activations this one is counted; -1 in a silo without cluster, and for what belongs to no shard.</summary>
    public short Shard { get; init; } = -1;

    /// <summary>The term in which the silo owned the shard when the activation was made: what it stores is stored under this term, or not at all.</summary>
    public long Term { get; init; }

    /// <summary>The grain object; set before the first request is admitted.</summary>
    internal object Instance = null!;

    public Silo Silo => Type.Silo;

    public GrainId GrainId => GrainId.Create(Type.Name, Key);

    public bool IsDead => _life == ActivationLife.Dead;

    /// <summary>Requests that wait; a momentary value.</summary>
    public int QueuedCount => Volatile.Read(ref _queued) + (Volatile.Read(ref _arrivals)?.Depth ?? 0);

    object? IGrainContext.GrainInstance => Instance;

    IServiceProvider IGrainContext.ActivationServices => Silo.Services;

    IGrainFactory IGrainRuntime.Factory => Silo.Factory;

    IGrainReminders IGrainRuntime.Reminders => new GrainReminders(this);

    object IGrainRuntime.GetReference(Type interfaceType) => Silo.Factory.CreateReference(GrainInterfaces.Find(interfaceType), Type, Key);

    private ActivationExtras Extras => _extras ??= new ActivationExtras();

    public override string ToString() => GrainId.ToString();
}

internal enum ActivationLife : byte
{
    New,
    Activating,
    Valid,
    Deactivating,
    Dead,
}

/// <summary>What only few activations need, kept apart so that the many stay small.</summary>
internal sealed class ActivationExtras
{
    public HashSet<GrainTimer> Timers { get; } = [];

    /// <summary>By their interfaces.</summary>
    public Dictionary<Type, object> Extensions => _extensions ??= [];

    private Dictionary<Type, object>? _extensions;

    public DeactivationReason Reason { get; set; }

    /// <summary>From this tick on an activation that ends admits nothing more, however its requests may interleave.</summary>
    public int EndingUntil { get; set; }

    /// <summary>Not collected as idle before this tick.</summary>
    public int KeepUntil { get; set; } = int.MinValue;
}

using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>One grain class in one silo: its rules, and the directory of its activations.</summary>
internal sealed class GrainTypeRuntime
{
    private readonly ConcurrentDictionary<string, Activation> _activations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StatelessWorkers>? _workers;
    private StateBinding[] _bindings = [];
    private Dictionary<ulong, GrainMethod>? _methods;

    public GrainTypeRuntime(Silo silo, GrainClass grainClass)
    {
        Silo = silo;
        Class = grainClass;
        Name = grainClass.GrainType;
        IsReentrant = (grainClass.Options & GrainClassOptions.Reentrant) != 0;
        WorkersLimit = grainClass.WorkersLimit;
        OverridesActivate = Declares(nameof(IGrainBase.OnActivateAsync), [typeof(CancellationToken)]);
        OverridesDeactivate = Declares(nameof(IGrainBase.OnDeactivateAsync), [typeof(DeactivationReason), typeof(CancellationToken)]);
        Placement = IsStatelessWorker || typeof(IGrainObserver).IsAssignableFrom(grainClass.Type) ? GrainPlacement.Here : GrainPlacement.ByShard;
        if (IsStatelessWorker) _workers = new(StringComparer.Ordinal);
    }

    /// <summary>A class whose code is in the cluster's silos, and not in this process.</summary>
    public GrainTypeRuntime(Silo silo, RemoteGrainType remote)
    {
        Silo = silo;
        Remote = remote;
        Name = remote.GrainType;
        Class = new GrainClass(typeof(RemoteGrainType), remote.GrainType, GrainClassOptions.None, 0, [], _ =>
            throw new NotSupportedException($"This process hosts no grains: {remote.GrainType} lives in the cluster's silos."));
        Placement = remote.IsStatelessWorker ? GrainPlacement.AnySilo : GrainPlacement.ByShard;
    }

    public Silo Silo { get; }

    /// <summary>What a silo told of the class; null for one whose code is here.</summary>
    public RemoteGrainType? Remote { get; }

    /// <summary>The class's full name.</summary>
    public string ClassName => Remote?.ClassName ?? Class.Type.FullName!;

    /// <summary>Whether the class can be called through the interface. Any grain can through an extension's.</summary>
    public bool Implements(Type grainInterface) => typeof(IGrainExtension).IsAssignableFrom(grainInterface) || ImplementsItself(grainInterface);

    private bool ImplementsItself(Type grainInterface) => Remote?.Interfaces.Contains(grainInterface.FullName!) ?? grainInterface.IsAssignableFrom(Class.Type);

    public GrainClass Class { get; }

    public string Name { get; }

    public bool IsReentrant { get; }

    public bool OverridesActivate { get; }

    public bool OverridesDeactivate { get; }

    /// <summary>How many activations share one identity; 0 for grains that have one.</summary>
    public int WorkersLimit { get; }

    public bool IsStatelessWorker => WorkersLimit > 0;

    /// <summary>Where calls of this class run.</summary>
    public GrainPlacement Placement { get; init; }

    /// <summary>For objects of another process: which one.</summary>
    public SiloId? Process { get; init; }

    /// <summary>Activations that this silo has ever made of the class.</summary>
    public long Created;

    public long FailedToActivate;

    public long OverloadedCalls;

    public int Count => _workers is null ? _activations.Count : _workers.Values.Sum(group => group.Count);

    public IEnumerable<Activation> Activations => _workers is null ? _activations.Select(pair => pair.Value) : _workers.Values.SelectMany(group => group.Members);

    /// <summary>The activation of this key; a new one where there is none. It is activated by the first request that is queued.</summary>
    /// <exception cref="SiloUnavailableException">The silo makes no new activations.</exception>
    public Activation Find(string key)
    {
        if (_workers is not null) return _workers.GetOrAdd(key, static (key, type) => new StatelessWorkers(type, key), this).Take();
        while (true)
        {
            if (_activations.TryGetValue(key, out var found))
            {
                if (!found.IsDead) return found;
                Remove(found);
            }

            Silo.CheckTakesNewGrains(Name, key);
            var made = new Activation(this, key);
            if (!_activations.TryAdd(key, made)) continue;
            OnCreated(made);
            return made;
        }
    }

    /// <summary>As <see cref="Find"/> in a cluster: a new one is made only while this silo owns the shard and does not give it away; else false.</summary>
    public bool TryFind(string key, int shard, [NotNullWhen(true)] out Activation? activation)
    {
        var shards = Silo.Shards!;
        while (true)
        {
            if (_activations.TryGetValue(key, out activation))
            {
                if (!activation.IsDead) return true;
                Remove(activation);
            }

            if (!shards.TryEnter(shard, out long term)) return false;
            activation = new Activation(this, key) { Shard = (short)shard, Term = term };
            if (!_activations.TryAdd(key, activation))
            {
                shards.Leave(shard);
                continue;
            }

            OnCreated(activation);
            if (shards.IsReleasing(shard)) Silo.DeactivateMoving(activation);
            return true;
        }
    }

    /// <summary>The method that this id names, if the class has it.</summary>
    public GrainMethod? FindMethod(ulong id) => (_methods ??= ListMethods()).GetValueOrDefault(id)
        ?? (GrainInterfaces.FindMethod(id) is { } method && typeof(IGrainExtension).IsAssignableFrom(method.DeclaringType) ? method : null);

    /// <summary>The living activation of this key, where there is one; needs no text of its own for the key.</summary>
    public Activation? PeekLiving(ReadOnlySpan<char> key) =>
        _activations.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var found) && !found.IsDead ? found : null;

    /// <summary>The activation of this key, where there is one.</summary>
    public Activation? Peek(string key) => _activations.GetValueOrDefault(key);

    public void OnCreated(Activation activation)
    {
        Interlocked.Increment(ref Created);
        Silo.OnActivationCreated(activation);
    }

    public void Remove(Activation activation)
    {
        bool removed = _workers is null
            ? _activations.TryRemove(KeyValuePair.Create(activation.Key, activation))
            : _workers.TryGetValue(activation.Key, out var group) && group.Remove(activation);
        if (!removed) return;
        if (activation.Shard >= 0) Silo.Shards!.Leave(activation.Shard);
        Silo.OnActivationRemoved();
    }

    /// <summary>Where a value of this class is stored; looked up once per class.</summary>
    public StateBinding Bind(string stateName, string? storageName)
    {
        foreach (var binding in _bindings)
            if (binding.StateName == stateName && binding.StorageName == storageName) return binding;
        var made = new StateBinding(stateName, storageName, Silo.Storages.Find(storageName, Class.Type));
        _bindings = [.. _bindings, made]; // two threads may both make one: the loser's is used by its grain and forgotten
        return made;
    }

    private Dictionary<ulong, GrainMethod> ListMethods()
    {
        var methods = new Dictionary<ulong, GrainMethod>();
        foreach (var method in Class.Interfaces.SelectMany(grainInterface => GrainInterfaces.Find(grainInterface).Methods)) methods.TryAdd(method.Id, method);
        return methods;
    }

    private bool Declares(string name, Type[] parameters)
    {
        var method = Class.Type.GetMethod(name, parameters);
        return method is null || method.DeclaringType != typeof(Grain);
    }
}

/// <summary>Where the calls of a grain class run.</summary>
internal enum GrainPlacement : byte
{
    /// <summary>In the process that calls: stateless workers of a silo, and observers.</summary>
    Here,

    /// <summary>In the silo that owns the key's shard.</summary>
    ByShard,

    /// <summary>In any live silo: stateless workers, called by a process that hosts no silo.</summary>
    AnySilo,

    /// <summary>In the process that the object belongs to.</summary>
    OtherProcess,
}

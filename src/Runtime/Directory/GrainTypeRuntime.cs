using System.Collections.Concurrent;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>One grain class in one silo: its rules, and the directory of its activations.</summary>
internal sealed class GrainTypeRuntime
{
    private readonly ConcurrentDictionary<string, Activation> _activations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, StatelessWorkers>? _workers;
    private StateBinding[] _bindings = [];

    public GrainTypeRuntime(Silo silo, GrainClass grainClass)
    {
        Silo = silo;
        Class = grainClass;
        Name = grainClass.GrainType;
        IsReentrant = (grainClass.Options & GrainClassOptions.Reentrant) != 0;
        WorkersLimit = grainClass.WorkersLimit;
        OverridesActivate = Declares(nameof(IGrainBase.OnActivateAsync), [typeof(CancellationToken)]);
        OverridesDeactivate = Declares(nameof(IGrainBase.OnDeactivateAsync), [typeof(DeactivationReason), typeof(CancellationToken)]);
        if (IsStatelessWorker) _workers = new(StringComparer.Ordinal);
    }

    public Silo Silo { get; }

    public GrainClass Class { get; }

    public string Name { get; }

    public bool IsReentrant { get; }

    public bool OverridesActivate { get; }

    public bool OverridesDeactivate { get; }

    /// <summary>How many activations share one identity; 0 for grains that have one.</summary>
    public int WorkersLimit { get; }

    public bool IsStatelessWorker => WorkersLimit > 0;

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
        if (removed) Silo.OnActivationRemoved();
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

    private bool Declares(string name, Type[] parameters)
    {
        var method = Class.Type.GetMethod(name, parameters);
        return method is null || method.DeclaringType != typeof(Grain);
    }
}

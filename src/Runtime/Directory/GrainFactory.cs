using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>Makes references to the grains of one silo.</summary>
internal sealed class GrainFactory(Silo silo) : IClusterClient
{
    private readonly ConcurrentDictionary<(object Observer, Type Interface), Activation> _observers = new(ObserverComparer.Instance);

    public IServiceProvider ServiceProvider => silo.Services;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrEmpty(primaryKey);
        if (primaryKey.Length > GrainShards.KeyLengthMax)
        {
            throw new ArgumentException(
                $"A key of {typeof(TGrainInterface).FullName} that begins with \"{primaryKey[..32]}\" has {primaryKey.Length} characters; a grain's key has at most {GrainShards.KeyLengthMax}. Use a hash of it.", nameof(primaryKey));
        }

        var grainInterface = GrainInterfaceOf<TGrainInterface>.Value;
        var type = silo.Directory.Resolve(grainInterface, grainClassNamePrefix);
        return (TGrainInterface)grainInterface.Create(new GrainAddress(type, primaryKey));
    }

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable
    {
        var type = silo.Directory.Find(grainId.Type.ToString())
            ?? throw new ArgumentException($"No grain class that this process knows has the type \"{grainId.Type}\" of {grainId}.", nameof(grainId));
        return (TGrainInterface)CreateReference(GrainInterfaceOf<TGrainInterface>.Value, type, grainId.Key.ToString());
    }

    /// <summary>A reference of this interface to a grain whose class is known.</summary>
    public object CreateReference(GrainInterface grainInterface, GrainTypeRuntime type, string key)
    {
        if (!type.Implements(grainInterface.Type))
            throw new InvalidCastException($"{type.ClassName} does not implement {grainInterface.Type.FullName}.");
        return grainInterface.Create(new GrainAddress(type, key));
    }

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj is not TGrainObserverInterface) throw new ArgumentException($"{obj.GetType().FullName} does not implement {typeof(TGrainObserverInterface).FullName}.", nameof(obj));
        var activation = silo.Objects.Add(obj);
        if (!_observers.TryAdd((obj, typeof(TGrainObserverInterface)), activation))
        {
            silo.Objects.Remove(activation);
            throw new ArgumentException($"This object already has a reference of {typeof(TGrainObserverInterface).FullName}. Delete that one first.", nameof(obj));
        }

        return (TGrainObserverInterface)GrainInterfaceOf<TGrainObserverInterface>.Value.Create(new GrainAddress(silo.Observers, activation.Key, activation));
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (!_observers.TryRemove((obj, typeof(TGrainObserverInterface)), out var activation)) return;
        silo.Objects.Remove(activation);
        activation.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "DeleteObjectReference was called."));
    }

    /// <summary>Observers are told apart as objects, whatever their Equals says.</summary>
    private sealed class ObserverComparer : IEqualityComparer<(object Observer, Type Interface)>
    {
        public static ObserverComparer Instance { get; } = new();

        public bool Equals((object Observer, Type Interface) x, (object Observer, Type Interface) y) => ReferenceEquals(x.Observer, y.Observer) && x.Interface == y.Interface;

        public int GetHashCode((object Observer, Type Interface) obj) => HashCode.Combine(RuntimeHelpers.GetHashCode(obj.Observer), obj.Interface);
    }
}

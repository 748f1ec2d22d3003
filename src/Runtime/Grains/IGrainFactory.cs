namespace Orrery.Runtime;

/// <summary>Makes references. A reference costs little, is made without a call, and stays good when the grain moves or sleeps.</summary>
public interface IGrainFactory
{
    /// <summary>A reference to the grain of this key.</summary>
    /// <param name="primaryKey">The grain's key; not empty.</param>
    /// <param name="grainClassNamePrefix">Chooses between classes where several implement the interface: the start of the class's full name.</param>
    /// <exception cref="ArgumentException">No class, or more than one, implements the interface; or the key is empty.</exception>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;

    /// <summary>A reference to the grain of this identity, whatever its class.</summary>
    /// <exception cref="ArgumentException">No class of this type is known, or it does not implement the interface.</exception>
    TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable;

    /// <summary>A reference through which grains call this object, one call at a time.</summary>
    TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver;

    /// <summary>Ends what <see cref="CreateObjectReference{T}"/> began; later calls through the reference fail.</summary>
    void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver;
}

/// <summary>The door to the cluster for code that is not a grain.</summary>
public interface IClusterClient : IGrainFactory
{
    IServiceProvider ServiceProvider { get; }
}

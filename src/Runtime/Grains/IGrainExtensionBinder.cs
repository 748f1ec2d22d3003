namespace Orrery.Runtime;

/// <summary>The extensions of one activation: objects beside the grain, which are called through its identity and in its turns. Used from the grain's own turns.</summary>
public interface IGrainExtensionBinder
{
    /// <summary>The extension of this interface: the one that is set, else a new one from the services, registered under the interface as their key.</summary>
    /// <exception cref="InvalidOperationException">None is set and the services have none.</exception>
    TExtensionInterface GetExtension<TExtensionInterface>()
        where TExtensionInterface : class, IGrainExtension;

    /// <summary>The extension of this interface; where there is none, the given one is made and set.</summary>
    (TExtension, TExtensionInterface) GetOrSetExtension<TExtension, TExtensionInterface>(Func<TExtension> newExtensionFunc)
        where TExtension : class, TExtensionInterface
        where TExtensionInterface : class, IGrainExtension;
}

/// <summary>The activation whose turn runs.</summary>
public interface IGrainContextAccessor
{
    /// <exception cref="InvalidOperationException">No grain's turn runs.</exception>
    IGrainContext GrainContext { get; }
}

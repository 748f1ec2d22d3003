using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Runtime;

internal sealed partial class Activation : IGrainExtensionBinder
{
    public TComponent? GetComponent<TComponent>()
        where TComponent : class => this as TComponent;

    public TExtensionInterface GetExtension<TExtensionInterface>()
        where TExtensionInterface : class, IGrainExtension
    {
        if (Extras.Extensions.TryGetValue(typeof(TExtensionInterface), out var known)) return (TExtensionInterface)known;
        var made = Silo.Services.GetKeyedService<IGrainExtension>(typeof(TExtensionInterface)) ?? throw new InvalidOperationException(
            $"{GrainId} was called through {typeof(TExtensionInterface).FullName}, which is no interface of its class, and the silo's services have no extension for it. Register one with AddGrainExtension.");
        Extras.Extensions.Add(typeof(TExtensionInterface), made);
        return (TExtensionInterface)made;
    }

    public (TExtension, TExtensionInterface) GetOrSetExtension<TExtension, TExtensionInterface>(Func<TExtension> newExtensionFunc)
        where TExtension : class, TExtensionInterface
        where TExtensionInterface : class, IGrainExtension
    {
        if (!Extras.Extensions.TryGetValue(typeof(TExtensionInterface), out var known)) Extras.Extensions.Add(typeof(TExtensionInterface), known = newExtensionFunc());
        return ((TExtension)known, (TExtensionInterface)Silo.Factory.CreateReference(GrainInterfaces.Find(typeof(TExtensionInterface)), Type, Key));
    }
}

/// <summary>Finds the activation whose turn runs on this thread.</summary>
internal sealed class GrainContextAccessor : IGrainContextAccessor
{
    public IGrainContext GrainContext => GrainRuntime.Current ?? throw new InvalidOperationException("No grain's turn runs here.");
}

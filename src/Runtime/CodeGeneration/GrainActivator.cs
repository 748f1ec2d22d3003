using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>Gives a grain's constructor its arguments.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct GrainActivator
{
    private readonly Activation _activation;

    internal GrainActivator(Activation activation) => _activation = activation;

    public IGrainContext Context => _activation;

    public IGrainFactory Factory => _activation.Silo.Factory;

    public TService Service<TService>()
        where TService : notnull => _activation.Silo.Services.GetRequiredService<TService>();

    public TService? OptionalService<TService>() => _activation.Silo.Services.GetService<TService>();

    public TService KeyedService<TService>(object? key)
        where TService : notnull => _activation.Silo.Services.GetRequiredKeyedService<TService>(key);

    public IPersistentState<TState> State<TState>(string stateName, string? storageName) =>
        new PersistentState<TState>(_activation, _activation.Type.Bind(stateName, storageName));
}

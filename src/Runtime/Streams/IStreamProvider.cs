using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Runtime;

/// <summary>Gives access to streams.</summary>
public interface IStreamProvider
{
    string Name { get; }

    bool IsRewindable { get; }

    IAsyncStream<T> GetStream<T>(StreamId streamId);
}

public static class GrainStreamingExtensions
{
    /// <summary>The stream provider of this name, in a grain.</summary>
    /// <exception cref="KeyNotFoundException">The silo has none of this name.</exception>
    public static IStreamProvider GetStreamProvider(this IGrainBase grain, string name) => StreamProviders.Find(grain.GrainContext.ActivationServices, name);
}

public static class ClientStreamingExtensions
{
    /// <summary>The stream provider of this name, outside of grains: to write to streams.</summary>
    /// <exception cref="KeyNotFoundException">The process has none of this name.</exception>
    public static IStreamProvider GetStreamProvider(this IClusterClient client, string name) => StreamProviders.Find(client.ServiceProvider, name);
}

internal static class StreamProviders
{
    public static IStreamProvider Find(IServiceProvider services, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return services.GetKeyedService<IStreamProvider>(name) ?? throw new KeyNotFoundException($"There is no stream provider \"{name}\": register it with the silo's services.");
    }
}

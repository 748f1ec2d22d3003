using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>The storage providers of a silo, by name.</summary>
internal sealed class GrainStorages(Silo silo)
{
    private readonly ConcurrentDictionary<string, GrainStorageQueue> _queues = new(StringComparer.Ordinal);

    /// <exception cref="InvalidOperationException">No provider has this name.</exception>
    public GrainStorageQueue Find(string? name, Type? usedBy)
    {
        string known = name ?? SiloBuilderExtensions.DefaultStorageName;
        return _queues.TryGetValue(known, out var queue) ? queue : _queues.GetOrAdd(known, Make(known, usedBy));
    }

    private GrainStorageQueue Make(string name, Type? usedBy)
    {
        var storage = silo.Services.GetKeyedService<IFencedGrainStorage>(name) ?? throw new InvalidOperationException(
            $"{(usedBy is null ? "" : usedBy.FullName + " stores state in ")}\"{name}\", and no grain storage of that name is registered. Call silo.AddMemoryGrainStorage(\"{name}\") or AddGrainStorage(\"{name}\", ...).");
        return new GrainStorageQueue(silo, name, storage);
    }
}

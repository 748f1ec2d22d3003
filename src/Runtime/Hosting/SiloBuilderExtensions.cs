using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Hosting;

public static class SiloBuilderExtensions
{
    /// <summary>The name of the storage that [PersistentState] uses where it names none.</summary>
    public const string DefaultStorageName = "Default";

    public static ISiloBuilder Configure<TOptions>(this ISiloBuilder silo, Action<TOptions> configure)
        where TOptions : class
    {
        silo.Services.Configure(configure);
        return silo;
    }

    public static ISiloBuilder ConfigureServices(this ISiloBuilder silo, Action<IServiceCollection> configure)
    {
        configure(silo.Services);
        return silo;
    }

    /// <summary>Hosts the grain classes of this assembly. Without any such call, those of the entry assembly and of what it references.</summary>
    public static ISiloBuilder AddGrains(this ISiloBuilder silo, Assembly assembly)
    {
        silo.Services.AddSingleton(new GrainAssembly(assembly));
        return silo;
    }

    /// <summary>Lets every grain be called through this interface: its activation makes the extension when it is first called.</summary>
    public static ISiloBuilder AddGrainExtension<TExtensionInterface, TExtension>(this ISiloBuilder silo)
        where TExtensionInterface : class, IGrainExtension
        where TExtension : class, TExtensionInterface
    {
        silo.Services.AddKeyedTransient<IGrainExtension, TExtension>(typeof(TExtensionInterface));
        return silo;
    }

    /// <summary>Registers a storage provider for grain state under this name.</summary>
    public static ISiloBuilder AddGrainStorage(this ISiloBuilder silo, string name, Func<IServiceProvider, IFencedGrainStorage> create)
    {
        silo.Services.AddKeyedSingleton(name, (services, _) => create(services));
        silo.Services.AddKeyedSingleton<IGrainStorage>(name, (services, _) => new FencedGrainStorageAdapter(services.GetRequiredService<Silo>(), name));
        if (name == DefaultStorageName) silo.Services.TryAddSingleton(services => services.GetRequiredKeyedService<IGrainStorage>(name));
        return silo;
    }

    /// <summary>Registers the storage provider that [PersistentState] uses where it names none.</summary>
    public static ISiloBuilder AddGrainStorageAsDefault(this ISiloBuilder silo, Func<IServiceProvider, IFencedGrainStorage> create) =>
        silo.AddGrainStorage(DefaultStorageName, create);

    /// <summary>Grain state in this process's memory: gone when it ends.</summary>
    public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder silo, string name) => silo.AddGrainStorage(name, _ => new MemoryGrainStorage());

    /// <inheritdoc cref="AddMemoryGrainStorage"/>
    public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder silo) => silo.AddMemoryGrainStorage(DefaultStorageName);

    /// <summary>Makes the silo a member of a cluster, whose members share this store.</summary>
    /// <param name="silo">The silo. Its <see cref="SiloOptions.SiloName"/> has to be its own among those that run.</param>
    /// <param name="configure">How it takes part.</param>
    /// <param name="store">Makes the cluster store; null where the services have one.</param>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo, Action<ClusterOptions> configure, Func<IServiceProvider, IClusterStore>? store = null)
    {
        silo.Services.Replace(ServiceDescriptor.Singleton<IShardOwnership, ShardTable>());
        silo.Services.AddCluster(configure, store);
        return silo;
    }

    /// <summary>Reminders in this table.</summary>
    public static ISiloBuilder UseReminderTable(this ISiloBuilder silo, Func<IServiceProvider, IReminderTable> create)
    {
        silo.Services.AddSingleton(create);
        return silo;
    }

    /// <summary>Reminders in this process's memory: gone when it ends.</summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder silo) => silo.UseReminderTable(_ => new MemoryReminderTable());
}

/// <summary>An assembly whose grains a silo hosts.</summary>
internal sealed record GrainAssembly(Assembly Assembly);

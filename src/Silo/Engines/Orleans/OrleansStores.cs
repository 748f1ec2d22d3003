using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Storage;
using Orrery.Runtime.Storage;
using Orrery.Storage.Hosting;
using StackExchange.Redis;

namespace Orrery.Silo;

/// <summary>
/// Membership, grain state and reminders of Orleans in the store that a connection names. Orleans' tables in SQL databases are not made by it: its scripts have
/// to be run first (docs/guides/orleans.md).
/// </summary>
static class OrleansStores
{
    /// <summary>A silo alone: its grain state goes into the embedded file by the engine's own provider, its reminders are in memory and made anew by the grains that need them.</summary>
    public static void UseAlone(ISiloBuilder silo, OrleansSettings orleans)
    {
        silo.UseLocalhostClustering(orleans.AlonePort, orleans.GatewayOf(orleans.AlonePort), serviceId: orleans.ServiceId, clusterId: orleans.ClusterId);
        silo.UseInMemoryReminderService();
        silo.Services.AddSingleton(provider => new OrreryGrainStorage(provider.GetRequiredService<IFencedGrainStorage>(), provider.GetRequiredService<IGrainStorageSerializer>()));
        silo.Services.AddKeyedSingleton<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, static (provider, _) => provider.GetRequiredService<OrreryGrainStorage>());
        silo.Services.AddSingleton<IGrainStorage>(static provider => provider.GetRequiredService<OrreryGrainStorage>());
    }

    public static void UseCluster(ISiloBuilder silo, ClusterSettings cluster, StorageConnection connection, OrleansSettings orleans)
    {
        var listens = OrleansSettings.EndPointOf(cluster.Address);
        var advertised = cluster.AdvertisedAddress is { } address ? OrleansSettings.EndPointOf(address) : listens;
        silo.Configure<ClusterOptions>(options => SetIds(options, orleans));
        silo.Configure<Orleans.Configuration.SiloOptions>(options => options.SiloName = cluster.SiloName);
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = advertised.Address;
            options.SiloPort = advertised.Port;
            options.GatewayPort = orleans.GatewayOf(advertised.Port);
            options.SiloListeningEndpoint = listens;
            options.GatewayListeningEndpoint = new IPEndPoint(listens.Address, orleans.GatewayOf(listens.Port));
        });
        string text = connection.Text;
        if (connection.Kind == StorageKind.Redis)
        {
            silo.UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(text));
            silo.AddRedisGrainStorageAsDefault(options => options.ConfigurationOptions = ConfigurationOptions.Parse(text));
            silo.UseRedisReminderService(options => options.ConfigurationOptions = ConfigurationOptions.Parse(text));
            return;
        }

        string driver = DriverOf(connection);
        silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (driver, text));
        silo.AddAdoNetGrainStorageAsDefault(options => (options.Invariant, options.ConnectionString) = (driver, text));
        silo.UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (driver, text));
    }

    public static void UseCluster(IClientBuilder client, StorageConnection connection, OrleansSettings orleans)
    {
        client.Configure<ClusterOptions>(options => SetIds(options, orleans));
        string text = connection.Text;
        if (connection.Kind == StorageKind.Redis)
            client.UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(text));
        else
            client.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (DriverOf(connection), text));
    }

    static void SetIds(ClusterOptions options, OrleansSettings orleans) => (options.ClusterId, options.ServiceId) = (orleans.ClusterId, orleans.ServiceId);

    /// <summary>The names that Orleans knows drivers by.</summary>
    static string DriverOf(StorageConnection connection) => connection.Kind switch
    {
        StorageKind.PostgreSql => "Npgsql",
        StorageKind.MySql => "MySql.Data.MySqlClient",
        StorageKind.SqlServer => "Microsoft.Data.SqlClient",
        _ => throw new NotSupportedException($"Orleans has no store in {connection}."),
    };
}

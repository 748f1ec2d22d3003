using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Dashboard;
using Orleans.Serialization;
using Orleans.Storage;
using Orrery.Grains;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Installations;
using Orrery.Runtime.Hosting;
using Orrery.Storage.Hosting;
using Orrery.Storage.Sqlite;
using ISiloBuilder = Orleans.Hosting.ISiloBuilder;

namespace Orrery.Silo;

/// <summary>The same doors as the other engine's, on Microsoft Orleans.</summary>
public static class SiloServices
{
    /// <summary>
    /// A silo: alone with everything embedded in this folder, or a member of a cluster, with its log and installation key there. Options come from the
    /// configuration's section <c>Orrery</c>; those of Orleans from its section <c>Orrery:Orleans</c> (<see cref="OrleansSettings"/>).
    /// </summary>
    public static IHostApplicationBuilder AddOrrerySilo(this IHostApplicationBuilder builder, string dataDirectory, ClusterSettings? cluster = null, string? log = null)
    {
        var section = builder.Configuration.GetSection("Orrery");
        builder.Services.ConfigureGrains(section);
        var orleans = OrleansSettings.Read(section);
        AddOrrerySilo(builder, new SiloSettings { DataDirectory = dataDirectory, Cluster = cluster, Log = log }, orleans);
        return builder;
    }

    /// <summary>A process of a cluster without a silo: its calls go to the silos' gateways.</summary>
    public static IHostApplicationBuilder AddOrreryClusterClient(this IHostApplicationBuilder builder, ClusterSettings cluster)
    {
        var section = builder.Configuration.GetSection("Orrery");
        var orleans = OrleansSettings.Read(section);
        var connection = ConnectionOf(cluster);
        builder.Services.Configure<IntakeOptions>(section.GetSection("Intake"));
        builder.UseOrleansClient(client =>
        {
            OrleansStores.UseCluster(client, connection, orleans);
            AddValues(client.Services);
        });
        builder.Services.AddSingleton<IClusterManagement, OrleansClusterManagement>();
        builder.Services.AddInstallationCheck(() => new InstallationClaim($"the web process on {Environment.MachineName}", null, null, false, null));
        return builder;
    }

    /// <summary>The store of a cluster.</summary>
    /// <exception cref="FormatException">The connection cannot be read; the message does not repeat it.</exception>
    public static StorageConnection ConnectionOf(ClusterSettings cluster)
    {
        var connection = StorageConnection.Parse(cluster.Connection);
        return connection.Kind != StorageKind.Sqlite ? connection : throw new FormatException(
            "Orleans has no membership in a SQLite file: a cluster on it needs PostgreSQL, MySQL/MariaDB, SQL Server or Redis. Build without ActorEngine=Orleans for a cluster over one file.");
    }

    static void AddOrrerySilo(IHostApplicationBuilder builder, SiloSettings settings, OrleansSettings orleans)
    {
        string data = Path.GetFullPath(settings.DataDirectory);
        string log = Path.Combine(data, InstallationFiles.LogFolderName);
        var services = builder.Services;
        services.AddLog(settings, log);
        services.AddOrreryGrains(_ => Installation.ReadKey(settings, data));
        services.ConfigureLake(data);
        // For the chunks of samples, which grains keep beside their state; alone, for grain state too.
        if (settings.Cluster is { } cluster)
            services.AddOrreryStorage(ConnectionOf(cluster));
        else
            services.AddSqliteStorage(options => options.DataDirectory = data);
        builder.UseOrleans(silo =>
        {
            if (settings.Cluster is { } joined)
                OrleansStores.UseCluster(silo, joined, ConnectionOf(joined), orleans);
            else
                OrleansStores.UseAlone(silo, orleans);
            AddValues(silo.Services);
            if (orleans.Dashboard)
                silo.AddDashboard();
            settings.Configure?.Invoke(silo);
        });
        services.AddSingleton<IClusterManagement, OrleansClusterManagement>();
        if (settings.Cluster is not null)
            services.AddInstallationCheck(() => Installation.ClaimOf(settings, data, log));
        services.AddFleetWakeUp(isClustered: settings.Cluster is not null);
        services.AddJobWorker(settings);
    }

    /// <summary>Orrery's values travel and are stored as JSON, by the options that the other engine stores them with; its exceptions as exceptions.</summary>
    static void AddValues(IServiceCollection services)
    {
        services.AddSerializer(serializer => serializer.AddJsonSerializer(IsValue, GrainValues.Options));
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add("Orrery"));
        services.AddSingleton<IGrainStorageSerializer, GrainValues>();
    }

    /// <summary>Whether the type is one of Orrery's values: not an exception, and neither a grain nor a reference to one.</summary>
    static bool IsValue(Type type) =>
        type.Namespace is { } space && (space == "Orrery" || space.StartsWith("Orrery.", StringComparison.Ordinal))
        && !typeof(Exception).IsAssignableFrom(type) && !typeof(IAddressable).IsAssignableFrom(type);
}

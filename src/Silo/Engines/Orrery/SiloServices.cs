using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Grains;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Installations;
using Orrery.Runtime.Storage;
using Orrery.Storage.Hosting;
using Orrery.Storage.Sqlite;

namespace Orrery.Silo;

public static class SiloServices
{
    /// <summary>
    /// A silo: alone with everything embedded in this folder, or a member of a cluster, with its log and installation key there. Options come from the
    /// configuration's section <c>Orrery</c>: <c>Orrery:Health</c>, <c>Orrery:Users</c> and so on.
    /// </summary>
    public static IHostApplicationBuilder AddOrrerySilo(this IHostApplicationBuilder builder, string dataDirectory, ClusterSettings? cluster = null, string? log = null)
    {
        var section = builder.Configuration.GetSection("Orrery");
        builder.Services.Configure<SiloOptions>(section.GetSection("Silo"));
        builder.Services.ConfigureGrains(section);
        builder.Services.AddOrrerySilo(new SiloSettings
        {
            DataDirectory = dataDirectory,
            Cluster = cluster,
            Log = log,
            Configure = silo =>
            {
                if (cluster is not null)
                    silo.UseCluster(options => Configure(options, section, cluster));
            },
        });
        if (cluster is not null)
            builder.Services.ConfigureTransport(section, cluster);
        return builder;
    }

    /// <summary>A process of a cluster without a silo: its calls go to the silos.</summary>
    public static IHostApplicationBuilder AddOrreryClusterClient(this IHostApplicationBuilder builder, ClusterSettings cluster)
    {
        var section = builder.Configuration.GetSection("Orrery");
        builder.Services.Configure<SiloOptions>(section.GetSection("Silo"));
        builder.Services.Configure<IntakeOptions>(section.GetSection("Intake"));
        builder.Services.AddOrreryClusterStore(ConnectionOf(cluster));
        builder.Services.AddHostedService<StoreCheck>();
        builder.Services.AddOrreryClient(options => Configure(options, section, cluster));
        builder.Services.ConfigureTransport(section, cluster);
        builder.Services.AddInstallationCheck(() => new InstallationClaim($"the web process on {Environment.MachineName}", null, null, false, null));
        return builder;
    }

    /// <summary>A silo: alone, with grain state, reminders and chunks in one SQLite file; or a member of a cluster, with them in the cluster's store. Samples go through the embedded log.</summary>
    public static IServiceCollection AddOrrerySilo(this IServiceCollection services, SiloSettings settings)
    {
        string data = Path.GetFullPath(settings.DataDirectory);
        string log = Path.Combine(data, InstallationFiles.LogFolderName);
        services.AddLog(settings, log);
        services.AddOrreryGrains(_ => Installation.ReadKey(settings, data));
        services.ConfigureLake(data);
        if (settings.Cluster is { } cluster)
        {
            services.AddOrreryStorage(ConnectionOf(cluster));
            services.Configure<SiloOptions>(options => options.SiloName = cluster.SiloName);
            services.AddHostedService<StoreCheck>();
            services.AddHostedService<NameCheck>();
        }
        else
        {
            services.AddSqliteStorage(options => options.DataDirectory = data);
        }

        services.AddOrrery(silo =>
        {
            silo.AddGrains(typeof(GrainServices).Assembly);
            silo.AddGrainStorageAsDefault(static provider => provider.GetRequiredService<IFencedGrainStorage>());
            settings.Configure?.Invoke(silo);
        });
        if (settings.Cluster is not null)
            services.AddInstallationCheck(() => Installation.ClaimOf(settings, data, log));
        services.AddFleetWakeUp(isClustered: settings.Cluster is not null);
        services.AddJobWorker(settings);
        return services;
    }

    /// <summary>The store of a cluster. Over a SQLite file a cluster is made of this machine's processes, which share it.</summary>
    /// <exception cref="FormatException">The connection cannot be read; the message does not repeat it.</exception>
    public static StorageConnection ConnectionOf(ClusterSettings cluster)
    {
        StorageConnection connection = StorageConnection.Parse(cluster.Connection);
        return connection.Kind == StorageKind.Sqlite && !connection.IsShared ? StorageConnection.Parse($"sqlite:{connection.FilePath}?shared=true") : connection;
    }

    static void Configure(ClusterOptions options, IConfigurationSection section, ClusterSettings cluster)
    {
        section.GetSection("Cluster").Bind(options);
        options.Address = cluster.Address;
        options.AdvertisedAddress = cluster.AdvertisedAddress;
        options.Secret = cluster.Secret;
    }

    /// <summary>Certificates are read when the process starts.</summary>
    static void ConfigureTransport(this IServiceCollection services, IConfigurationSection section, ClusterSettings cluster)
    {
        services.Configure<TransportOptions>(section.GetSection("Transport"));
        services.Configure<TransportOptions>(options =>
        {
            options.CertificateName = cluster.CertificateName;
            if (cluster.CertificateFile is { } certificate)
                options.Certificate = ReadPem(certificate, () => X509Certificate2.CreateFromPemFile(certificate, cluster.CertificateKeyFile ?? certificate));
            if (cluster.CertificateAuthorityFile is { } authority)
                options.CertificateAuthority = ReadPem(authority, () => X509CertificateLoader.LoadCertificateFromFile(authority));
        });
    }

    static X509Certificate2 ReadPem(string path, Func<X509Certificate2> read)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"The certificate in '{path}' cannot be read: {problem.Message} It is a PEM file; a process's own needs its private key as well.");
        }
    }
}

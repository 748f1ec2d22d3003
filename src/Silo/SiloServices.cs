using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Grains;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.Health;
using Orrery.Grains.Health.Intake;
using Orrery.Grains.Sites;
using Orrery.Grains.Tenants;
using Orrery.Grains.Users;
using Orrery.Interfaces.Health;
using Orrery.Log;
using Orrery.Log.Embedded;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Storage.Sqlite;

namespace Orrery.Silo;

public static class SiloServices
{
    /// <summary>A silo with everything embedded, in this folder. Options come from the configuration's section <c>Orrery</c>: <c>Orrery:Health</c>, <c>Orrery:Users</c> and so on.</summary>
    public static IHostApplicationBuilder AddOrrerySilo(this IHostApplicationBuilder builder, string dataDirectory)
    {
        var section = builder.Configuration.GetSection("Orrery");
        builder.Services.Configure<SiloOptions>(section.GetSection("Silo"));
        builder.Services.Configure<IntakeOptions>(section.GetSection("Intake"));
        builder.Services.Configure<TenantOptions>(section.GetSection("Tenants"));
        builder.Services.Configure<SiteOptions>(section.GetSection("Sites"));
        builder.Services.Configure<UserOptions>(section.GetSection("Users"));
        builder.Services.Configure<HealthOptions>(section.GetSection("Health"));
        builder.Services.Configure<SampleIntakeOptions>(section.GetSection("SampleIntake"));
        builder.Services.Configure<WebhookOptions>(section.GetSection("Webhooks"));
        builder.Services.AddOrrerySilo(new SiloSettings { DataDirectory = dataDirectory });
        return builder;
    }

    /// <summary>A silo with everything embedded: grain state, reminders and chunks in one SQLite file, samples in the embedded log.</summary>
    public static IServiceCollection AddOrrerySilo(this IServiceCollection services, SiloSettings settings)
    {
        string data = Path.GetFullPath(settings.DataDirectory);
        services.AddSqliteStorage(options => options.DataDirectory = data);
        services.AddEmbeddedLog(_ => new EmbeddedLogOptions { Directory = Path.Combine(data, "log") });
        services.AddOrreryGrains(_ =>
        {
            Directory.CreateDirectory(data);
            return InstallationKey.ReadOrCreate(data);
        });
        services.AddOrrery(silo =>
        {
            silo.AddGrains(typeof(GrainServices).Assembly);
            silo.AddGrainStorageAsDefault(static provider => provider.GetRequiredService<IFencedGrainStorage>());
            settings.Configure?.Invoke(silo);
        });
        services.AddHostedService<FleetWakeUp>();
        return services;
    }
}

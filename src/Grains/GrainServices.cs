using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ObjectStores;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.Channels;
using Orrery.Grains.Channels.Landing;
using Orrery.Grains.Channels.Sources;
using Orrery.Grains.Health;
using Orrery.Grains.Health.Servers;
using Orrery.Grains.Ledger;
using Orrery.Grains.Secrets;
using Orrery.Grains.Streams;
using Orrery.Grains.Users;

namespace Orrery.Grains;

public static class GrainServices
{
    /// <summary>What the grains of this assembly need besides a silo. The host adds an <c>ILog</c>, an <c>IChunkStore</c> and the installation's key.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="installationKey">Opens the sealed secrets in grain state: <see cref="SecretBox.KeyBytes"/> bytes, the same at each start, kept outside of the storage.</param>
    public static IServiceCollection AddOrreryGrains(this IServiceCollection services, Func<IServiceProvider, byte[]> installationKey)
    {
        services.AddOptions<HealthOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<HealthOptions>, HealthOptionsValidator>());
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SecretSource, SystemSecretSource>();
        services.TryAddSingleton(provider => new SecretBox(installationKey(provider), provider.GetRequiredService<SecretSource>()));
        services.TryAddSingleton<PasswordHasher>();
        services.TryAddSingleton<HealthInstruments>();
        services.TryAddSingleton<LedgerInstruments>();
        services.TryAddSingleton<WebhookSender>();
        services.TryAddSingleton<News.Mail.MailSender>();
        services.TryAddSingleton<CompactionSlots>();
        services.TryAddSingleton<CaptureInstruments>();
        services.TryAddSingleton<ObjectStoreInstruments>();
        services.TryAddSingleton<ChannelInstruments>();
        services.TryAddSingleton<Sql.SqlInstruments>();
        services.TryAddSingleton<Checks.CheckInstruments>();
        services.TryAddSingleton<Jobs.JobInstruments>();
        services.TryAddSingleton<Sql.Checkpoints.ICheckpointPlaces, Sql.Checkpoints.FolderCheckpointPlaces>();
        services.AddLogStreams(LogStreamServices.DefaultName);
        services.TryAddSingleton<ISourceFactory, SourceFactory>();
        services.TryAddSingleton<ILandingStores, LandingStores>();
        return services;
    }
}

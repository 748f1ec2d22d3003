using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orrery.Grains.Jobs;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Installations;

namespace Orrery.Silo;

/// <summary>What belongs to an installation whatever engine runs its grains: the key, and what its processes have in common.</summary>
static class Installation
{
    /// <exception cref="InvalidDataException">The key's file is there and is no key, or has to be there and is not.</exception>
    public static byte[] ReadKey(SiloSettings settings, string data)
    {
        if (settings.Cluster?.KeyFile is { } file)
            return InstallationKey.Read(file);
        Directory.CreateDirectory(data);
        return InstallationKey.ReadOrCreate(Path.Combine(data, InstallationFiles.KeyFileName));
    }

    public static InstallationClaim ClaimOf(SiloSettings settings, string data, string log) => new(
        $"silo {settings.Cluster!.SiloName} on {Environment.MachineName}", InstallationKey.FingerprintOf(ReadKey(settings, data)), LogAddress.IdentityOf(settings) ?? LogIdentity.ReadOrCreate(log), settings.Cluster.ReplacesLog, null);

    public static void AddInstallationCheck(this IServiceCollection services, Func<InstallationClaim> claim) => services.AddHostedService(provider =>
        new InstallationCheck(provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<IOptions<IntakeOptions>>(), provider.GetRequiredService<TimeProvider>(), claim));

    public static void AddFleetWakeUp(this IServiceCollection services, bool isClustered) =>
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<FleetWakeUp>(provider, isClustered));

    /// <summary>The silo takes jobs.</summary>
    public static void AddJobWorker(this IServiceCollection services, SiloSettings settings) => services.AddHostedService(provider =>
        new JobWorkerService(ActivatorUtilities.CreateInstance<JobWorker>(provider, settings.Cluster?.SiloName ?? "silo")));
}

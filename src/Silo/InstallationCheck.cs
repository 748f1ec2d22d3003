using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orrery.Interfaces;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Installations;

namespace Orrery.Silo;

/// <summary>
/// Compares, when a process of a cluster starts, what all of them must have in common: the installation key, the log's directory, the number of intake
/// partitions. Where something differs the process does not start: it would seal secrets that others cannot open, or look for samples where there are none.
/// </summary>
sealed class InstallationCheck(IGrainFactory grains, IOptions<IntakeOptions> intake, TimeProvider time, Func<InstallationClaim> claim) : IHostedService
{
    static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(20);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> differences;
        try
        {
            differences = await grains.GetGrain<IInstallationGrain>(EntityKeys.Fleet)
                .Join(claim() with { IntakePartitions = intake.Value.Partitions }).WaitAsync(AnswerTimeout, time, cancellationToken);
        }
        catch (Exception away) when (away is TimeoutException or SiloUnavailableException or OverloadedException or InvalidOperationException)
        {
            throw new InstallationMismatchException($"No silo of the cluster answered: {away.Message} See that one runs, that it can be reached from here, and that the secret is the same.");
        }

        if (differences.Count > 0)
            throw new InstallationMismatchException(string.Join(' ', differences));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>This process does not belong to the installation that the cluster serves. The message says what differs and what to do.</summary>
public sealed class InstallationMismatchException(string message) : Exception(message);

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Interfaces;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tags;

namespace Orrery.Silo;

/// <summary>
/// What a started silo does before anybody calls: the intakes hand on again what the log holds, and the fleet's health asks its tenants, which ask
/// their servers, and channels go on. So alarms, silence and scores go on after a restart. It holds up neither the start nor the first answer.
/// <para>In a cluster every silo goes on doing so: whoever of these was lost with another silo lives again within a period. Asking twice is harmless.</para>
/// </summary>
sealed partial class FleetWakeUp(IGrainFactory grains, IOptions<IntakeOptions> intake, TimeProvider time, ILogger<FleetWakeUp> logger, bool isClustered) : BackgroundService
{
    static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                for (int partition = 0; partition < intake.Value.Partitions; partition++)
                    await grains.GetGrain<ISampleIntakeGrain>(partition.ToString(System.Globalization.CultureInfo.InvariantCulture)).CatchUp();
                await grains.GetGrain<IFleetHealthGrain>(EntityKeys.Fleet).Get();
                await grains.GetGrain<IChannelDirectoryGrain>(EntityKeys.Fleet).WakeAll();
                await grains.GetGrain<ISqlDirectoryGrain>(EntityKeys.Fleet).WakeAll();
                await grains.GetGrain<ITagDirectoryGrain>(EntityKeys.Fleet).WakeAll();
                if (!isClustered)
                    return;
            }
            catch (Exception busy) when (isClustered && busy is SiloUnavailableException or TimeoutException or OverloadedException)
            {
                // A silo was lost a moment ago; the next round finds its successor.
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                NotAwake(logger, RetryPause, failure);
            }

            await Task.Delay(RetryPause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(5601, LogLevel.Error, "The fleet could not be woken; it is tried again in {Pause}.")]
    static partial void NotAwake(ILogger logger, TimeSpan pause, Exception failure);
}

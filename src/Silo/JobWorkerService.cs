using Microsoft.Extensions.Hosting;
using Orrery.Grains.Jobs;

namespace Orrery.Silo;

/// <summary>Runs the silo's worker from its start to its end.</summary>
sealed class JobWorkerService(JobWorker worker) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await worker.RunAsync(stoppingToken);
    }
}

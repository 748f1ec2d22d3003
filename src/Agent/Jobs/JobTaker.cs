using Microsoft.Extensions.Logging;
using Orrery.Jobs.Work;

namespace Orrery.Agent.Jobs;

/// <summary>Asks the cloud for jobs for this agent, as many at once as it may, and runs them here. What was under way when the agent was killed, it or another one goes on with once the lease has run out.</summary>
internal sealed class JobTaker(AgentOptions options, CloudJobs cloud, TimeProvider time, ILogger logger)
{
    static readonly TimeSpan PauseFirst = TimeSpan.FromSeconds(1), PauseMax = TimeSpan.FromMinutes(1);

    readonly string folder = options.Jobs.WorkFolder(options);

    public Task RunAsync(CancellationToken stopping) => options.Jobs.Allow ? Task.WhenAll(Enumerable.Range(0, options.Jobs.Parallel).Select(_ => TakeAsync(stopping))) : Task.CompletedTask;

    async Task TakeAsync(CancellationToken stopping)
    {
        TimeSpan pause = PauseFirst;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await cloud.TakeAsync(stopping).ConfigureAwait(false) is { } lease)
                    await RunAsync(lease, stopping).ConfigureAwait(false);
                pause = PauseFirst;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
            {
                logger.JobsNotAsked(pause.TotalSeconds, error.Message);
                await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = TimeSpan.FromTicks(Math.Min(PauseMax.Ticks, pause.Ticks * 2));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    async Task RunAsync(TakenLease lease, CancellationToken stopping)
    {
        IJobHolder holder = cloud.HolderOf(lease);
        IJobKind kind;
        try
        {
            kind = JobKinds.Of(lease.Definition);
        }
        catch (ArgumentException unknown)
        {
            // An agent that is older than the cloud.
            await holder.EndAsync(new WorkEnding(false, unknown.Message, false, null), stopping).ConfigureAwait(false);
            return;
        }

        logger.JobTaken(lease.Job, lease.Token, kind.Name);
        var context = new JobContext(lease.Name, time, Path.Combine(folder, lease.Name)) { Token = lease.Token, KeyFile = Path.Combine(folder, "certificate-key.pem"), Step = lease.Step, Target = cloud.TargetOf(lease) };
        Exception? fault = await new LeasedRun(kind, lease.Definition, lease.IsAssessment, context, holder, TimeSpan.FromSeconds(lease.LeaseSeconds)).RunAsync(stopping).ConfigureAwait(false);
        if (fault is not null)
            logger.JobFault(lease.Job, fault);
        else
            logger.JobLeft(lease.Job, lease.Token);
    }
}

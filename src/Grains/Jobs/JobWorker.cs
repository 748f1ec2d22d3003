using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Grains.Channels;
using Orrery.Interfaces;
using Orrery.Interfaces.Jobs;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Jobs.Work;

namespace Orrery.Grains.Jobs;

/// <summary>A silo's hands: takes jobs that run anywhere, as many at once as it may, and runs them on threads of their own, outside of grains.</summary>
/// <param name="name">Of the worker; two at once never have the same.</param>
/// <param name="grains">The cluster.</param>
/// <param name="options">Bounds.</param>
/// <param name="channels">Which files of the silo's machine jobs may open.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The silo's.</param>
public sealed class JobWorker(string name, IGrainFactory grains, IOptions<JobOptions> options, IOptions<ChannelOptions> channels, TimeProvider time, ILogger<JobWorker> logger)
{
    const int WaitSeconds = 10;
    static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Takes jobs until it is stopped; jobs under way are then put down for others.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(Enumerable.Range(1, options.Value.Parallel).Select(hand => TakeAsync($"{name}#{hand}", stopping)));

    async Task TakeAsync(string worker, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await grains.GetGrain<IJobQueueGrain>(EntityKeys.Fleet).Take("", WaitSeconds).WaitAsync(stopping) is { } job && await grains.GetGrain<IJobGrain>(job).Lease(worker) is { } lease)
                    await RunAsync(worker, job, lease, stopping);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                JobMessages.NotAsked(logger, worker, PauseAfterFailure, failure);
                await Task.Delay(PauseAfterFailure, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    async Task RunAsync(string worker, string job, JobLease lease, CancellationToken stopping)
    {
        JsonElement definition = JsonSerializer.Deserialize<JsonElement>(lease.Definition);
        var context = new JobContext(lease.Name, time, Path.Combine(options.Value.Folder, lease.Name))
        {
            Token = lease.Token,
            Files = new FileBounds(channels.Value.Folders),
            KeyFile = Path.Combine(options.Value.Folder, "certificate-key.pem"),
            Step = lease.Step is { } step ? new JobStep(Enum.Parse<Orrery.Jobs.Work.JobStepKind>(step.Kind.ToString()), step.SourceIsStopped, step.Deadline) : null,
        };
        var run = new LeasedRun(JobKinds.Of(definition), definition, lease.IsAssessment, context, new Holder(grains.GetGrain<IJobGrain>(job), worker, lease.Token), TimeSpan.FromSeconds(lease.LeaseSeconds));
        if (await run.RunAsync(stopping) is { } fault)
            JobMessages.Fault(logger, job, worker, fault);
    }

    sealed class Holder(IJobGrain job, string worker, long token) : IJobHolder
    {
        public async Task<WorkWord> BeatAsync(JobProgress? progress, IReadOnlyList<string> rejects, CancellationToken cancellationToken) =>
            Read(await job.Beat(worker, token, progress is null ? null : Tell(progress), rejects).WaitAsync(cancellationToken));

        public Task EndAsync(WorkEnding ending, CancellationToken cancellationToken) => job.End(worker, token, new JobEnding(ending.IsReleased, ending.Error, ending.IsPassing, ending.Result)).WaitAsync(cancellationToken);

        static WorkWord Read(JobWord word) => new(
            word.Order switch { JobOrder.GoOn => WorkOrder.GoOn, JobOrder.Pause => WorkOrder.Pause, JobOrder.Cancel => WorkOrder.Cancel, _ => WorkOrder.Lost },
            word.Limits is { } limits ? new JobLimits(limits.RowsPerSecond, limits.BytesPerSecond, limits.Channels) : null);

        static JobProgressInfo Tell(JobProgress progress) => new(
            JsonNamingPolicy.CamelCase.ConvertName(progress.Phase.ToString()), progress.Rows, progress.RowsTotal, progress.Bytes, Math.Round(progress.RowsPerSecond, 1), progress.Left?.TotalSeconds, progress.Table, progress.Rejects,
            progress.Waiting, [.. progress.Tables.Select(table => new JobTableProgress(table.Table, table.Rows, table.RowsEstimate, table.IsDone)
            {
                ChunksDone = table.ChunksDone, ChunksWaiting = table.ChunksWaiting, Chunks = [.. table.Chunks.Select(chunk => new JobChunkProgress(chunk.Number, chunk.Rows, chunk.IsDone))],
            })])
        {
            Follow = progress.Follow is { } follow ? new JobFollowInfo(follow.IsBack, follow.Changes, follow.LagRecords, follow.Lag.TotalSeconds, follow.IsReached) : null,
        };
    }
}

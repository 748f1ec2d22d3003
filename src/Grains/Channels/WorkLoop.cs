using Orrery.Connectors.ChangeCapture;
using Orrery.Grains.Storing;

namespace Orrery.Grains.Channels;

/// <summary>
/// Runs what a channel orders of a worker, from the worker's own turns: one order at a time, the earlier one stopped first; failures are tried again after pauses that double
/// while nothing gets done, unless nothing but a person can mend them.
/// </summary>
/// <param name="carry">The work; it ends by its cancellation, by failing, or when there is nothing left to do.</param>
/// <param name="done">A number that rises while something gets done.</param>
/// <param name="failed">Told of each failure; the pause is null where it is not tried again.</param>
sealed class WorkLoop(ChannelOptions options, TimeProvider time, Func<ChannelOrder, CancellationToken, Task> carry, Func<long> done, Action<TimeSpan?, Exception> failed)
{
    static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    readonly CancellationTokenSource ending = new();
    ChannelOrder? order;
    Task work = Task.CompletedTask;
    CancellationTokenSource? working;

    /// <summary>See <see cref="Interfaces.Channels.SourceStatus.Phase"/>.</summary>
    public string Phase { get; private set; } = "stopped";

    public string? Problem { get; private set; }

    public DateTimeOffset? ProblemAt { get; private set; }

    /// <summary>Ends with the activation.</summary>
    public CancellationToken Ending => ending.Token;

    /// <summary>Sees that the work runs as ordered.</summary>
    /// <param name="newOrder">The order; an older version than one that was given is ignored.</param>
    /// <param name="isWanted">Whether the order has work for this worker.</param>
    public void Follow(ChannelOrder newOrder, bool isWanted)
    {
        if (ending.IsCancellationRequested || (order is not null && newOrder.Version <= order.Version))
            return;
        order = newOrder;
        work = ChangeOver(work, working, isWanted && newOrder.IsRunning);
    }

    /// <summary>It goes well.</summary>
    public void Runs(string phase = "running") => (Phase, Problem) = (phase, null);

    /// <summary>Stops for good.</summary>
    public async Task EndAsync()
    {
        await ending.CancelAsync();
        await StateWriter.Settled(work.WaitAsync(StopPatience, time));
    }

    async Task ChangeOver(Task earlier, CancellationTokenSource? stopping, bool runs)
    {
        working = null;
        if (stopping is not null)
            await stopping.CancelAsync();
        await StateWriter.Settled(earlier);
        if (runs)
            await RunAsync(order!, (working = CancellationTokenSource.CreateLinkedTokenSource(ending.Token)).Token);
        else
            Phase = "stopped";
    }

    async Task RunAsync(ChannelOrder running, CancellationToken cancellationToken)
    {
        TimeSpan pause = options.RetryPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            Phase = "starting";
            long before = done();
            try
            {
                await carry(running, cancellationToken);
                Phase = "done";
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                bool isPassing = failure is not ChangeSourceException { Fault: not ChangeSourceFault.Unreachable };
                (Phase, Problem, ProblemAt) = (isPassing ? "waiting" : "failed", failure.Message, time.GetUtcNow());
                if (done() > before)
                    pause = options.RetryPause;
                failed(isPassing ? pause : null, failure);
                if (!isPassing)
                    return;
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.RetryPauseMax.Ticks));
        }

        Phase = "stopped";
    }
}

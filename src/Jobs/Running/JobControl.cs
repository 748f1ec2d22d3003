namespace Orrery.Jobs.Running;

/// <summary>Lets a running job stand still, go on, or end, at the next chunk.</summary>
public sealed class JobControl
{
    readonly Lock gate = new();
    TaskCompletionSource? paused;

    public bool IsPaused
    {
        get
        {
            lock (gate) return paused is not null;
        }
    }

    /// <summary>Chunks under way are finished, and no further ones begun.</summary>
    public void Pause()
    {
        lock (gate) paused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Resume()
    {
        lock (gate)
        {
            paused?.TrySetResult();
            paused = null;
        }
    }

    /// <summary>Waits while the job is to stand still.</summary>
    internal void Wait(CancellationToken cancellationToken)
    {
        Task? until;
        lock (gate) until = paused?.Task;
        until?.Wait(cancellationToken);
    }
}

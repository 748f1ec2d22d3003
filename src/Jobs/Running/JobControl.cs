namespace Orrery.Jobs.Running;

/// <summary>Lets a running job stand still and go on at the next chunk, and changes what it may take.</summary>
public sealed class JobControl
{
    readonly Lock gate = new();
    TaskCompletionSource? paused;
    TaskCompletionSource limited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    JobLimits? limits;

    /// <summary>What was said last; null: nothing, and the run keeps to its options.</summary>
    public JobLimits? Limits => Volatile.Read(ref limits);

    /// <summary>Ends when <see cref="Limits"/> change.</summary>
    internal Task Limited
    {
        get
        {
            lock (gate) return limited.Task;
        }
    }

    /// <summary>Changes what the run may take; it goes on meanwhile.</summary>
    public void Limit(JobLimits next)
    {
        lock (gate)
        {
            if (limits == next) return;
            Volatile.Write(ref limits, next);
            limited.TrySetResult();
            limited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

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

namespace Orrery.Grains.Storing;

/// <summary>
/// Writes a grain's value for calls that interleave: one write at a time, and calls that come while one runs share the next, as in a
/// group commit. A write that failed ends the activation, since memory then holds what storage does not; the next activation reads
/// what is stored. Used from the grain's own turns only.
/// </summary>
sealed class StateWriter(IStorage storage, Action endActivation)
{
    Task? running;
    Task? queued;

    /// <summary>Completes when everything in the value at the time of this call is stored.</summary>
    public Task WriteAsync()
    {
        if (queued is not null)
            return queued;
        if (running is null or { IsCompleted: true })
            return running = Run(storage.WriteStateAsync);
        return queued = RunAfter(running, storage.WriteStateAsync);
    }

    /// <summary>Completes when no write runs or waits: for a call that found its change already made by another one.</summary>
    public Task Pending => queued ?? running ?? Task.CompletedTask;

    /// <summary>Removes the stored value, after writes that run.</summary>
    public async Task ClearAsync()
    {
        while (queued is not null || running is { IsCompleted: false })
            await Settled(queued ?? running!);
        await (running = Run(storage.ClearStateAsync));
    }

    async Task RunAfter(Task earlier, Func<Task> write)
    {
        await Settled(earlier);
        queued = null;
        await (running = Run(write));
    }

    async Task Run(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch
        {
            endActivation();
            throw;
        }
    }

    /// <summary>Waits for the end of work whose failure its own callers hear of.</summary>
    public static async Task Settled(Task work) => await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}

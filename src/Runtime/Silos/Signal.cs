namespace Orrery.Runtime;

/// <summary>
/// A task that ends when somebody says so. Who waits goes on as work of the silo's scheduler, never on the stack of who signals (which may hold a lock), and never
/// elsewhere: a <see cref="TaskCompletionSource"/> that runs continuations asynchronously hands combinations such as <c>WhenAny</c> and <c>WaitAsync</c> to the
/// thread pool, whatever scheduler the silo was given.
/// </summary>
internal sealed class Signal(TurnScheduler scheduler) : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource _source = new();
    private int _isSet;

    /// <summary>Ends soon after <see cref="Set"/>.</summary>
    public Task Task => _source.Task;

    /// <summary>Only the first one counts.</summary>
    public void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0) scheduler.Queue(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _source.TrySetResult();
}

namespace Orrery.Grains.Sql.Running;

/// <summary>Work of seconds, on a thread of its own: a thread of the pool that is busy for so long is missed by those who need one at once.</summary>
static class LongWork
{
    public static Task<T> RunAsync<T>(Func<Task<T>> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap();
}

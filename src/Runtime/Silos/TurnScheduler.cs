namespace Orrery.Runtime;

/// <summary>Where turns and continuations run. A simulation gives a <see cref="TaskScheduler"/> of its own; else it is the thread pool.</summary>
internal abstract class TurnScheduler
{
    public abstract void Queue(IThreadPoolWorkItem item, bool preferLocal);

    public static TurnScheduler For(TaskScheduler? scheduler) =>
        scheduler switch
        {
            null => new ThreadPoolTurnScheduler(),
            IWorkItemScheduler direct => new DirectTurnScheduler(direct),
            _ when ReferenceEquals(scheduler, TaskScheduler.Default) => new ThreadPoolTurnScheduler(),
            _ => new TaskTurnScheduler(scheduler),
        };

    private sealed class DirectTurnScheduler(IWorkItemScheduler scheduler) : TurnScheduler
    {
        public override void Queue(IThreadPoolWorkItem item, bool preferLocal) => scheduler.Queue(item);
    }

    private sealed class ThreadPoolTurnScheduler : TurnScheduler
    {
        public override void Queue(IThreadPoolWorkItem item, bool preferLocal) => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal);
    }

    private sealed class TaskTurnScheduler(TaskScheduler scheduler) : TurnScheduler
    {
        public override void Queue(IThreadPoolWorkItem item, bool preferLocal)
        {
            bool restoreFlow = !ExecutionContext.IsFlowSuppressed();
            if (restoreFlow) ExecutionContext.SuppressFlow();
            try
            {
                _ = Task.Factory.StartNew(static item => ((IThreadPoolWorkItem)item!).Execute(), item, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
            }
            finally
            {
                if (restoreFlow) ExecutionContext.RestoreFlow();
            }
        }
    }
}

/// <summary>A <see cref="TaskScheduler"/> that also takes work items as they are, which saves a task for each.</summary>
internal interface IWorkItemScheduler
{
    void Queue(IThreadPoolWorkItem item);
}

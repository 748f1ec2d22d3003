namespace Orrery.Log.Tests.Simulated;

/// <summary>Runs queued tasks when told to, on the teller's thread.</summary>
sealed class ManualScheduler : TaskScheduler
{
    readonly Queue<Task> work = new();

    public void Run()
    {
        while (work.TryDequeue(out var task)) TryExecuteTask(task);
    }

    protected override void QueueTask(Task task) => work.Enqueue(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => work;
}

using System.Collections.Concurrent;

namespace Orrery.Log.Embedded;

/// <summary>
/// Runs the disk's work of one log on a thread of its own, so that a slow sync never holds a thread of the pool. The thread starts with the
/// first work and ends after a while without any: an idle log costs nothing.
/// </summary>
sealed class FlushThread(string name) : TaskScheduler
{
    static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(30);

    readonly Lock gate = new();
    readonly ConcurrentQueue<Task> work = new();
    readonly SemaphoreSlim signal = new(0);
    bool running;

    public override int MaximumConcurrencyLevel => 1;

    protected override void QueueTask(Task task)
    {
        work.Enqueue(task);
        signal.Release();
        lock (gate)
        {
            if (running) return;
            running = true;
        }

        new Thread(Run) { IsBackground = true, Name = name }.Start();
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => work;

    void Run()
    {
        while (true)
        {
            if (signal.Wait(IdleLimit))
            {
                if (work.TryDequeue(out var task)) TryExecuteTask(task);
                continue;
            }

            lock (gate)
            {
                if (!work.IsEmpty) continue;
                running = false;
                return;
            }
        }
    }
}

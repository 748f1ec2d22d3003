using System.Collections.Concurrent;
using Orrery.Runtime.Testing;

namespace Orrery.Runtime.Tests.Cluster;

/// <summary>One thread on which several silos and the test run, under a clock that moves on when nothing else is left to do. A run repeats itself exactly.</summary>
internal sealed class Stage : SynchronizationContext
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(5);
    private const int StepsLimit = 2_000_000;

    private readonly ConcurrentQueue<(SendOrPostCallback Run, object? State)> _queue = new();

    public Stage() => Scheduler = new StageScheduler(this);

    public ManualTimeProvider Time { get; } = new();

    public TaskScheduler Scheduler { get; }

    public override void Post(SendOrPostCallback d, object? state) => _queue.Enqueue((d, state));

    public override SynchronizationContext CreateCopy() => this;

    public void Run(Func<Task> play)
    {
        var previous = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = play();
            for (int steps = 0; !task.IsCompleted; steps++)
            {
                if (_queue.TryDequeue(out var item))
                    item.Run(item.State);
                else if (steps > StepsLimit)
                    throw new TimeoutException($"The test has not ended at {Time.GetUtcNow():O} of its own time.");
                else
                    Time.Advance(s_step);
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    /// <summary>Lets time pass.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var passed = new TaskCompletionSource();
        await using var timer = Time.CreateTimer(static passed => ((TaskCompletionSource)passed!).SetResult(), passed, time, Timeout.InfiniteTimeSpan);
        await passed.Task;
    }

    /// <summary>Lets time pass until this holds; fails after a minute.</summary>
    public async Task<TimeSpan> UntilAsync(Func<bool> holds, string what)
    {
        long began = Time.GetTimestamp();
        while (!holds())
        {
            if (Time.GetElapsedTime(began) > TimeSpan.FromMinutes(2)) throw new TimeoutException($"Waited two minutes for {what}; it did not happen.");
            await PassAsync(s_step);
        }

        return Time.GetElapsedTime(began);
    }

    /// <summary>What this throws. (Shouldly's own way goes by the thread pool, and the stage's time runs on meanwhile.)</summary>
    public static async Task<TException> ThrownAsync<TException>(Func<Task> act)
        where TException : Exception
    {
        try
        {
            await act();
        }
        catch (TException error)
        {
            return error;
        }

        throw new Xunit.Sdk.XunitException($"{typeof(TException).Name} was to be thrown, and nothing was.");
    }

    private sealed class StageScheduler(Stage stage) : TaskScheduler
    {
        protected override void QueueTask(Task task) => stage.Post(task => TryExecuteTask((Task)task!), task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}

/// <summary>A lease clock that a test can hold and push.</summary>
internal sealed class StageClock(TimeProvider time) : LeaseClock
{
    /// <summary>How much further than the stage's time this clock is, as after a suspend that other clocks do not count.</summary>
    public TimeSpan Ahead { get; set; }

    public override TimeSpan Now => TimeSpan.FromSeconds(time.GetTimestamp() / (double)time.TimestampFrequency) + Ahead;
}

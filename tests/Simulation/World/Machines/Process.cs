using System.IO.Pipelines;
using Orrery.Runtime;

namespace Orrery.Simulation;

/// <summary>One life of a process on a machine: where its code runs, and what it sees of time. Once it is dead nothing of it runs.</summary>
internal sealed class Process
{
    public Process(World world, Machine machine, int number)
    {
        Machine = machine;
        Number = number;
        World = world;
        Name = $"{machine.Name}#{number}";
        Context = new ProcessContext(this);
        Scheduler = new ProcessScheduler(this);
        Pipes = new ProcessPipes(this);
        Time = new MachineClock(world, this);
        LeaseClock = new MachineLeaseClock(machine);
    }

    public World World { get; }

    public Machine Machine { get; }

    /// <summary>Counts all processes of the run, from 1.</summary>
    public int Number { get; }

    public string Name { get; }

    public bool IsAlive { get; private set; } = true;

    /// <summary>The program that runs in it.</summary>
    public ProcessHost? Host { get; set; }

    public SynchronizationContext Context { get; }

    public TaskScheduler Scheduler { get; }

    public PipeScheduler Pipes { get; }

    public MachineClock Time { get; }

    public MachineLeaseClock LeaseClock { get; }

    public void Die() => IsAlive = false;

    /// <summary>Has this run in the process, as soon as it can.</summary>
    public void Run(Action run) => World.Loop.Soon(this, static run => ((Action)run!)(), run);

    private sealed class ProcessContext(Process process) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => process.World.Loop.Soon(process, d, state);

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Send would block the only thread there is.");

        public override SynchronizationContext CreateCopy() => this;
    }

    private sealed class ProcessScheduler(Process process) : TaskScheduler, IWorkItemScheduler
    {
        private static readonly SendOrPostCallback s_execute = static item => ((IThreadPoolWorkItem)item!).Execute();

        private SendOrPostCallback? _run;

        public void Queue(IThreadPoolWorkItem item) => process.World.Loop.Soon(process, s_execute, item);

        protected override void QueueTask(Task task) => process.World.Loop.Soon(process, _run ??= task => TryExecuteTask((Task)task!), task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }

    private sealed class ProcessPipes(Process process) : PipeScheduler
    {
        public override void Schedule(Action<object?> action, object? state) => process.World.Loop.Soon(process, static pair =>
        {
            var (action, state) = ((Action<object?>, object?))pair!;
            action(state);
        }, (action, state));
    }
}

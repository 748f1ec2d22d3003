using System.Runtime.InteropServices;
using Orrery.Runtime.Hosting;

namespace Orrery.Runtime;

/// <summary>Reads what the operating system and the garbage collector say of this process.</summary>
internal static class ProcessFigures
{
    /// <summary>Names the supervisor where nothing else tells of it, as in a container that is started anew.</summary>
    public const string SupervisorVariable = "ORRERY_SUPERVISOR";

    public static ProcessSnapshot Read() => new()
    {
        ProcessId = Environment.ProcessId,
        MachineName = Environment.MachineName,
        Framework = RuntimeInformation.FrameworkDescription,
        Processors = Environment.ProcessorCount,
        ProcessorTime = OperatingSystem.IsIOS() || OperatingSystem.IsTvOS() || OperatingSystem.IsBrowser() ? TimeSpan.Zero : Environment.CpuUsage.TotalTime,
        WorkingSetBytes = Environment.WorkingSet,
        MemoryLimitBytes = GC.GetGCMemoryInfo(GCKind.Any).TotalAvailableMemoryBytes,
        HeapBytes = GC.GetTotalMemory(forceFullCollection: false),
        AllocatedBytes = GC.GetTotalAllocatedBytes(),
        Collections = [GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2)],
        PauseTime = GC.GetTotalPauseDuration(),
        PoolThreads = ThreadPool.ThreadCount,
        PoolQueueLength = ThreadPool.PendingWorkItemCount,
        Supervisor = FindSupervisor(Environment.GetEnvironmentVariable),
    };

    /// <summary>Supervisors are told by what they give their processes to see.</summary>
    public static string? FindSupervisor(Func<string, string?> variable) =>
        variable(SupervisorVariable) is { Length: > 0 } named ? named
        : variable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } ? "kubernetes"
        : variable("INVOCATION_ID") is { Length: > 0 } ? "systemd"
        : null;
}

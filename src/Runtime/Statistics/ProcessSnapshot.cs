namespace Orrery.Runtime.Hosting;

/// <summary>What the process of a silo takes of its machine. Counts and times are since the process began.</summary>
public sealed record ProcessSnapshot
{
    public required int ProcessId { get; init; }

    public required string MachineName { get; init; }

    /// <summary>The runtime that runs it, such as ".NET 10.0.1".</summary>
    public required string Framework { get; init; }

    /// <summary>Processors that the process may use.</summary>
    public required int Processors { get; init; }

    /// <summary>Processor time used, of all threads.</summary>
    public required TimeSpan ProcessorTime { get; init; }

    /// <summary>Memory of the machine that the process holds now.</summary>
    public required long WorkingSetBytes { get; init; }

    /// <summary>Memory that the process may take: the machine's, or its container's.</summary>
    public required long MemoryLimitBytes { get; init; }

    /// <summary>The managed heap now.</summary>
    public required long HeapBytes { get; init; }

    public required long AllocatedBytes { get; init; }

    /// <summary>Collections of generation 0, 1 and 2; a collection of a generation counts for the younger ones too.</summary>
    public required IReadOnlyList<int> Collections { get; init; }

    /// <summary>How long collections have held up the process in all.</summary>
    public required TimeSpan PauseTime { get; init; }

    public required int PoolThreads { get; init; }

    /// <summary>Work that waits for a thread of the pool now: turns of grains among them.</summary>
    public required long PoolQueueLength { get; init; }

    /// <summary>Who starts the process anew when it ends, such as "systemd"; null where nobody is known to.</summary>
    public required string? Supervisor { get; init; }
}

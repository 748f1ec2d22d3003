namespace Orrery.WebApi.Cluster;

/// <summary>How a silo stands. All but <see cref="Suspect"/> are written in the cluster store.</summary>
internal enum SiloState
{
    Active,

    /// <summary>Active, and without a sign of life for more than half a lease, as seen from the process that answers.</summary>
    Suspect,

    /// <summary>Gives its shards away and then leaves.</summary>
    Draining,

    Left,
    Dead,
}

internal sealed record SiloRow
{
    /// <summary><c>name@generation</c>.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required long Generation { get; init; }

    public required string Address { get; init; }

    public required SiloState State { get; init; }

    /// <summary>Hosted by the process that answers.</summary>
    public required bool Self { get; init; }

    public required string Build { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Why the state is what it is, and who said so; may be empty.</summary>
    public required string Reason { get; init; }

    /// <summary>Since its last sign of life, as seen from here; null for a silo that ended, and for a single silo.</summary>
    public required double? LeaseAgeSeconds { get; init; }

    public required int Shards { get; init; }

    /// <summary>Why a live silo did not answer; null where it did.</summary>
    public required string? Problem { get; init; }

    /// <summary>What it does; null where it did not answer or has ended.</summary>
    public required SiloFigures? Figures { get; init; }
}

/// <summary>What a silo and its process do. Rates, shares and percentiles are of the last <see cref="IntervalSeconds"/>.</summary>
internal sealed record SiloFigures
{
    public required double IntervalSeconds { get; init; }

    public required double UptimeSeconds { get; init; }

    /// <summary>Of all processors that the process may use.</summary>
    public required double CpuPercent { get; init; }

    public required int Processors { get; init; }

    public required long WorkingSetBytes { get; init; }

    public required long MemoryLimitBytes { get; init; }

    public required long HeapBytes { get; init; }

    public required double AllocatedBytesPerSecond { get; init; }

    /// <summary>Share of the time that the process stood still for collections.</summary>
    public required double PausePercent { get; init; }

    /// <summary>Collections of generation 0, 1 and 2 since the process began.</summary>
    public required IReadOnlyList<int> Collections { get; init; }

    public required int PoolThreads { get; init; }

    public required long PoolQueueLength { get; init; }

    public required int Activations { get; init; }

    public required int PendingCalls { get; init; }

    public required double CallsPerSecond { get; init; }

    public required double FailedPerSecond { get; init; }

    public required double TimedOutPerSecond { get; init; }

    public required LatencyView? LatencyMicroseconds { get; init; }

    public required long MailboxDepth { get; init; }

    public required int MailboxDepthMax { get; init; }

    public required string Machine { get; init; }

    public required int ProcessId { get; init; }

    public required string Framework { get; init; }

    /// <summary>Who starts the process anew when it ends; null where nobody is known to.</summary>
    public required string? Supervisor { get; init; }
}

internal sealed record SiloDetail(SiloRow Silo, IReadOnlyList<int> Shards, IReadOnlyList<GrainTypeRow> Grains, IReadOnlyList<MethodRow> Methods);

namespace Orrery.WebApi.Cluster;

/// <summary>The whole cluster in one look.</summary>
internal sealed record ClusterSummary
{
    public required DateTimeOffset At { get; init; }

    /// <summary>The cluster's identity in its store; null for a single silo without one.</summary>
    public required string? Cluster { get; init; }

    /// <summary>The silo of the process that answers; null where it hosts none.</summary>
    public required string? Self { get; init; }

    public required double? LeaseSeconds { get; init; }

    /// <summary>How old the answering process's knowledge of the cluster store is; null where it has never read it.</summary>
    public required double? StoreAgeSeconds { get; init; }

    public required string? StoreError { get; init; }

    public required ShardCounts Shards { get; init; }

    public required ClusterTotals Totals { get; init; }

    /// <summary>Live silos first, then those that ended, newest first.</summary>
    public required IReadOnlyList<SiloRow> Silos { get; init; }
}

/// <param name="All">1,024.</param>
/// <param name="Owned">Owned by a live silo.</param>
/// <param name="Free">Without an owner: on their way from one silo to another.</param>
/// <param name="Orphaned">Owned by a silo that has ended: about to be taken.</param>
internal sealed record ShardCounts(int All, int Owned, int Free, int Orphaned);

/// <summary>Sums over the silos that answered; <see cref="Answering"/> of <see cref="Live"/> did.</summary>
internal sealed record ClusterTotals
{
    public required int Live { get; init; }

    public required int Answering { get; init; }

    public required long Activations { get; init; }

    public required double CallsPerSecond { get; init; }

    public required double FailedPerSecond { get; init; }

    public required double TimedOutPerSecond { get; init; }

    public required long PendingCalls { get; init; }

    public required long MailboxDepth { get; init; }

    public required LatencyView? LatencyMicroseconds { get; init; }
}

/// <param name="Silos">Ids of silos, by which <paramref name="Owners"/> points.</param>
/// <param name="Owners">By number of the shard: its owner's place in <paramref name="Silos"/>; -1 where it is free.</param>
/// <param name="Terms">By number of the shard: its term; 0 where it was never taken.</param>
internal sealed record ShardMap(IReadOnlyList<string> Silos, IReadOnlyList<int> Owners, IReadOnlyList<long> Terms);

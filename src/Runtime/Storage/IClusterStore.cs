namespace Orrery.Runtime.Storage;

/// <summary>
/// The few rows by which silos agree who lives and who owns what: one row for the cluster, one per silo, one per shard. Every change is a
/// compare-and-set. A call that fails or times out may have happened or may still happen: callers read again and go on from what they find.
/// </summary>
public interface IClusterStore
{
    /// <summary>Makes the tables where they are missing, checks that the store keeps what it acknowledges, and answers the cluster's identity; the first to open chooses it.</summary>
    /// <exception cref="ClusterStoreException">The store cannot be used; the message says why and what to do.</exception>
    Task<string> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Reads everything; the shards only where their version is not <paramref name="knownShardsVersion"/> (-1: always).</summary>
    Task<ClusterSnapshot> ReadAsync(long knownShardsVersion, CancellationToken cancellationToken);

    /// <summary>Adds the row. False where a row of this id is there.</summary>
    Task<bool> TryAddMemberAsync(MemberRow row, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the row where the stored one has this counter and is live; the caller gives the new row with a higher counter. Renewals, draining,
    /// leaving, and another's death are all written so. False where the stored row has another counter, is not live, or is gone.
    /// </summary>
    Task<bool> TryUpdateMemberAsync(MemberRow row, long expectedCounter, CancellationToken cancellationToken);

    /// <summary>
    /// Takes shards, in one transaction that locks the taker's own row and finds it <see cref="MemberStatus.Active"/>. A shard is taken where its stored term equals
    /// the given row's and it is free, or its owner is not live (dead, left or unknown). Its term rises by one.
    /// </summary>
    /// <param name="taker">The silo that takes.</param>
    /// <param name="expected">The rows as the taker last saw them; only number and term are compared. Each shard once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The rows that were taken, with their new terms; empty where the taker is not active.</returns>
    Task<IReadOnlyList<ShardRow>> TakeShardsAsync(SiloId taker, IReadOnlyList<ShardRow> expected, CancellationToken cancellationToken);

    /// <summary>Frees those of the shards that are still owned by this owner in this term. Repeating it is harmless.</summary>
    Task FreeShardsAsync(SiloId owner, IReadOnlyList<ShardRow> owned, CancellationToken cancellationToken);

    /// <summary>Removes rows of silos that are not live and own no shard, so that at most <paramref name="kept"/> of them stay, those with the newest <see cref="MemberRow.ChangedAt"/>; of each name the highest generation always stays.</summary>
    Task PruneMembersAsync(int kept, CancellationToken cancellationToken);
}

/// <summary>The cluster store cannot be used as it is. The message says what was found and what to do.</summary>
public sealed class ClusterStoreException(string message, Exception? innerException = null) : Exception(message, innerException);

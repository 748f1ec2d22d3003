namespace Orrery.Runtime.Storage;

/// <summary>Who owns a shard.</summary>
/// <param name="Shard">0 to <see cref="GrainShards.Count"/> - 1.</param>
/// <param name="Owner">The owning silo; null where the shard is free.</param>
/// <param name="Term">Rises by one with each take; freeing keeps it. 0: never taken.</param>
public readonly record struct ShardRow(int Shard, SiloId? Owner, long Term)
{
    /// <summary>Whether this row says something later than the other about the same shard: a newer term, or the end of the same one.</summary>
    public bool IsNewerThan(in ShardRow other) => Term > other.Term || (Term == other.Term && Owner is null && other.Owner is not null);
}

/// <summary>What the cluster store holds, read in one transaction.</summary>
/// <param name="Cluster">The identity that the store was given when it was first opened. Another one: the store lost its data, or is another store.</param>
/// <param name="Members">Live ones and history, by id.</param>
/// <param name="ShardsVersion">Rises whenever a shard row changes.</param>
/// <param name="Shards">All 1,024 rows by number; null where the caller already knew this <paramref name="ShardsVersion"/>.</param>
public sealed record ClusterSnapshot(string Cluster, IReadOnlyList<MemberRow> Members, long ShardsVersion, IReadOnlyList<ShardRow>? Shards);

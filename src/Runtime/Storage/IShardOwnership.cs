namespace Orrery.Runtime.Storage;

/// <summary>Which shards this silo owns, and in which term.</summary>
public interface IShardOwnership
{
    /// <summary>The term in which this silo owns the shard (1 or above); false where it does not own it.</summary>
    bool TryGetTerm(int shard, out long term);
}

/// <summary>The ownership of the only silo there is: every shard, always in the same term.</summary>
public sealed class SoleOwnership(long term = 1) : IShardOwnership
{
    public bool TryGetTerm(int shard, out long termOfShard)
    {
        termOfShard = term;
        return true;
    }
}

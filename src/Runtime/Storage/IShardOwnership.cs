namespace Orrery.Runtime.Storage;

/// <summary>Which shards this silo owns, and in which term.</summary>
public interface IShardOwnership
{
    /// <summary>The shards that this silo owns and is not about to give away, at this moment; null: all of them, always.</summary>
    IReadOnlyCollection<int>? OwnedShards { get; }

    /// <summary>Tells of shards after the silo has begun to own them. Handlers are quick and do not throw.</summary>
    event Action<IReadOnlyCollection<int>>? Taken;

    /// <summary>Tells of shards that the silo gives away, before it does so, or that it has lost. Handlers are quick and do not throw.</summary>
    event Action<IReadOnlyCollection<int>>? Releasing;

    /// <summary>The term in which this silo owns the shard (1 or above); false where it does not own it.</summary>
    bool TryGetTerm(int shard, out long term);
}

/// <summary>The ownership of the only silo there is: every shard, always in the same term.</summary>
public sealed class SoleOwnership(long term = 1) : IShardOwnership
{
    public IReadOnlyCollection<int>? OwnedShards => null;

    public event Action<IReadOnlyCollection<int>>? Taken
    {
        add { }
        remove { }
    }

    public event Action<IReadOnlyCollection<int>>? Releasing
    {
        add { }
        remove { }
    }

    public bool TryGetTerm(int shard, out long termOfShard)
    {
        termOfShard = term;
        return true;
    }
}

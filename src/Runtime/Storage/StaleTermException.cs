namespace Orrery.Runtime.Storage;

/// <summary>Another silo owns the shard now: this one's term is older than the stored row's. Nothing was changed.</summary>
public sealed class StaleTermException(string message, long storedTerm, long term) : Exception(message)
{
    public long StoredTerm { get; } = storedTerm;

    public long Term { get; } = term;
}

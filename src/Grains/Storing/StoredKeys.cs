using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Storing;

/// <summary>The keys that a directory grain lists. Used from the directory's turns.</summary>
/// <param name="keys">The stored set.</param>
/// <param name="refusal">Why a new key has no room, and what to do; null: it has.</param>
sealed class StoredKeys(Func<SortedSet<string>> keys, StateWriter writer, Func<string, string?> refusal)
{
    /// <summary>Completes when the key is stored.</summary>
    /// <exception cref="LimitReachedException">There are as many as may be.</exception>
    public Task AddAsync(string key)
    {
        if (keys().Contains(key))
            return writer.Pending;
        if (refusal(key) is { } full)
            throw new LimitReachedException(full);
        keys().Add(key);
        return writer.WriteAsync();
    }

    /// <summary>Completes when the key is gone.</summary>
    public Task RemoveAsync(string key) => keys().Remove(key) ? writer.WriteAsync() : writer.Pending;
}

using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Storing;

/// <summary>
/// The keys of a directory grain whose grains are woken again and again, so that their work goes on wherever they are. Used from the directory's turns.
/// </summary>
/// <param name="keys">The stored set.</param>
/// <param name="max">Keys that it may have.</param>
/// <param name="full">Says that there are so many, and what to do.</param>
/// <param name="wake">Wakes one grain.</param>
/// <param name="failed">Told of each that could not be woken; the others are.</param>
sealed class WokenKeys(Func<SortedSet<string>> keys, StateWriter writer, int max, string full, Func<string, Task> wake, Action<string, Exception> failed)
{
    const int ConcurrencyMax = 16;

    /// <summary>Completes when the key is stored.</summary>
    /// <exception cref="LimitReachedException">There are as many as may be.</exception>
    public Task AddAsync(string key)
    {
        if (keys().Contains(key))
            return writer.Pending;
        if (keys().Count >= max)
            throw new LimitReachedException(full);
        keys().Add(key);
        return writer.WriteAsync();
    }

    public Task RemoveAsync(string key) => keys().Remove(key) ? writer.WriteAsync() : writer.Pending;

    public async Task WakeAllAsync()
    {
        foreach (string[] part in keys().ToArray().Chunk(ConcurrencyMax))
            await Task.WhenAll(part.Select(WakeAsync));
    }

    async Task WakeAsync(string key)
    {
        try
        {
            await wake(key);
        }
        catch (Exception failure)
        {
            failed(key, failure);
        }
    }
}

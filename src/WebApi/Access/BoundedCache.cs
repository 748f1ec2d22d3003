using System.Collections.Concurrent;

namespace Orrery.WebApi.Access;

/// <summary>Remembers what was asked for a short time. Callers of the same key at the same time wait for one question; failures are not remembered.</summary>
/// <param name="entriesMax">Beyond this, what expired goes first and then an eighth of what is left.</param>
/// <param name="lifetime">How long an answer holds, from when it was asked.</param>
internal sealed class BoundedCache<TKey, TValue>(int entriesMax, TimeSpan lifetime, TimeProvider time)
    where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, Entry> entries = new();
    readonly Lock trimming = new();

    public int Count => entries.Count;

    /// <summary>The remembered answer, or the one that <paramref name="ask"/> gives.</summary>
    public Task<TValue> GetAsync(TKey key, Func<TKey, Task<TValue>> ask)
    {
        long now = time.GetTimestamp();
        if (entries.TryGetValue(key, out Entry? entry) && time.GetElapsedTime(entry.AskedAt, now) < lifetime && !entry.Answer.IsFaulted && !entry.Answer.IsCanceled)
            return entry.Answer;
        if (lifetime == TimeSpan.Zero)
            return ask(key);
        if (entries.Count >= entriesMax)
            Trim(now);
        entry = new Entry(ask(key), now);
        entries[key] = entry;
        return entry.Answer;
    }

    public void Remove(TKey key) => entries.TryRemove(key, out _);

    void Trim(long now)
    {
        lock (trimming)
        {
            if (entries.Count < entriesMax)
                return;
            foreach ((TKey key, Entry entry) in entries)
                if (time.GetElapsedTime(entry.AskedAt, now) >= lifetime)
                    entries.TryRemove(key, out _);
            int excess = entries.Count - (entriesMax - entriesMax / 8 - 1);
            foreach ((TKey key, _) in entries)
                if (excess-- > 0)
                    entries.TryRemove(key, out _);
        }
    }

    sealed record Entry(Task<TValue> Answer, long AskedAt);
}

using Orrery.Grains.Sql.Running;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Sql.Checkpoints;

/// <summary>
/// Keeps the log from deleting what a dataflow may have to read again. Which partitions it holds is stored before it holds them, so that whoever comes after can release them. For one call at a time.
/// </summary>
/// <param name="consumer">The name under which they are held.</param>
/// <param name="stored">Has the keys of the partitions.</param>
/// <param name="store">Writes it.</param>
sealed class TopicHolds(Func<IGrainFactory> grains, Func<string> consumer, IPersistentState<DataflowState> stored, Func<Task> store)
{
    const int ConcurrencyMax = 16;

    /// <summary>As this activation said last.</summary>
    readonly Dictionary<string, long> said = new(StringComparer.Ordinal);

    /// <summary>Holds these too, from these offsets or from before.</summary>
    /// <param name="more">Keys of partitions, and offsets.</param>
    public async Task AddAsync(IReadOnlyDictionary<string, long> more)
    {
        await NoteAsync(more.Keys);
        await EachAsync(more, async hold =>
        {
            PartitionInfo info = await Partition(hold.Key).Info();
            said.Remove(hold.Key);
            if (!info.Holds.TryGetValue(consumer(), out long before) || before > hold.Value)
                await Partition(hold.Key).Hold(consumer(), Math.Min(hold.Value, info.End));
        });
    }

    /// <summary>Holds just these.</summary>
    public async Task MoveAsync(IReadOnlyDictionary<string, long> wanted)
    {
        await NoteAsync(wanted.Keys);
        await EachAsync(wanted.Where(hold => !said.TryGetValue(hold.Key, out long before) || before != hold.Value), async hold =>
        {
            await Partition(hold.Key).Hold(consumer(), hold.Value);
            said[hold.Key] = hold.Value;
        });
        await ReleaseAsync([.. stored.State.Holds.Where(key => !wanted.ContainsKey(key))]);
    }

    public Task ReleaseAllAsync() => ReleaseAsync([.. stored.State.Holds]);

    async Task ReleaseAsync(IReadOnlyCollection<string> keys)
    {
        if (keys.Count == 0)
            return;
        await EachAsync(keys, async key =>
        {
            said.Remove(key);
            try
            {
                await Partition(key).Release(consumer());
            }
            catch (NotFoundException)
            {
                // A topic that is gone is held by nobody.
            }
        });
        stored.State.Holds.ExceptWith(keys);
        await store();
    }

    async Task NoteAsync(IEnumerable<string> keys)
    {
        int before = stored.State.Holds.Count;
        stored.State.Holds.UnionWith(keys);
        if (stored.State.Holds.Count > before)
            await store();
    }

    ITopicPartitionGrain Partition(string key) => grains().GetGrain<ITopicPartitionGrain>(key);

    static async Task EachAsync<T>(IEnumerable<T> items, Func<T, Task> act)
    {
        foreach (T[] part in items.Chunk(ConcurrencyMax))
            await Task.WhenAll(part.Select(act));
    }
}

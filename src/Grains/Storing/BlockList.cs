using System.Text.Json;

namespace Orrery.Grains.Storing;

/// <summary>
/// The newest items of a list, in memory and in a ring of blocks. Adding fills the newest block and writes it; when it is full the oldest
/// block's place is taken by a new one. After a crash every item whose <see cref="AddAsync"/> had ended is there.
/// </summary>
/// <remarks>Not for calls that interleave: its owner takes one turn at a time, or guards it.</remarks>
sealed class BlockList<T>(Func<int, IBlockGrain> block, BlockListBounds bounds, Func<T, int> bytesOf)
{
    readonly LinkedList<Block> blocks = [];

    /// <summary>Oldest first; about <see cref="BlockListBounds.ItemsMax"/> at most.</summary>
    public IEnumerable<T> Items => blocks.SelectMany(static kept => kept.Items).Skip(Math.Max(0, Count - bounds.ItemsMax));

    int Count => blocks.Sum(static kept => kept.Items.Count);

    public async Task LoadAsync()
    {
        byte[]?[] contents = await Task.WhenAll(Enumerable.Range(0, bounds.Blocks).Select(number => block(number).Read()));
        blocks.Clear();
        foreach (var kept in contents.Where(static content => content is not null).Select(static content => JsonSerializer.Deserialize<Block>(content)!).OrderBy(static kept => kept.Sequence))
            blocks.AddLast(kept);
    }

    /// <summary>Completes when the items are stored. If it throws, load again before going on.</summary>
    public async Task AddAsync(IReadOnlyList<T> items)
    {
        int next = 0;
        while (next < items.Count)
        {
            var newest = blocks.Last?.Value;
            if (newest is null || newest.Items.Count >= bounds.ItemsPerBlock || newest.Bytes >= bounds.BytesPerBlock)
                newest = Begin();
            for (; next < items.Count && newest.Items.Count < bounds.ItemsPerBlock && newest.Bytes < bounds.BytesPerBlock; next++)
            {
                newest.Items.Add(items[next]);
                newest.Bytes += bytesOf(items[next]);
            }

            await block((int)(newest.Sequence % bounds.Blocks)).Write(JsonSerializer.SerializeToUtf8Bytes(newest));
        }
    }

    public async Task ClearAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, bounds.Blocks).Select(number => block(number).Clear()));
        blocks.Clear();
    }

    Block Begin()
    {
        var begun = new Block { Sequence = (blocks.Last?.Value.Sequence ?? -1) + 1 };
        blocks.AddLast(begun);
        while (blocks.Count > bounds.Blocks)
            blocks.RemoveFirst();
        return begun;
    }

    sealed class Block
    {
        public long Sequence { get; set; }

        public long Bytes { get; set; }

        public List<T> Items { get; set; } = [];
    }
}

/// <param name="ItemsMax">Most items shown.</param>
/// <param name="ItemsPerBlock">A block with so many items is full.</param>
/// <param name="BytesPerBlock">A block with so many bytes is full.</param>
sealed record BlockListBounds(int ItemsMax, int ItemsPerBlock, int BytesPerBlock)
{
    /// <summary>Blocks in the ring: one more than hold the most items, since the newest is seldom full.</summary>
    public int Blocks => ((ItemsMax + ItemsPerBlock - 1) / ItemsPerBlock) + 1;
}

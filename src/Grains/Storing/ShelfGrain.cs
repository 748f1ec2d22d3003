namespace Orrery.Grains.Storing;

/// <summary>
/// Keeps the values of many small things whose ids strangers may make up: sessions, keys, users. Loading a grain's own state claims a row for
/// it, so each made-up id would leave a row behind for ever; a shelf is asked instead, and there are only so many shelves.
/// Key: the kind and the shelf's number, separated by a slash.
/// </summary>
interface IShelfGrain : IGrainWithStringKey
{
    /// <returns>What was put there last, or null.</returns>
    [ReadOnly] Task<byte[]?> Find(string id);

    /// <param name="id">Whose value.</param>
    /// <param name="content">The value, which must not change afterwards; null removes it.</param>
    Task Put(string id, byte[]? content);
}

sealed class ShelfState
{
    public Dictionary<string, byte[]> Contents { get; set; } = [];
}

[Reentrant]
sealed class ShelfGrain : Grain, IShelfGrain
{
    readonly IPersistentState<ShelfState> stored;
    readonly StateWriter writer;

    public ShelfGrain([PersistentState("shelf")] IPersistentState<ShelfState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task<byte[]?> Find(string id) => Task.FromResult(stored.State.Contents.GetValueOrDefault(id));

    public Task Put(string id, byte[]? content)
    {
        if (content is not null)
            stored.State.Contents[id] = content;
        else if (!stored.State.Contents.Remove(id))
            return writer.Pending;
        return writer.WriteAsync();
    }
}

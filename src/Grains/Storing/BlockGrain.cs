namespace Orrery.Grains.Storing;

/// <summary>
/// One block of a long list that some grain keeps (a server's log lines, a tenant's resolved alarms), so that adding to the list rewrites one
/// block and not the list. Key: the list's kind, its owner's key and the block's number, separated by slashes. Only the owner calls it.
/// </summary>
interface IBlockGrain : IGrainWithStringKey
{
    /// <returns>What was written last, or null.</returns>
    [ReadOnly] Task<byte[]?> Read();

    /// <param name="content">Must not change afterwards.</param>
    Task Write(byte[] content);

    Task Clear();
}

sealed class BlockState
{
    public byte[]? Content { get; set; }
}

sealed class BlockGrain : Grain, IBlockGrain
{
    readonly IPersistentState<BlockState> stored;
    readonly StateWriter writer;

    public BlockGrain([PersistentState("block")] IPersistentState<BlockState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task<byte[]?> Read() => Task.FromResult(stored.State.Content);

    public Task Write(byte[] content)
    {
        stored.State.Content = content;
        return writer.WriteAsync();
    }

    public Task Clear() => stored.RecordExists ? writer.ClearAsync() : Task.CompletedTask;
}

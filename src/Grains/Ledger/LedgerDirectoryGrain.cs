using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

sealed class LedgerDirectoryState
{
    public HashSet<string> Channels { get; set; } = [];
}

/// <remarks>Reentrant: a ledger that is deleted on the directory's word calls it back.</remarks>
[Reentrant]
sealed class LedgerDirectoryGrain : Grain, ILedgerDirectoryGrain
{
    const int ChannelsMax = 500;

    readonly IPersistentState<LedgerDirectoryState> stored;
    readonly StateWriter writer;

    public LedgerDirectoryGrain([PersistentState("channels")] IPersistentState<LedgerDirectoryState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    string Tenant => this.GetPrimaryKeyString();

    HashSet<string> Channels => stored.State.Channels;

    public Task<IReadOnlyList<string>> List() => Task.FromResult<IReadOnlyList<string>>([.. Channels.Order(StringComparer.Ordinal)]);

    public Task Set(string channel, bool exists)
    {
        if (!exists)
            return Channels.Remove(channel) ? writer.WriteAsync() : writer.Pending;
        if (Channels.Contains(channel))
            return writer.Pending;
        if (Channels.Count >= ChannelsMax)
            throw new LimitReachedException($"'{Tenant}' has {Channels.Count} channels, the most a tenant may have. Delete one that is not needed.");
        Channels.Add(channel);
        return writer.WriteAsync();
    }

    public async Task TenantDeleted()
    {
        foreach (string channel in Channels.ToArray())
        {
            try
            {
                await GrainFactory.GetGrain<ILedgerGrain>(LedgerKeys.Channel(Tenant, channel)).Delete();
            }
            catch (NotFoundException)
            {
                // Deleted before, and not told here.
            }
        }

        if (stored.RecordExists)
            await writer.ClearAsync();
    }
}

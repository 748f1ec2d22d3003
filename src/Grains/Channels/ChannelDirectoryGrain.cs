using Microsoft.Extensions.Logging;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Channels;

sealed class ChannelDirectoryState
{
    public SortedSet<string> Channels { get; set; } = new(StringComparer.Ordinal);
}

[Reentrant]
sealed class ChannelDirectoryGrain : Grain, IChannelDirectoryGrain
{
    const int ChannelsMax = 10_000;
    const int ConcurrencyMax = 16;

    readonly IPersistentState<ChannelDirectoryState> stored;
    readonly StateWriter writer;
    readonly ILogger<ChannelDirectoryGrain> logger;

    public ChannelDirectoryGrain([PersistentState("channels")] IPersistentState<ChannelDirectoryState> stored, ILogger<ChannelDirectoryGrain> logger)
    {
        this.stored = stored;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task<string[]> List(string? tenant) =>
        Task.FromResult<string[]>([.. stored.State.Channels.Where(channel => tenant is null || EntityKeys.TenantOf(channel) == tenant)]);

    public Task Add(string channel)
    {
        if (stored.State.Channels.Contains(channel))
            return writer.Pending;
        if (stored.State.Channels.Count >= ChannelsMax)
            throw new LimitReachedException($"There are {ChannelsMax} channels, which is the most. Delete one that nobody needs.");
        stored.State.Channels.Add(channel);
        return writer.WriteAsync();
    }

    public Task Remove(string channel) => stored.State.Channels.Remove(channel) ? writer.WriteAsync() : writer.Pending;

    public async Task WakeAll()
    {
        foreach (string[] part in stored.State.Channels.ToArray().Chunk(ConcurrencyMax))
            await Task.WhenAll(part.Select(Wake));
    }

    async Task Wake(string channel)
    {
        try
        {
            await GrainFactory.GetGrain<IChannelGrain>(channel).Wake();
        }
        catch (Exception failure)
        {
            ChannelMessages.NotWoken(logger, channel, failure);
        }
    }
}

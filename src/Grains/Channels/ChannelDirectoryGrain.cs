using Microsoft.Extensions.Logging;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Channels;

namespace Orrery.Grains.Channels;

sealed class ChannelDirectoryState
{
    public SortedSet<string> Channels { get; set; } = new(StringComparer.Ordinal);
}

[Reentrant]
sealed class ChannelDirectoryGrain : Grain, IChannelDirectoryGrain
{
    const int ChannelsMax = 10_000;

    readonly IPersistentState<ChannelDirectoryState> stored;
    readonly WokenKeys channels;

    public ChannelDirectoryGrain([PersistentState("channels")] IPersistentState<ChannelDirectoryState> stored, ILogger<ChannelDirectoryGrain> logger)
    {
        this.stored = stored;
        channels = new WokenKeys(
            () => stored.State.Channels, new StateWriter(stored, DeactivateOnIdle), ChannelsMax, $"There are {ChannelsMax} channels, which is the most. Delete one that nobody needs.",
            channel => GrainFactory.GetGrain<IChannelGrain>(channel).Wake(), (channel, failure) => ChannelMessages.NotWoken(logger, channel, failure));
    }

    public Task<string[]> List(string? tenant) =>
        Task.FromResult<string[]>([.. stored.State.Channels.Where(channel => tenant is null || EntityKeys.TenantOf(channel) == tenant)]);

    public Task Add(string channel) => channels.AddAsync(channel);

    public Task Remove(string channel) => channels.RemoveAsync(channel);

    public Task WakeAll() => channels.WakeAllAsync();
}

using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Topics;

/// <summary>A topic's settings. They are read by its partitions when these are opened.</summary>
sealed class TopicGrain : Grain, ITopicGrain
{
    readonly IPersistentState<TopicState> stored;
    readonly StateWriter writer;

    public TopicGrain([PersistentState("topic")] IPersistentState<TopicState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    string Name => this.GetPrimaryKeyString();

    public async Task<TopicSettings> Create(TopicSettings settings)
    {
        if (stored.State.Settings is { } kept) return kept;
        TopicRules.Check(Name, settings);
        // Listed first: a topic that is listed and was not made shows up and can be made again; one that is made and not listed would be invisible.
        await GrainFactory.GetGrain<ITopicDirectoryGrain>(EntityKeys.Fleet).Add(Name);
        stored.State.Settings = settings;
        await writer.WriteAsync();
        return settings;
    }

    public async Task<TopicSettings> Change(TopicSettings settings)
    {
        var before = await Get();
        TopicRules.Check(Name, settings);
        if (settings.Partitions < before.Partitions)
        {
            throw new InvalidInputException("partitions", $"Topic '{Name}' has {before.Partitions} partitions and cannot have {settings.Partitions}: keys would move and records stay unread. Make a new topic instead.");
        }

        stored.State.Settings = settings;
        await writer.WriteAsync();
        return settings;
    }

    public Task<TopicSettings> Get() =>
        Task.FromResult(stored.State.Settings ?? throw new NotFoundException($"There is no topic '{Name}'. A channel makes its own; PUT .../api/v1/tenants/TENANT/topics/TOPIC makes any."));

    public async Task<TopicInfo> Info()
    {
        var settings = await Get();
        var partitions = await Task.WhenAll(Enumerable.Range(0, settings.Partitions).Select(number => GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(Name, number)).Info()));
        return new TopicInfo(Name, settings, partitions);
    }
}

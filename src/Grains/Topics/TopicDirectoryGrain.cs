using Microsoft.Extensions.Options;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Topics;

sealed class TopicDirectoryGrain : Grain, ITopicDirectoryGrain
{
    readonly IPersistentState<TopicDirectoryState> stored;
    readonly StateWriter writer;
    readonly TopicGrainOptions options;

    public TopicDirectoryGrain([PersistentState("topics")] IPersistentState<TopicDirectoryState> stored, IOptions<TopicGrainOptions> options)
    {
        this.stored = stored;
        this.options = options.Value;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task<string[]> List() => Task.FromResult(stored.State.Topics.Order(StringComparer.Ordinal).ToArray());

    public async Task Add(string topic)
    {
        if (stored.State.Topics.Contains(topic)) return;
        if (stored.State.Topics.Count >= options.TopicsMax)
            throw new LimitReachedException($"There are {stored.State.Topics.Count} topics, and {options.TopicsMax} are the most (TopicGrainOptions.TopicsMax): '{topic}' was not made.");
        stored.State.Topics.Add(topic);
        await writer.WriteAsync();
    }
}

namespace Orrery.Runtime.Tests.Calls;

public sealed class ObserverTests
{
    [Fact]
    public async Task A_grain_calls_back_into_an_object_one_call_at_a_time_until_its_reference_is_deleted()
    {
        await using var cluster = await Clusters.StartAsync();
        var listener = new Listener();
        var reference = cluster.Client.CreateObjectReference<IListener>(listener);
        var grain = cluster.Client.GetGrain<ISpeakerGrain>("s");
        await grain.Speak(reference, "one");
        await grain.Speak(reference, "two");
        listener.Heard.ShouldBe(["one", "two"]);
        Should.Throw<ArgumentException>(() => cluster.Client.CreateObjectReference<IListener>(listener));
        cluster.Client.DeleteObjectReference<IListener>(listener);
        await Should.ThrowAsync<ObjectDisposedException>(() => grain.Speak(reference, "three").Soon());
        listener.Heard.Count.ShouldBe(2);
    }

    private sealed class Listener : IListener
    {
        public List<string> Heard { get; } = [];

        public Task Hear(string word)
        {
            Heard.Add(word);
            return Task.CompletedTask;
        }
    }
}

public interface IListener : IGrainObserver
{
    Task Hear(string word);
}

public interface ISpeakerGrain : IGrainWithStringKey
{
    Task Speak(IListener listener, string word);
}

public sealed class SpeakerGrain : Grain, ISpeakerGrain
{
    public Task Speak(IListener listener, string word) => listener.Hear(word);
}

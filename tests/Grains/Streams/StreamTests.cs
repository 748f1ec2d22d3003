using Microsoft.Extensions.DependencyInjection;
using Orrery.Grains.Streams;
using Orrery.Grains.Tests.Topics;
using Orrery.Runtime;

namespace Orrery.Grains.Tests.Streams;

public sealed class StreamTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly StreamNotes notes = new();

    [Fact]
    public async Task A_class_that_subscribes_by_its_attribute_gets_each_streams_items_in_order()
    {
        await using var cluster = await StartAsync();
        for (int item = 0; item < 20; item++)
        {
            for (int key = 0; key < 6; key++) await Orders(cluster, $"book-{key}").OnNextAsync(item).WaitAsync(Patience);
        }

        for (int key = 0; key < 6; key++) await UntilAsync(() => notes.OnceOf($"book-{key}").Length == 20);
        for (int key = 0; key < 6; key++) notes.OnceOf($"book-{key}").ShouldBe(Enumerable.Range(0, 20));
        notes.Taken.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_silo_killed_in_the_middle_of_streams_loses_no_item_and_keeps_each_streams_order()
    {
        await using var cluster = await StartAsync();
        var survivor = cluster.Silos.Silos[1];
        for (int item = 0; item < 60; item++)
        {
            if (item == 30)
            {
                await UntilAsync(() => notes.Taken.Count == 8);
                await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[0]);
            }

            for (int key = 0; key < 8; key++)
                await survivor.Client.GetStreamProvider("log").GetStream<int>(StreamId.Create("orders", $"book-{key}")).OnNextAsync(item).WaitAsync(Patience);
        }

        for (int key = 0; key < 8; key++) await UntilAsync(() => notes.OnceOf($"book-{key}").Length == 60);
        for (int key = 0; key < 8; key++) notes.OnceOf($"book-{key}").ShouldBe(Enumerable.Range(0, 60), $"book-{key}");
    }

    [Fact]
    public async Task A_subscription_outlives_the_grain_and_its_silo_and_ends_when_it_is_given_up()
    {
        await using var cluster = await StartAsync();
        var survivor = cluster.Silos.Silos[1];
        // One that lives in the silo that is lost.
        string name = Enumerable.Range(0, 100).Select(number => $"listener-{number}").First(name => cluster.Silos.Silos[0].Owns(cluster.Grains.GetGrain<IListenerGrain>(name)));
        var listener = survivor.Client.GetGrain<IListenerGrain>(name);
        var writer = survivor.Client.GetGrain<IListenerGrain>("writer");
        await writer.Write("s", [0]).WaitAsync(Patience);
        await listener.Subscribe("s", null).WaitAsync(Patience);
        await writer.Write("s", [1, 2]).WaitAsync(Patience);
        await UntilAsync(() => notes.OnceOf(name).Length == 2);
        await cluster.Silos.Silos[0].DeactivateAsync(cluster.Silos.Silos[0].Client.GetGrain<IListenerGrain>(name));
        await writer.Write("s", [3]).WaitAsync(Patience);
        await UntilAsync(() => notes.OnceOf(name).Length == 3);

        await cluster.Silos.KillSiloAsync(cluster.Silos.Silos[0]);
        await RetryAsync(() => writer.Write("s", [4, 5]));
        await UntilAsync(() => notes.OnceOf(name).Length == 5);
        notes.OnceOf(name).ShouldBe([1, 2, 3, 4, 5]);
        (await listener.Count()).ShouldBe(1);
        await listener.Unsubscribe();
        (await listener.Count()).ShouldBe(0);
    }

    [Fact]
    public async Task A_token_takes_a_consumer_back_to_its_item_and_on_from_there()
    {
        await using var cluster = await StartAsync(silos: 1);
        var writer = cluster.Grains.GetGrain<IListenerGrain>("writer");
        await cluster.Grains.GetGrain<IListenerGrain>("early").Subscribe("s", null);
        for (int item = 0; item < 10; item++) await writer.Write("s", [item]);
        await UntilAsync(() => notes.OnceOf("early").Length == 10);
        long token = notes.Taken["early"].First(taken => taken.Item == 6).Token;
        await cluster.Grains.GetGrain<IListenerGrain>("late").Subscribe("s", token);
        await writer.Write("s", [10]);
        await UntilAsync(() => notes.OnceOf("late").Contains(10));
        notes.OnceOf("late").ShouldBe([6, 7, 8, 9, 10]);
    }

    [Fact]
    public async Task An_item_that_no_attempt_can_give_is_passed_over_and_the_rest_goes_on()
    {
        notes.Poison = 3;
        await using var cluster = await StartAsync(silos: 1);
        for (int item = 0; item < 6; item++)
        {
            await Orders(cluster, "sick").OnNextAsync(item);
            await Orders(cluster, "well").OnNextAsync(item + 100);
        }

        await UntilAsync(() => notes.OnceOf("well").Length == 6 && notes.OnceOf("sick").Length >= 3 && !notes.Errors.IsEmpty);
        notes.Errors.ShouldContain("sick");
        await Orders(cluster, "sick").OnNextAsync(99);
        await UntilAsync(() => notes.OnceOf("sick").Contains(99));
        notes.OnceOf("sick")[..3].ShouldBe([0, 1, 2]);
    }

    [Fact]
    public async Task Streams_are_subscribed_to_by_grains_only_and_named()
    {
        await using var cluster = await StartAsync(silos: 1);
        var stream = Orders(cluster, "x");
        await Should.ThrowAsync<InvalidOperationException>(() => stream.SubscribeAsync((_, _) => Task.CompletedTask));
        Should.Throw<KeyNotFoundException>(() => cluster.Silos.Client.GetStreamProvider("none"));
        Should.Throw<ArgumentException>(() => cluster.Silos.Client.GetStreamProvider("log").GetStream<int>(default));
        StreamId.Parse("orders/a/b"u8).ShouldBe(StreamId.Create("orders", "a/b"));
        (StreamId.Create("orders", "a").GetNamespace(), StreamId.Create("orders", "a").GetKeyAsString()).ShouldBe(("orders", "a"));
        new EventSequenceTokenV2(5).Older(new EventSequenceTokenV2(5, 1)).ShouldBeTrue();
    }

    Task<TopicCluster> StartAsync(short silos = 2) => TopicCluster.StartAsync(
        silos,
        services =>
        {
            services.AddSingleton(notes);
            services.AddLogStreams("log", options =>
            {
                options.Partitions = 3;
                options.CommitPeriod = TimeSpan.FromMilliseconds(200);
                options.PauseFirst = TimeSpan.FromMilliseconds(5);
                options.PauseMax = TimeSpan.FromMilliseconds(100);
            });
        },
        builder => builder.AddGrains(typeof(StreamTests).Assembly));

    static IAsyncStream<int> Orders(TopicCluster cluster, string key) => cluster.Silos.Client.GetStreamProvider("log").GetStream<int>(StreamId.Create("orders", key));

    static async Task RetryAsync(Func<Task> action)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await action().WaitAsync(patience.Token);
                return;
            }
            catch (SiloUnavailableException) when (!patience.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }

    async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var changed = notes.Changed;
            if (isSo()) return;
            await changed.WaitAsync(patience.Token);
        }
    }
}

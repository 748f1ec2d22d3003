using System.Text;
using Orrery.Grains.Topics;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Tests.Topics;

public sealed class TopicTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_topic_keeps_the_settings_of_its_first_creation_is_listed_and_never_loses_partitions()
    {
        await using var cluster = await TopicCluster.StartAsync(silos: 1);
        var topic = cluster.Grains.GetGrain<ITopicGrain>("orders");
        await Should.ThrowAsync<NotFoundException>(() => topic.Get());
        await Should.ThrowAsync<NotFoundException>(() => cluster.Grains.GetGrain<ITopicPartitionGrain>("orders/0").Info());
        await topic.Create(new TopicSettings { Partitions = 3 });
        (await topic.Create(new TopicSettings { Partitions = 8 })).Partitions.ShouldBe(3);
        (await cluster.Grains.GetGrain<ITopicDirectoryGrain>(EntityKeys.Fleet).List()).ShouldBe(["orders"]);
        await Should.ThrowAsync<InvalidInputException>(() => topic.Change(new TopicSettings { Partitions = 2 }));
        await Should.ThrowAsync<InvalidInputException>(() => cluster.Grains.GetGrain<ITopicGrain>("No Topic").Create(new TopicSettings()));
        await Should.ThrowAsync<InvalidInputException>(() => cluster.Grains.GetGrain<ITopicGrain>("none").Create(new TopicSettings { Partitions = 0 }));
        await Should.ThrowAsync<NotFoundException>(() => cluster.Grains.GetGrain<ITopicPartitionGrain>("orders/3").Info());
    }

    [Fact]
    public async Task Records_of_a_key_are_in_one_partition_in_order_and_every_partition_is_read_from_any_offset()
    {
        await using var cluster = await TopicCluster.StartAsync();
        await cluster.CreateAsync("orders", partitions: 4);
        var silo = cluster.Silos.Silo;
        var writer = TopicCluster.WriterOf(silo, "orders", partitions: 4);
        for (int flush = 1; flush <= 5; flush++)
        {
            for (int key = 0; key < 20; key++) TopicCluster.Add(writer, $"{key}:{flush}", $"key-{key}");
            (await writer.FlushAsync(flush, CancellationToken.None).WaitAsync(Patience)).Records.ShouldBe(20);
        }

        var seen = new Dictionary<string, List<string>>();
        for (int partition = 0; partition < 4; partition++)
        {
            foreach (string value in await TopicCluster.ReadAllAsync(silo, "orders", partition))
            {
                string key = value.Split(':')[0];
                TopicPartitioner.PartitionOf(Encoding.UTF8.GetBytes($"key-{key}"), 4).ShouldBe(partition);
                if (!seen.TryGetValue(key, out var values)) seen[key] = values = [];
                values.Add(value.Split(':')[1]);
            }
        }

        seen.Count.ShouldBe(20);
        seen.Values.ShouldAllBe(values => values.SequenceEqual(new[] { "1", "2", "3", "4", "5" }));
        var info = await cluster.Grains.GetGrain<ITopicGrain>("orders").Info();
        info.Partitions.Sum(partition => partition.End).ShouldBe(100);
    }

    [Fact]
    public async Task A_read_at_the_end_waits_for_the_next_record()
    {
        await using var cluster = await TopicCluster.StartAsync();
        var (owner, other) = await cluster.CreateAsync("orders");
        var reader = TopicCluster.ReaderOf(other, "orders");
        (await reader.ReadAsync(1000, TimeSpan.FromMilliseconds(1), CancellationToken.None).WaitAsync(Patience)).Batches.ShouldBeEmpty();
        var reading = Task.Run(async () =>
        {
            while (true)
            {
                var slice = await reader.ReadAsync(1000, TimeSpan.FromSeconds(5), CancellationToken.None);
                if (slice.Batches.Count > 0) return slice;
            }
        });
        var writer = TopicCluster.WriterOf(owner, "orders");
        TopicCluster.Add(writer, "came");
        await writer.FlushAsync(1, CancellationToken.None);
        var read = await reading.WaitAsync(Patience);
        read.Records().Select(record => Encoding.UTF8.GetString(record.Record.Value.Span)).ShouldBe(["came"]);
        (read.Next, read.End).ShouldBe((1, 1));
        var outside = await Should.ThrowAsync<TopicOffsetException>(() => other.Client.GetGrain<ITopicPartitionGrain>("orders/0").Read(9, 1000, TimeSpan.Zero));
        (outside.StartOffset, outside.EndOffset).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Holds_are_kept_over_the_partitions_owners_and_end_when_they_are_released()
    {
        await using var cluster = await TopicCluster.StartAsync();
        var (owner, other) = await cluster.CreateAsync("orders");
        var writer = TopicCluster.WriterOf(other, "orders");
        TopicCluster.Add(writer, "a");
        await writer.FlushAsync(1, CancellationToken.None).WaitAsync(Patience);
        var partition = other.Client.GetGrain<ITopicPartitionGrain>("orders/0");
        await partition.Hold("view", 1);
        await partition.Hold("lander", 0);
        await Should.ThrowAsync<InvalidInputException>(() => partition.Hold("lander", 2));
        await partition.Release("view");
        await cluster.Silos.StopSiloAsync(owner);
        (await partition.Info()).Holds.ShouldBe(new Dictionary<string, long> { ["lander"] = 0 });
    }

    [Fact]
    public async Task Bytes_that_are_no_batch_are_refused_and_the_partition_goes_on()
    {
        await using var cluster = await TopicCluster.StartAsync(silos: 1);
        await cluster.Grains.GetGrain<ITopicGrain>("orders").Create(new TopicSettings());
        var partition = cluster.Grains.GetGrain<ITopicPartitionGrain>("orders/0");
        await Should.ThrowAsync<InvalidInputException>(() => partition.Append([1, 2, 3]));
        var writer = TopicCluster.WriterOf(cluster.Silos.Silo, "orders");
        TopicCluster.Add(writer, "good");
        (await writer.FlushAsync(1, CancellationToken.None)).Records.ShouldBe(1);
    }

    [Fact]
    public void Partitions_are_chosen_as_they_always_were()
    {
        TopicPartitioner.HashOf("a"u8).ShouldBe(0xaf63dc4c8601ec8cUL);
        TopicPartitioner.HashOf("foobar"u8).ShouldBe(0x85944171f73967e8UL);
        TopicPartitioner.PartitionOf("foobar"u8, 8).ShouldBe(0);
        TopicPartitioner.PartitionOf([], 8).ShouldBe(0);
        TopicWriter.ProducerOf("capture/erp").ShouldNotBe(0);
    }
}

using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Tests.Topics;

/// <summary>What becomes of appends when a partition's owner is lost or stands still.</summary>
public sealed class TopicFailoverTests
{
    const string Topic = "orders";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_batch_whose_silo_was_killed_before_it_acknowledged_is_one_batch_after_the_retry()
    {
        await using var cluster = await TopicCluster.StartAsync();
        var (owner, other) = await cluster.CreateAsync(Topic);
        var writer = TopicCluster.WriterOf(other, Topic);
        TopicCluster.Add(writer, "first");
        await writer.FlushAsync(1, CancellationToken.None).WaitAsync(Patience);

        var acknowledge = new TaskCompletionSource();
        cluster.Gates.BeforeAcknowledge = acknowledge.Task;
        TopicCluster.Add(writer, "second");
        TopicCluster.Add(writer, "third");
        var flush = writer.FlushAsync(2, CancellationToken.None);
        await cluster.Gates.Written.Task.WaitAsync(Patience);
        await cluster.Silos.KillSiloAsync(owner);
        cluster.Gates.BeforeAcknowledge = Task.CompletedTask;

        var receipt = await flush.WaitAsync(Patience);
        receipt.Records.ShouldBe(2);
        (await TopicCluster.ReadAllAsync(other, Topic)).ShouldBe(["first", "second", "third"]);
    }

    [Fact]
    public async Task The_next_owner_has_every_acknowledged_record_and_knows_how_far_each_producer_got()
    {
        await using var cluster = await TopicCluster.StartAsync();
        var (owner, other) = await cluster.CreateAsync(Topic);
        var writer = TopicCluster.WriterOf(other, Topic);
        for (int sequence = 1; sequence <= 50; sequence++)
        {
            TopicCluster.Add(writer, $"v{sequence}");
            await writer.FlushAsync(sequence, CancellationToken.None).WaitAsync(Patience);
        }

        await cluster.Silos.KillSiloAsync(owner);
        (await TopicCluster.ReadAllAsync(other, Topic)).ShouldBe(Enumerable.Range(1, 50).Select(sequence => $"v{sequence}"));
        (await writer.LastOfAsync(0, CancellationToken.None).WaitAsync(Patience)).ShouldBe(new ProducerPosition(1, 50));
        var info = await other.Client.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(Topic, 0)).Info();
        (info.Start, info.End, info.Term).ShouldBe((0, 50, 2));
    }

    [Fact]
    public async Task An_owner_that_was_paused_before_its_write_is_refused_once_another_one_took_over()
    {
        await using var cluster = await TopicCluster.StartAsync();
        var (owner, other) = await cluster.CreateAsync(Topic);
        var writer = TopicCluster.WriterOf(other, Topic);
        TopicCluster.Add(writer, "before");
        await writer.FlushAsync(1, CancellationToken.None).WaitAsync(Patience);
        var old = cluster.Gates.Opened.Single();

        // The owner stands still in the middle of an append, for longer than its lease; then it wakes and writes.
        var wake = new TaskCompletionSource();
        cluster.Gates.HoldNextAppend(wake.Task);
        TopicCluster.Add(writer, "once");
        var flush = writer.FlushAsync(2, CancellationToken.None);
        var lost = owner.Loss;
        owner.JumpLeaseClock(TimeSpan.FromMinutes(1));
        await lost;
        await flush.WaitAsync(Patience);
        wake.SetResult();

        var late = new LogBatchEncoder();
        late.Add("k"u8, "late"u8, 1);
        await Should.ThrowAsync<LogFencedException>(async () => await old.AppendEncoded(late.Finish()).Durable);
        (await TopicCluster.ReadAllAsync(other, Topic)).ShouldBe(["before", "once"]);
    }
}

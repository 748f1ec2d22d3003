namespace Orrery.Log.Tests.Simulated;

public sealed class ProducerTests
{
    const long Id = 7;

    static SimulatedLog Opened(TopicOptions? options = null)
    {
        var log = new SimulatedLog(options ?? new TopicOptions { SegmentBytes = 4096 });
        log.Open();
        return log;
    }

    static LogAppend Append(SimulatedLog log, int epoch, long sequence, long id = Id) => log.Partition.Append([SimulatedLog.Record($"{epoch}/{sequence}")], new LogProducer(id, epoch, sequence));

    [Fact]
    public void A_batch_that_is_not_above_the_producers_last_one_is_a_repeat_and_not_written()
    {
        var log = Opened();
        Append(log, 1, 10).Repeated.ShouldBeFalse();
        var retry = Append(log, 1, 10);
        retry.Repeated.ShouldBeTrue();
        retry.BaseOffset.ShouldBe(0);
        retry.Durable.IsCompleted.ShouldBeFalse("the original is not durable yet");
        log.Flusher.Run();
        retry.Durable.IsCompletedSuccessfully.ShouldBeTrue();

        Append(log, 1, 500).Repeated.ShouldBeFalse("gaps are allowed");
        Append(log, 1, 10).BaseOffset.ShouldBe(-1, "not the producer's last batch");
        Append(log, 2, 1).Repeated.ShouldBeFalse("a new epoch begins anew");
        Append(log, 1, 900).Repeated.ShouldBeTrue("an earlier epoch is over");
        Append(log, 1, 10, id: 8).Repeated.ShouldBeFalse("another producer");
        log.Partition.LastOf(Id).ShouldBe(new LogProducerPosition(2, 1));
        log.Partition.LastOf(99).ShouldBeNull();
        log.Flusher.Run();
        log.ReadAll(0).Count.ShouldBe(4);
    }

    [Fact]
    public void A_batch_that_failed_may_be_appended_again()
    {
        var log = Opened();
        Append(log, 1, 1);
        log.Flusher.Run();
        log.Files.FailsSyncs = true;
        var lost = Append(log, 1, 2);
        var retried = Append(log, 1, 2);
        log.Flusher.Run();
        lost.Durable.IsFaulted.ShouldBeTrue();
        retried.Durable.IsFaulted.ShouldBeTrue("a repeat is as durable as its original");
        log.Partition.LastOf(Id).ShouldBe(new LogProducerPosition(1, 1));
        log.Files.Heal();
        log.Reopen();
        Append(log, 1, 2).Repeated.ShouldBeFalse();
        log.Flusher.Run();
        log.ReadAll(0).Count.ShouldBe(2);
    }

    [Fact]
    public void Producers_are_known_after_a_power_cut_and_after_retention_has_deleted_their_batches()
    {
        var log = Opened();
        for (int sequence = 1; sequence <= 100; sequence++)
        {
            log.Partition.Append([SimulatedLog.Record(new string('x', 300))], new LogProducer(sequence % 10, 3, sequence));
            log.Flusher.Run();
        }

        Append(log, 1, 77);
        log.Flusher.Run();
        for (int number = 0; number < 50; number++)
        {
            log.Append(SimulatedLog.Record(new string('y', 300)));
            log.Flusher.Run();
        }

        log.Partition.AdvanceLowWater(log.Partition.EndOffset);
        log.Flusher.Run();
        log.Partition.StartOffset.ShouldBeGreaterThan(110);
        for (int seed = 0; seed < 5; seed++)
        {
            log.Files.LosePower(new Random(seed));
            log.Open();
            log.Partition.LastOf(1).ShouldBe(new LogProducerPosition(3, 91));
            log.Partition.LastOf(9).ShouldBe(new LogProducerPosition(3, 99));
            Append(log, 1, 77).Repeated.ShouldBeTrue();
        }
    }

    [Fact]
    public void Beyond_their_bound_the_producers_that_were_idle_for_longest_are_forgotten_and_after_a_while_all_idle_ones()
    {
        var log = Opened(new TopicOptions { SegmentBytes = 4096, ProducersLimit = 64, ProducerIdleLimit = TimeSpan.FromDays(7) });
        for (int id = 1; id <= 80; id++)
        {
            Append(log, 1, 1, id);
            log.Flusher.Run();
            log.Time.Advance(TimeSpan.FromSeconds(1));
        }

        log.Partition.LastOf(1).ShouldBeNull();
        log.Partition.LastOf(80).ShouldNotBeNull();
        Enumerable.Range(1, 80).Count(id => log.Partition.LastOf(id) is not null).ShouldBe(64);
        log.Time.Advance(TimeSpan.FromDays(8));
        Append(log, 1, 1, 100);
        log.Flusher.Run();
        log.Open();
        Enumerable.Range(1, 100).Where(id => log.Partition.LastOf(id) is not null).ShouldBe([100]);
    }
}

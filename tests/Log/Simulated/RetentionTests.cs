namespace Orrery.Log.Tests.Simulated;

public sealed class RetentionTests
{
    static SimulatedLog Filled(TopicOptions options)
    {
        var log = new SimulatedLog(options with { SegmentBytes = 4096, IndexIntervalBytes = 1024 });
        log.Open();
        for (int number = 0; number < 100; number++)
        {
            log.Append(SimulatedLog.Record(new string('x', 200) + number));
            log.Flusher.Run();
        }

        return log;
    }

    static int Segments(SimulatedLog log) => log.Files.Paths.Count(path => path.EndsWith(".log", StringComparison.Ordinal));

    [Fact]
    public void Whole_segments_below_the_low_water_are_deleted_and_the_rest_can_be_read()
    {
        var log = Filled(new TopicOptions());
        int before = Segments(log);
        log.Partition.AdvanceLowWater(50);
        log.Flusher.Run();

        Segments(log).ShouldBeLessThan(before);
        log.Partition.StartOffset.ShouldBeInRange(30, 50);
        log.ReadAll(50).Count.ShouldBe(50);
        Should.Throw<LogOffsetException>(() => log.ReadAll(0)).StartOffset.ShouldBe(log.Partition.StartOffset);
        Should.Throw<ArgumentOutOfRangeException>(() => log.Partition.AdvanceLowWater(101));
        log.Files.LosePower(new Random(1));
        log.Open();
        log.ReadAll(50).Count.ShouldBe(50);
    }

    [Fact]
    public void Age_keeps_what_is_young_and_never_deletes_what_nobody_has_read()
    {
        var log = Filled(new TopicOptions { RetainAge = TimeSpan.FromHours(1) });
        int before = Segments(log);
        log.Partition.AdvanceLowWater(60);
        log.Flusher.Run();
        Segments(log).ShouldBe(before);
        log.Time.Advance(TimeSpan.FromHours(2));
        log.Flusher.Run();
        log.Partition.StartOffset.ShouldBeInRange(40, 60);
    }

    [Fact]
    public void Bytes_may_delete_unread_records_only_where_the_topic_says_so()
    {
        var log = Filled(new TopicOptions { RetainBytes = 9000 });
        log.Time.Advance(TimeSpan.FromMinutes(2));
        log.Flusher.Run();
        log.Partition.StartOffset.ShouldBe(0);

        var lossy = Filled(new TopicOptions { RetainBytes = 9000, DeletesUnread = true });
        lossy.Time.Advance(TimeSpan.FromMinutes(2));
        lossy.Flusher.Run();
        Segments(lossy).ShouldBeInRange(1, 3);
        lossy.Partition.EndOffset.ShouldBe(100);
    }
}

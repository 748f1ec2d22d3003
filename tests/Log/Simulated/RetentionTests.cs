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

    [Fact]
    public void Nothing_that_a_consumer_holds_is_deleted_whatever_the_rules_say()
    {
        var log = Filled(new TopicOptions { RetainBytes = 5000, DeletesUnread = true, HoldsLimit = 2 });
        log.Partition.Hold("views", 40);
        log.Partition.Hold("lander", 20);
        Should.Throw<LogOverloadedException>(() => log.Partition.Hold("third", 0)).Message.ShouldContain("HoldsLimit");
        Should.Throw<ArgumentOutOfRangeException>(() => log.Partition.Hold("views", 101));
        log.Partition.AdvanceLowWater(100);
        log.Time.Advance(TimeSpan.FromMinutes(5));
        log.Flusher.Run();
        log.Partition.StartOffset.ShouldBeInRange(1, 20);

        log.Partition.Release("lander");
        log.Flusher.Run();
        log.Partition.StartOffset.ShouldBeInRange(25, 40);
        log.Partition.Hold("views", 100);
        log.Flusher.Run();
        log.Partition.StartOffset.ShouldBeGreaterThan(60);
    }

    [Fact]
    public void After_an_opening_consumers_have_time_to_state_their_holds_before_unread_records_go()
    {
        var log = Filled(new TopicOptions { RetainAge = TimeSpan.FromHours(1), DeletesUnread = true, HoldGrace = TimeSpan.FromMinutes(2) });
        log.Time.Advance(TimeSpan.FromHours(5));
        log.Open();
        log.Time.Advance(TimeSpan.FromMinutes(1));
        log.Flusher.Run();
        log.Partition.StartOffset.ShouldBe(0);
        log.Partition.Hold("late", 50);
        log.Time.Advance(TimeSpan.FromMinutes(2));
        log.Flusher.Run();
        log.Partition.StartOffset.ShouldBeInRange(30, 50);
    }

    [Fact]
    public async Task A_time_is_found_in_every_segment_and_the_clock_going_back_does_not_hide_records()
    {
        var log = new SimulatedLog(new TopicOptions { SegmentBytes = 4096, IndexIntervalBytes = 1024 });
        log.Open();
        var appended = new List<long>();
        long last = 0;
        for (int number = 0; number < 120; number++)
        {
            log.Time.Advance(TimeSpan.FromSeconds(number is 50 ? -1000 : number % 3));
            last = Math.Max(last, log.Time.GetUtcNow().ToUnixTimeMilliseconds());
            appended.Add(last);
            log.Append(SimulatedLog.Record(new string('x', 200)));
            log.Flusher.Run();
            if (number == 70) log.Open();
        }

        var token = TestContext.Current.CancellationToken;
        foreach (long time in appended.Concat([appended[0] - 1, last + 1, appended[60] + 1, 0, long.MaxValue, long.MinValue]))
        {
            int first = appended.FindIndex(at => at >= time);
            (await log.Partition.FindOffsetAsync(time, token)).ShouldBe(first < 0 ? 120 : first, $"at {time}");
        }
    }
}

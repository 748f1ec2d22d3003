using Orrery.Log.Embedded;

namespace Orrery.Log.Tests.Simulated;

public sealed class FailureTests
{
    static SimulatedLog Opened(TopicOptions? options = null)
    {
        var log = new SimulatedLog(options ?? new TopicOptions { SegmentBytes = 4096 });
        log.Open();
        return log;
    }

    [Fact]
    public void After_a_failed_sync_appends_are_refused_with_the_reason_until_the_partition_is_reopened()
    {
        var log = Opened();
        var first = log.Append(SimulatedLog.Record("kept"));
        log.Flusher.Run();
        log.Files.FailsSyncs = true;
        var second = log.Append(SimulatedLog.Record("lost"));
        log.Flusher.Run();

        first.Durable.IsCompletedSuccessfully.ShouldBeTrue();
        second.Durable.Exception!.InnerException.ShouldBeOfType<LogFailedException>().Message.ShouldContain("Input/output error");
        Should.Throw<LogFailedException>(() => log.Append(SimulatedLog.Record("refused"))).Message.ShouldContain("until it is reopened");
        Should.Throw<IOException>(log.Reopen);

        log.Files.Heal();
        log.Reopen();
        var third = log.Append(SimulatedLog.Record("next"));
        third.BaseOffset.ShouldBe(1);
        log.Flusher.Run();
        log.Files.LosePower(new Random(1));
        log.Open();
        log.ReadAll(0).ShouldEqual([SimulatedLog.Record("kept"), SimulatedLog.Record("next")], "after the power cut");
    }

    [Fact]
    public void What_was_written_but_not_synced_when_the_process_ended_is_synced_before_it_is_shown()
    {
        var log = Opened();
        log.Append(SimulatedLog.Record("written"));
        log.Files.DiesBeforeSync = true;
        log.Flusher.Run();
        log.Files.EndProcess();
        log.Open();
        log.ReadAll(0).Count.ShouldBe(1);
        for (int seed = 0; seed < 20; seed++)
        {
            log.Files.LosePower(new Random(seed));
            log.Open();
            log.ReadAll(0).ShouldEqual([SimulatedLog.Record("written")], "after the power cut");
        }
    }

    [Fact]
    public void What_a_failed_sync_left_in_the_page_cache_is_not_shown_by_the_next_process()
    {
        var log = Opened();
        log.Append(SimulatedLog.Record("never synced"));
        log.Files.FailsSyncs = true;
        log.Flusher.Run();
        log.Files.EndProcess();
        log.Open();
        log.Partition.EndOffset.ShouldBe(0);
    }

    [Fact]
    public void A_full_disk_fails_all_that_waited_and_leaves_what_was_acknowledged()
    {
        var log = Opened();
        log.Append(SimulatedLog.Record("kept"));
        log.Flusher.Run();
        log.Files.FreeBytes = 50;
        var appends = Enumerable.Range(0, 5).Select(number => log.Append(SimulatedLog.Record("lost " + number))).ToList();
        log.Flusher.Run();

        appends.ShouldAllBe(append => append.Durable.IsFaulted);
        log.ReadAll(0).ShouldEqual([SimulatedLog.Record("kept")], "while failed");
        log.Files.EndProcess();
        log.Open();
        log.ReadAll(0).ShouldEqual([SimulatedLog.Record("kept")], "in the next process");
    }

    [Fact]
    public void A_torn_tail_is_cut_and_every_acknowledged_batch_stays()
    {
        var log = Opened();
        for (int number = 0; number < 10; number++) log.Append(SimulatedLog.Record("kept " + number));
        log.Flusher.Run();
        string path = log.Files.Paths.Single(entry => entry.EndsWith(".log", StringComparison.Ordinal));
        int whole = log.Files[path].Length;
        log.Append(SimulatedLog.Record("torn"));
        log.Flusher.Run();
        log.Files[path].SetLength(log.Files[path].Length - 1);
        log.Files.EndProcess();
        log.Open();

        log.Partition.EndOffset.ShouldBe(10);
        SegmentSeal.TryRead(log.Files, Path.ChangeExtension(path, ".seal")).ShouldBe(new SegmentSeal(whole, 10));
        log.Append(SimulatedLog.Record("next")).BaseOffset.ShouldBe(10);
        log.Flusher.Run();
        log.ReadAll(10).ShouldEqual([SimulatedLog.Record("next")], "after the cut");
    }

    [Fact]
    public void A_damaged_byte_in_an_older_segment_is_told_and_not_read_over()
    {
        var log = Opened();
        for (int number = 0; number < 100; number++)
        {
            log.Append(SimulatedLog.Record(new string('x', 100)));
            log.Flusher.Run();
        }

        string path = log.Files.Paths.Order(StringComparer.Ordinal).First(entry => entry.EndsWith(".log", StringComparison.Ordinal));
        log.Files[path].Damage(2000);
        Should.Throw<LogCorruptException>(() => log.ReadAll(0)).Message.ShouldContain(path);
        log.Files.EndProcess();
        log.Files.Delete(Path.ChangeExtension(path, ".index"));
        Should.Throw<LogCorruptException>(log.Open).Message.ShouldContain("damaged at byte");
    }

    [Fact]
    public void Segments_from_before_claims_are_taken_over()
    {
        var log = Opened();
        for (int number = 0; number < 60; number++)
        {
            log.Append(SimulatedLog.Record(new string('x', 200) + number));
            log.Flusher.Run();
        }

        log.Close();
        foreach (string path in log.Files.Paths.ToArray())
        {
            if (path.EndsWith("-1.log", StringComparison.Ordinal)) log.Files.Rename(path, path.Replace("-1.log", ".log", StringComparison.Ordinal));
            else log.Files.Delete(path);
        }

        log.Open();
        log.Partition.EndOffset.ShouldBe(60);
        log.Append(SimulatedLog.Record("next")).BaseOffset.ShouldBe(60);
        log.Flusher.Run();
        log.Files.LosePower(new Random(1));
        log.Open();
        log.ReadAll(0).Count.ShouldBe(61);
    }

    [Fact]
    public void A_missing_segment_is_told_at_the_start()
    {
        var log = Opened();
        for (int number = 0; number < 200; number++)
        {
            log.Append(SimulatedLog.Record(new string('x', 100)));
            log.Flusher.Run();
        }

        string second = log.Files.Paths.Where(entry => entry.EndsWith(".log", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ElementAt(1);
        log.Files.EndProcess();
        log.Files.Delete(second);
        Should.Throw<LogCorruptException>(log.Open).Message.ShouldContain("missing");
    }

    [Fact]
    public void Bytes_that_are_no_log_never_crash_or_hang_the_start()
    {
        var random = new Random(7);
        for (int round = 0; round < 300; round++)
        {
            var log = Opened();
            for (int number = 0; number < 5; number++) log.Append(AppendingProcess.Batch(number));
            log.Flusher.Run();
            string path = log.Files.Paths.Single(entry => entry.EndsWith(".log", StringComparison.Ordinal));
            byte[] noise = new byte[random.Next(1, 300)];
            random.NextBytes(noise);
            log.Files[path].Write(noise, random.Next(0, log.Files[path].Length));
            log.Files.EndProcess();
            log.Open();
            log.ReadAll(0).Count.ShouldBe((int)log.Partition.EndOffset);
        }
    }

    [Fact]
    public void Appends_beyond_the_pending_bytes_are_refused_and_taken_again_once_the_disk_has_caught_up()
    {
        var log = Opened(new TopicOptions { BatchBytesLimit = 4096, PendingBytesLimit = 4096 });
        log.Append(SimulatedLog.Record(new string('x', 3000)));
        Should.Throw<LogOverloadedException>(() => log.Append(SimulatedLog.Record(new string('x', 3000)))).Message.ShouldContain("4096");
        log.Flusher.Run();
        log.Append(SimulatedLog.Record(new string('x', 3000))).BaseOffset.ShouldBe(1);
        Should.Throw<ArgumentException>(() => log.Append(SimulatedLog.Record(new string('x', 5000)))).Message.ShouldContain("4096");
        Should.Throw<ArgumentException>(() => log.Append());
    }
}

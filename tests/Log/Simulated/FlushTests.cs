namespace Orrery.Log.Tests.Simulated;

public sealed class FlushTests
{
    static SimulatedLog Opened(TopicOptions options)
    {
        var log = new SimulatedLog(options);
        log.Open();
        return log;
    }

    [Fact]
    public void All_appends_that_wait_share_one_sync()
    {
        var log = Opened(new TopicOptions());
        int before = log.Files.Syncs;
        var appends = Enumerable.Range(0, 100).Select(number => log.Append(SimulatedLog.Record("x"))).ToList();
        appends.ShouldAllBe(append => !append.Durable.IsCompleted);
        log.Flusher.Run();

        appends.ShouldAllBe(append => append.Durable.IsCompletedSuccessfully);
        (log.Files.Syncs - before).ShouldBe(1);
        appends.Select(append => append.BaseOffset).ShouldBe(Enumerable.Range(0, 100).Select(number => (long)number));
    }

    [Fact]
    public void A_group_waits_for_company_as_long_as_it_may_and_no_longer_once_it_is_large()
    {
        var log = Opened(new TopicOptions { GroupWait = TimeSpan.FromMilliseconds(20), GroupBytes = 4096 });
        var first = log.Append(SimulatedLog.Record("x"));
        log.Time.Advance(TimeSpan.FromMilliseconds(19));
        log.Flusher.Run();
        first.Durable.IsCompleted.ShouldBeFalse();
        log.Time.Advance(TimeSpan.FromMilliseconds(1));
        log.Flusher.Run();
        first.Durable.IsCompletedSuccessfully.ShouldBeTrue();

        var large = log.Append(SimulatedLog.Record(new string('x', 5000)));
        log.Flusher.Run();
        large.Durable.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void Under_the_interval_policy_a_write_is_acknowledged_at_once_and_synced_within_the_interval()
    {
        var log = Opened(new TopicOptions { FlushPolicy = FlushPolicy.Interval, FlushInterval = TimeSpan.FromSeconds(2) });
        int before = log.Files.Syncs;
        var append = log.Append(SimulatedLog.Record("x"));
        log.Flusher.Run();
        append.Durable.IsCompletedSuccessfully.ShouldBeTrue();
        log.Files.Syncs.ShouldBe(before);
        log.Time.Advance(TimeSpan.FromSeconds(2));
        log.Flusher.Run();
        log.Files.Syncs.ShouldBe(before + 1);
        log.Time.Advance(TimeSpan.FromSeconds(2));
        log.Flusher.Run();
        log.Files.Syncs.ShouldBe(before + 1);
        log.Files.LosePower(new Random(3));
        log.Open();
        log.Partition.EndOffset.ShouldBe(1);
    }

    [Fact]
    public void Closing_makes_what_waits_durable_and_later_appends_are_refused()
    {
        var log = Opened(new TopicOptions { GroupWait = TimeSpan.FromSeconds(5) });
        var append = log.Append(SimulatedLog.Record("x"));
        var partition = log.Partition;
        log.Close();
        append.Durable.IsCompletedSuccessfully.ShouldBeTrue();
        Should.Throw<ObjectDisposedException>(() => partition.Append([SimulatedLog.Record("y")]));
        log.Open();
        log.ReadAll(0).ShouldEqual([SimulatedLog.Record("x")], "after closing");
    }

    [Fact]
    public async Task Who_waits_for_an_offset_goes_on_when_it_is_durable()
    {
        var log = Opened(new TopicOptions());
        var wait = log.Partition.WaitAsync(1, TestContext.Current.CancellationToken).AsTask();
        log.Append(SimulatedLog.Record("0"));
        log.Flusher.Run();
        wait.IsCompleted.ShouldBeFalse();
        log.Append(SimulatedLog.Record("1"));
        log.Flusher.Run();
        await wait;

        using var cancellation = new CancellationTokenSource();
        var cancelled = log.Partition.WaitAsync(99, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(cancelled);
    }
}

namespace Orrery.Log.Tests.Simulated;

public sealed class DiskSpaceTests
{
    const long Gigabyte = 1L << 30;

    [Fact]
    public void Before_the_disk_is_full_appends_are_refused_with_the_figures_and_taken_again_once_there_is_room()
    {
        var log = new SimulatedLog(new TopicOptions(), freeBytesMin: null);
        log.Files.TotalBytes = 100 * Gigabyte;
        log.Files.FreeBytes = 2 * Gigabyte;
        log.Open();
        log.Append(SimulatedLog.Record("kept"));
        log.Flusher.Run();

        log.Files.FreeBytes = Gigabyte - 1;
        log.Time.Advance(TimeSpan.FromSeconds(2));
        log.Append(SimulatedLog.Record("the last one, by which it is noticed"));
        log.Flusher.Run();
        var refused = Should.Throw<LogFullException>(() => log.Append(SimulatedLog.Record("refused")));
        refused.Message.ShouldContain(Gigabyte.ToString(System.Globalization.CultureInfo.InvariantCulture));
        refused.Disk.IsFull.ShouldBeTrue();
        refused.Disk.FullAt.ShouldBe(log.Time.GetUtcNow());
        log.ReadAll(0).Count.ShouldBe(2);

        log.Files.FreeBytes = 3 * Gigabyte;
        log.Append(SimulatedLog.Record("next")).BaseOffset.ShouldBe(2);
    }

    [Fact]
    public void The_forecast_says_when_the_disk_will_be_full_at_the_rate_of_late()
    {
        var log = new SimulatedLog(new TopicOptions(), freeBytesMin: null);
        log.Files.TotalBytes = 10 * Gigabyte;
        log.Files.FreeBytes = 5 * Gigabyte;
        log.Open();
        log.Log.Disk!.FullAt.ShouldBeNull();
        log.Log.Disk!.FreeBytesMin.ShouldBe(Gigabyte / 2, "5 % of a small disk");
        for (int minute = 0; minute < 10; minute++)
        {
            log.Time.Advance(TimeSpan.FromMinutes(1));
            log.Files.FreeBytes -= 60_000_000;
            log.Log.Disk!.FreeBytes.ShouldBe(log.Files.FreeBytes);
        }

        var forecast = log.Log.Disk!;
        forecast.BytesPerSecond.ShouldBe(1_000_000, tolerance: 1);
        forecast.FullAt!.Value.ShouldBe(log.Time.GetUtcNow().AddSeconds((forecast.FreeBytes - forecast.FreeBytesMin) / 1e6), TimeSpan.FromSeconds(1));
    }
}

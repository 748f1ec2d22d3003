using Orrery.Grains.News;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.News;

namespace Orrery.Grains.Tests.News;

public sealed class NewsHoursTests
{
    [Theory]
    // Nine o'clock on the schedule's clock, wherever the recipient is.
    [InlineData("2026-12-01T09:00", "Asia/Shanghai", false, "Europe/Berlin", "2026-12-01T01:00:00Z")]
    // Nine o'clock on each recipient's clock.
    [InlineData("2026-12-01T09:00", "Asia/Shanghai", true, "Europe/Berlin", "2026-12-01T08:00:00Z")]
    [InlineData("2026-12-01T09:00", "Asia/Shanghai", true, "", "2026-12-01T01:00:00Z")]
    [InlineData("2026-12-01T09:00", "Asia/Shanghai", true, "Nowhere/Land", "2026-12-01T01:00:00Z")]
    // A time that Berlin's clocks leave out is an hour later; of one that they have twice the first is meant.
    [InlineData("2027-03-28T02:30", "UTC", true, "Europe/Berlin", "2027-03-28T01:30:00Z")]
    [InlineData("2026-10-25T02:30", "UTC", true, "Europe/Berlin", "2026-10-25T00:30:00Z")]
    public void A_schedule_is_a_time_of_a_clock(string at, string zone, bool isEach, string recipient, string due) =>
        NewsHours.Due(Order(new NewsSchedule(at, zone, isEach)), recipient, At("2026-10-01T00:00:00Z")).ShouldBe(At(due));

    [Theory]
    [InlineData("2026-12-01T21:59:00Z", "UTC", "2026-12-01T21:59:00Z")]
    [InlineData("2026-12-01T22:00:00Z", "UTC", "2026-12-02T08:00:00Z")]
    [InlineData("2026-12-02T07:59:00Z", "UTC", "2026-12-02T08:00:00Z")]
    [InlineData("2026-12-02T08:00:00Z", "UTC", "2026-12-02T08:00:00Z")]
    [InlineData("2026-12-01T15:00:00Z", "Asia/Shanghai", "2026-12-02T00:00:00Z")]
    [InlineData("2026-12-01T15:00:00Z", "Europe/Berlin", "2026-12-01T15:00:00Z")]
    public void Quiet_hours_on_the_recipients_clock_hold_news_up_until_they_end(string now, string zone, string due) =>
        NewsHours.Due(Order(new NewsSchedule()) with { QuietFrom = "22:00", QuietUntil = "08:00" }, zone, At(now)).ShouldBe(At(due));

    [Fact]
    public void Urgent_news_know_no_quiet_hours() =>
        NewsHours.Due(Order(new NewsSchedule()) with { QuietFrom = "22:00", QuietUntil = "08:00", IsUrgent = true }, "UTC", At("2026-12-01T23:00:00Z")).ShouldBe(At("2026-12-01T23:00:00Z"));

    [Theory]
    [InlineData("tomorrow", "UTC", "schedule.at")]
    [InlineData("2026-13-01T09:00", "UTC", "schedule.at")]
    [InlineData(null, "Mars/Olympus", "schedule.zone")]
    public void A_schedule_that_is_none_is_refused(string? at, string zone, string field) =>
        Should.Throw<InvalidInputException>(() => NewsHours.Check(new NewsSchedule(at, zone))).Field.ShouldBe(field);

    static NewsOrder Order(NewsSchedule schedule) => new("acme/a", "customer", [NewsChannel.Sdk], schedule, new NewsReach(), 0, false, 0, 7, null, null);

    static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

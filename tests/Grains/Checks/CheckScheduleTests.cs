using Orrery.Grains.Checks;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Checks;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Checks;

public sealed class CheckScheduleTests
{
    [Theory]
    [InlineData("03:30", "Asia/Shanghai", "2026-03-01T18:00:00Z", "2026-03-01T19:30:00Z")]
    [InlineData("03:30", "Asia/Shanghai", "2026-03-01T19:30:00Z", "2026-03-02T19:30:00Z")]
    [InlineData("00:05", "UTC", "2026-12-31T23:59:00Z", "2027-01-01T00:05:00Z")]
    // The night in which the clock goes from 02:00 to 03:00, and the one in which 02:30 is there twice.
    [InlineData("02:30", "Europe/Berlin", "2026-03-28T20:00:00Z", "2026-03-29T01:30:00Z")]
    [InlineData("02:30", "Europe/Berlin", "2026-10-24T20:00:00Z", "2026-10-25T01:30:00Z")]
    public void A_time_of_the_day_is_meant_where_the_check_says(string at, string zone, string after, string next) =>
        CheckSchedule.Next(new CheckSpec { At = at, TimeZone = zone }, DateTimeOffset.Parse(after, System.Globalization.CultureInfo.InvariantCulture))
            .ShouldBe(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Minutes_count_from_the_beginning_of_the_run_before()
    {
        var after = new DateTimeOffset(2026, 1, 1, 12, 0, 30, TimeSpan.Zero);
        CheckSchedule.Next(new CheckSpec { EveryMinutes = 5 }, after).ShouldBe(after.AddMinutes(5));
        CheckSchedule.Next(new CheckSpec(), after).ShouldBeNull();
    }

    [Fact]
    public async Task A_check_runs_on_its_schedule_over_restarts_and_says_when_it_cannot()
    {
        await using TestFleet fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        ICheckGrain check = fleet.Grains.GetGrain<ICheckGrain>("acme/nightly");
        await check.Put(new CheckSpec { EveryMinutes = 2 }, "ann", null);
        await fleet.UntilAsync("it ran", async () => (await check.Runs(10)).Count == 1 && (await check.Get()).Activity == "idle", TimeSpan.FromMinutes(4));
        CheckSummary run = (await check.Runs(10))[0];
        (run.Outcome, run.Cause, run.Note).ShouldBe(("failed", "schedule", "The tenant 'acme' has no tables and views yet."));
        (await fleet.Book("acme").List(new AlarmQuery(Open: true), new PageRequest())).Items.ShouldHaveSingleItem().RuleId.ShouldBe("check-failed");

        await fleet.CrashAsync();
        await fleet.UntilAsync("it ran again", async () => (await fleet.Grains.GetGrain<ICheckGrain>("acme/nightly").Runs(10)).Count > 1, TimeSpan.FromMinutes(6));
    }
}

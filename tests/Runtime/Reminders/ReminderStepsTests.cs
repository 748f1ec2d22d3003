using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Reminders;

public sealed class ReminderStepsTests
{
    private static readonly DateTimeOffset s_start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ReminderRow s_row = new()
    {
        Key = new("t", "k", "n"), Shard = 0, Term = 1, Version = 5, FirstDue = s_start, NextDue = s_start.AddHours(1), Period = TimeSpan.FromHours(1), Ran = 1,
    };

    private static ReminderRow Begin(ReminderRow row, DateTimeOffset now, ReminderPolicy policy, out bool fires, int replayLimit = 100) =>
        ReminderSteps.Begin(row, now, 2, new ReminderOptions { AfterOutage = policy, ReplayLimit = replayLimit }, out fires);

    [Theory]
    [InlineData(ReminderPolicy.FireOnce)]
    [InlineData(ReminderPolicy.FireAll)]
    [InlineData(ReminderPolicy.Skip)]
    public void A_fire_on_time_is_begun_and_ended_alike_under_every_policy(ReminderPolicy policy)
    {
        var begun = Begin(s_row, s_start.AddHours(1).AddSeconds(1), policy, out bool fires);
        fires.ShouldBeTrue();
        begun.ShouldBe(s_row with { Term = 2, Attempts = 1 });
        var ended = ReminderSteps.End(begun, s_start.AddHours(1).AddSeconds(2), ran: true, policy);
        ended.ShouldBe(s_row with { Term = 2, Ran = 2, NextDue = s_start.AddHours(2) });
        ReminderSteps.End(begun, s_start.AddHours(1).AddSeconds(2), ran: false, policy).ShouldBe(ended with { Ran = 1, Failed = 1 });
    }

    [Fact]
    public void Fire_once_runs_the_earliest_and_counts_the_others_as_missed()
    {
        var now = s_start.AddHours(5.5);
        var begun = Begin(s_row, now, ReminderPolicy.FireOnce, out bool fires);
        fires.ShouldBeTrue();
        begun.ShouldBe(s_row with { Term = 2, Attempts = 1, Late = 1 });
        ReminderSteps.End(begun, now, true, ReminderPolicy.FireOnce).ShouldBe(s_row with { Term = 2, Late = 1, Ran = 2, Missed = 4, NextDue = s_start.AddHours(6) });
    }

    [Fact]
    public void Fire_all_runs_each_up_to_the_limit_and_counts_the_oldest_as_missed()
    {
        var now = s_start.AddHours(5.5);
        var row = s_row;
        var times = new List<DateTimeOffset>();
        while (true)
        {
            row = Begin(row, now, ReminderPolicy.FireAll, out bool fires, replayLimit: 3);
            if (!fires) break;
            times.Add(row.NextDue);
            row = ReminderSteps.End(row, now, true, ReminderPolicy.FireAll);
        }

        times.ShouldBe([s_start.AddHours(3), s_start.AddHours(4), s_start.AddHours(5)]);
        row.ShouldBe(s_row with { Term = 2, Ran = 4, Missed = 2, Late = 3, NextDue = s_start.AddHours(6) });
    }

    [Fact]
    public void Skip_passes_over_what_is_late_and_runs_what_is_not()
    {
        var row = Begin(s_row, s_start.AddHours(5.5), ReminderPolicy.Skip, out bool fires);
        fires.ShouldBeFalse();
        row.ShouldBe(s_row with { Term = 2, Missed = 5, NextDue = s_start.AddHours(6) });
        row = Begin(s_row, s_start.AddHours(5).AddSeconds(60), ReminderPolicy.Skip, out fires);
        fires.ShouldBeTrue();
        row.ShouldBe(s_row with { Term = 2, Missed = 4, NextDue = s_start.AddHours(5), Attempts = 1 });
    }

    [Theory]
    [InlineData(ReminderPolicy.FireOnce)]
    [InlineData(ReminderPolicy.FireAll)]
    [InlineData(ReminderPolicy.Skip)]
    public void A_fire_that_had_begun_is_begun_again_with_the_same_due_time_and_counted_as_repeated(ReminderPolicy policy)
    {
        var row = Begin(s_row with { Attempts = 1 }, s_start.AddHours(9), policy, out bool fires, replayLimit: 1);
        fires.ShouldBeTrue();
        row.ShouldBe(s_row with { Term = 2, Attempts = 2, Repeated = 1 });
    }

    [Theory]
    [InlineData(ReminderPolicy.FireOnce)]
    [InlineData(ReminderPolicy.FireAll)]
    [InlineData(ReminderPolicy.Skip)]
    public void Whatever_happens_the_account_adds_up(ReminderPolicy policy)
    {
        var random = new Random(3);
        var options = new ReminderOptions { AfterOutage = policy, ReplayLimit = 3 };
        for (int round = 0; round < 5_000; round++)
        {
            var first = s_start.AddMilliseconds(random.Next(1_000_000));
            var row = new ReminderRow { Key = new("t", "k", "n"), Shard = 0, Term = 1, FirstDue = first, NextDue = first, Period = TimeSpan.FromMilliseconds(random.Next(1, 200_000)) };
            var now = first;
            for (int fires = 0; fires < 8; fires++)
            {
                now = now.AddMilliseconds(random.Next(1_000_000));
                row = ReminderSteps.Begin(row, now, 1, options, out bool isBegun);
                if (isBegun && random.Next(4) != 0) row = ReminderSteps.End(row, now = now.AddMilliseconds(random.Next(100_000)), random.Next(2) == 0, policy);
                var account = ReminderAccount.Of(row, now, options.LateAfter);
                account.Lost.ShouldBe(0);
                account.Due.ShouldBe((now - first).Ticks / row.Period.Ticks + 1);
                (account.Ran + account.Failed + account.Missed + account.Waiting).ShouldBe(account.Due);
                account.Overdue.ShouldBeInRange(0, account.Waiting);
            }
        }
    }

    [Fact]
    public void A_row_that_moved_on_without_an_account_shows_lost_fires()
    {
        var now = s_start.AddHours(10);
        ReminderAccount.Of(s_row with { NextDue = s_start.AddHours(3) }, now, TimeSpan.FromMinutes(1)).Lost.ShouldBe(2);
        ReminderAccount.Of(s_row with { NextDue = s_start.AddMinutes(61) }, now, TimeSpan.FromMinutes(1)).Lost.ShouldBe(1);
        ReminderAccount.Of(s_row with { Ran = 2 }, now, TimeSpan.FromMinutes(1)).Lost.ShouldBe(-1);
        ReminderAccount.Of(s_row, now, TimeSpan.FromMinutes(1)).ShouldSatisfyAllConditions(
            account => account.Due.ShouldBe(11), account => account.Waiting.ShouldBe(10), account => account.Overdue.ShouldBe(9), account => account.Lost.ShouldBe(0));
    }
}

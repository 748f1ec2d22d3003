using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health.Servers;

public sealed class ServerHealthTests
{
    const string Server = "acme/berlin/erp-01";

    [Fact]
    public async Task What_was_acknowledged_can_be_queried_at_once_and_after_crashes()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync(Server);
        var start = fleet.Time.GetUtcNow();
        for (int round = 0; round < 30; round++)
        {
            (await fleet.SendAsync(Server, "cpu_usage_percent", round)).ShouldBe(new SampleOutcome(1, 0, 0, 0, 0));
            fleet.Time.Advance(TimeSpan.FromSeconds(10));
            if (round % 7 == 3)
                await fleet.CrashAsync();
        }

        await fleet.IntakeOf(Server).CatchUp();

        (await fleet.ValuesAsync(Server, "cpu_usage_percent", start, fleet.Time.GetUtcNow(), TimeSpan.FromSeconds(10))).ShouldBe(Enumerable.Range(0, 30).Select(value => (double)value));
    }

    [Fact]
    public async Task What_was_stored_in_chunks_and_what_is_only_in_the_log_are_both_there_after_a_crash()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync(Server);
        var start = fleet.Time.GetUtcNow();
        for (int round = 0; round < 100; round++)
        {
            await fleet.SendAsync(Server, "cpu_usage_percent", round);
            fleet.Time.Advance(TimeSpan.FromSeconds(10));
            if (round == 60)
                (await fleet.Health(Server).Checkpoint(new IntakeOptions().PartitionOf(Server))).ShouldBeGreaterThan(0);
        }

        await fleet.CrashAsync();
        await fleet.IntakeOf(Server).CatchUp();

        (await fleet.ValuesAsync(Server, "cpu_usage_percent", start, fleet.Time.GetUtcNow(), TimeSpan.FromSeconds(10))).ShouldBe(Enumerable.Range(0, 100).Select(value => (double)value));
    }

    [Fact]
    public async Task A_busy_process_raises_an_alarm_and_lowers_the_score_and_both_recover()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync(Server);
        await Busy(fleet, 20);
        (await fleet.Health(Server).GetHealth()).Score.ShouldBe(100);
        var began = fleet.Time.GetUtcNow();

        await fleet.UntilAsync("the alarm", async () => await Busy(fleet, 99) is { Count: > 0 }, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(2));

        var alarm = (await Open(fleet)).ShouldHaveSingleItem();
        alarm.RuleId.ShouldBe("process-cpu");
        alarm.State.ShouldBe(AlarmState.Firing);
        alarm.Text.ShouldBe("A process keeps a whole core busy: process_cpu_percent (process posting) is 99, above 90");
        alarm.Since.ShouldBeGreaterThanOrEqualTo(began);
        await fleet.UntilAsync("the score to fall", async () => (await fleet.Health(Server).GetHealth()).Score == 90, TimeSpan.FromSeconds(10));
        var health = await fleet.Health(Server).GetHealth();
        health.Status.ShouldBe(HealthStatus.Healthy);
        health.Causes.ShouldHaveSingleItem().Code.ShouldBe("process-cpu");
        health.Causes[0].Penalty.ShouldBe(10);

        await fleet.UntilAsync("the alarm to end", async () => await Busy(fleet, 10) is { Count: 0 }, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(2));
        await fleet.UntilAsync("the score to rise", async () => (await fleet.Health(Server).GetHealth()).Score == 100, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_told_without_any_further_sample_also_after_a_restart()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync(Server);
        await fleet.SendAsync(Server, "cpu_usage_percent", 20);
        await fleet.Grains.GetGrain<IFleetHealthGrain>("fleet").Get();

        await fleet.UntilAsync("silence", async () => (await Open(fleet)).Count == 1, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5));

        (await Open(fleet))[0].RuleId.ShouldBe("agent-silent");
        var health = await fleet.Health(Server).GetHealth();
        health.Status.ShouldBe(HealthStatus.Silent);
        health.Score.ShouldBe(0);
        health.Causes.ShouldHaveSingleItem().Kind.ShouldBe("silent");

        await fleet.CrashAsync();
        await fleet.Grains.GetGrain<IFleetHealthGrain>("fleet").Get();
        await fleet.UntilAsync("silence again", async () => (await fleet.Grains.GetGrain<ITenantHealthGrain>("acme").Get()).Counts.Silent == 1, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5));
        (await Open(fleet)).ShouldHaveSingleItem();

        await fleet.SendAsync(Server, "cpu_usage_percent", 20);
        await fleet.UntilAsync("the alarm to end", async () => (await Open(fleet)).Count == 0, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task An_alarm_book_that_cannot_be_written_is_tried_again_and_holds_up_no_samples()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync(Server);
        fleet.Storage.FailWritesOf("alarmbook");
        var start = fleet.Time.GetUtcNow();
        for (int round = 0; round < 30; round++)
        {
            (await fleet.SendAsync(Server, "db_up", 0, ("database", "erp"))).Accepted.ShouldBe(1);
            await fleet.PassAsync(TimeSpan.FromSeconds(1));
        }

        fleet.Logs.Problems.Count(problem => problem.Contains("could not read its rules", StringComparison.Ordinal)).ShouldBeInRange(1, 8);
        (await Open(fleet)).ShouldBeEmpty();
        fleet.Storage.FailWritesOf(null);

        await fleet.UntilAsync("the alarm", async () => (await Open(fleet)).Count == 1, TimeSpan.FromSeconds(15));
        (await Open(fleet))[0].Since.ShouldBe(start, TimeSpan.FromSeconds(2));
    }

    static async Task<IReadOnlyList<Alarm>> Busy(TestFleet fleet, double percent)
    {
        await fleet.SendAsync(Server, "process_cpu_percent", percent, ("process", "posting"));
        return await Open(fleet);
    }

    static async Task<IReadOnlyList<Alarm>> Open(TestFleet fleet) => (await fleet.Book("acme").List(new AlarmQuery(Open: true), new(100))).Items;
}

using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Grains.Tests.Alarms;

public sealed class AlarmBookTests
{
    static readonly PageRequest All = new(500);

    [Fact]
    public async Task Repeats_of_one_report_are_one_alarm_that_remembers_its_worst_value()
    {
        await using var fleet = await TestFleet.StartAsync();
        var first = (await fleet.Book("acme").Report(Reports.Of("cpu", value: 90)))!;
        await fleet.Book("acme").Report(Reports.Of("cpu", value: 98));
        var third = (await fleet.Book("acme").Report(Reports.Of("cpu", value: 95)))!;

        third.Id.ShouldBe(first.Id);
        third.Value.ShouldBe(95);
        third.ValueWorst.ShouldBe(98);
        third.Text.ShouldBe("cpu is high: cpu is 95, above 85");
        (await fleet.Book("acme").List(new AlarmQuery(), All)).Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_alarm_that_ends_goes_to_the_history_and_a_new_one_has_a_later_id()
    {
        await using var fleet = await TestFleet.StartAsync();
        var first = (await fleet.Book("acme").Report(Reports.Of("cpu")))!;
        (await fleet.Book("acme").Report(Reports.Of("cpu", holds: false)))!.State.ShouldBe(AlarmState.Resolved);
        (await fleet.Book("acme").Report(Reports.Of("cpu", holds: false))).ShouldBeNull();
        fleet.Time.Advance(TimeSpan.FromMinutes(1));
        var second = (await fleet.Book("acme").Report(Reports.Of("cpu")))!;

        await fleet.CrashAsync();

        string.CompareOrdinal(second.Id, first.Id).ShouldBeGreaterThan(0);
        (await fleet.Book("acme").List(new AlarmQuery(Open: true), All)).Items.Select(alarm => alarm.Id).ShouldBe([second.Id]);
        (await fleet.Book("acme").List(new AlarmQuery(Open: false), All)).Items.Select(alarm => alarm.Id).ShouldBe([first.Id]);
        (await fleet.Book("acme").List(new AlarmQuery(), All)).Items.Select(alarm => alarm.Id).ShouldBe([second.Id, first.Id]);
        (await fleet.Book("acme").Get(first.Id)).ResolvedAt.ShouldNotBeNull();
        await Should.ThrowAsync<NotFoundException>(() => fleet.Book("acme").Get("nothing"));
        await Should.ThrowAsync<NotFoundException>(() => fleet.Book("other").Get(first.Id));
    }

    [Fact]
    public async Task Acknowledging_names_who_and_when_and_can_be_taken_back_while_the_alarm_is_open()
    {
        await using var fleet = await TestFleet.StartAsync();
        var alarm = (await fleet.Book("acme").Report(Reports.Of("cpu")))!;

        var acknowledged = await fleet.Book("acme").Acknowledge(alarm.Id, "ada", "looking");
        acknowledged.State.ShouldBe(AlarmState.Acknowledged);
        (acknowledged.AcknowledgedBy, acknowledged.Note, acknowledged.AcknowledgedAt).ShouldBe(("ada", "looking", fleet.Time.GetUtcNow()));
        (await fleet.Book("acme").Unacknowledge(alarm.Id, "ada")).State.ShouldBe(AlarmState.Firing);

        await fleet.Book("acme").Report(Reports.Of("cpu", holds: false));
        await Should.ThrowAsync<ConflictException>(() => fleet.Book("acme").Acknowledge(alarm.Id, "ada", null));
        await Should.ThrowAsync<NotFoundException>(() => fleet.Book("acme").Acknowledge("nothing", "ada", null));
    }

    [Fact]
    public async Task A_silence_hides_what_it_covers_while_it_lasts_and_tells_afterwards_what_still_burns()
    {
        await using var fleet = await TestFleet.StartAsync();
        using var receiver = new WebhookReceiver();
        await fleet.Book("acme").SetWebhooks([new WebhookDraft(receiver.Url, Severity.Information, null)]);
        var now = fleet.Time.GetUtcNow();
        await fleet.Book("acme").AddSilence(new SilenceDraft("acme/berlin", null, "moving the racks", now.AddMinutes(10), now.AddMinutes(20)), "ada");
        await fleet.PassAsync(TimeSpan.FromMinutes(12), TimeSpan.FromSeconds(30));

        (await fleet.Book("acme").Report(Reports.Of("cpu")))!.Silenced.ShouldBeTrue();
        (await fleet.Book("acme").Report(Reports.Of("cpu", server: "acme/paris/erp-01")))!.Silenced.ShouldBeFalse();
        fleet.Time.Advance(TimeSpan.Zero);
        (await receiver.NextAsync()).Body.ShouldContain("acme/paris/erp-01");
        await fleet.UntilAsync("the delivery to be noted", async () => (await fleet.Book("acme").ListWebhooks())[0].Delivered == 1, TimeSpan.FromMinutes(1), TimeSpan.Zero);
        await fleet.CrashAsync();

        WebhookRequest? late = null;
        await fleet.UntilAsync("the silence to end and be told", () => Task.FromResult(receiver.TryNext(out late)), TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(30));

        late!.Body.ShouldContain("acme/berlin/erp-01");
        fleet.Time.GetUtcNow().ShouldBeGreaterThanOrEqualTo(now.AddMinutes(20));
        (await fleet.Book("acme").List(new AlarmQuery(Open: true), All)).Items.ShouldAllBe(alarm => !alarm.Silenced);
    }

    [Fact]
    public async Task Silences_are_checked_and_can_be_ended_early()
    {
        await using var fleet = await TestFleet.StartAsync();
        var now = fleet.Time.GetUtcNow();

        (await Refused(new SilenceDraft("other/berlin", null, "why", null, now.AddHours(1)))).Field.ShouldBe("server");
        (await Refused(new SilenceDraft("acme2", null, "why", null, now.AddHours(1)))).Field.ShouldBe("server");
        (await Refused(new SilenceDraft(null, null, " ", null, now.AddHours(1)))).Field.ShouldBe("reason");
        (await Refused(new SilenceDraft(null, null, "why", null, now))).Field.ShouldBe("endsAt");
        (await Refused(new SilenceDraft(null, null, "why", null, now.AddDays(91)))).Field.ShouldBe("endsAt");
        var silence = await fleet.Book("acme").AddSilence(new SilenceDraft(null, "cpu", "why", null, now.AddHours(1)), "ada");
        (await fleet.Book("acme").Report(Reports.Of("cpu")))!.Silenced.ShouldBeTrue();
        (await fleet.Book("acme").Report(Reports.Of("disk")))!.Silenced.ShouldBeFalse();

        await fleet.Book("acme").EndSilence(silence.Id, "ada");

        (await fleet.Book("acme").List(new AlarmQuery(Open: true), All)).Items.ShouldAllBe(alarm => !alarm.Silenced);
        (await fleet.Book("acme").ListSilences()).ShouldHaveSingleItem().EndsAt.ShouldBe(now);
        await Should.ThrowAsync<NotFoundException>(() => fleet.Book("acme").EndSilence("nothing", "ada"));

        Task<InvalidInputException> Refused(SilenceDraft draft) => Should.ThrowAsync<InvalidInputException>(() => fleet.Book("acme").AddSilence(draft, "ada"));
    }

    [Fact]
    public async Task Pages_go_through_open_and_resolved_ones_newest_first()
    {
        await using var fleet = await TestFleet.StartAsync();
        for (int number = 0; number < 20; number++)
        {
            await fleet.Book("acme").Report(Reports.Of("cpu", value: number));
            await fleet.Book("acme").Report(Reports.Of("cpu", holds: number == 19));
        }

        await fleet.CrashAsync();

        var seen = new List<string>();
        string? after = null;
        do
        {
            var page = await fleet.Book("acme").List(new AlarmQuery(), new PageRequest(7, after));
            seen.AddRange(page.Items.Select(alarm => alarm.Id));
            after = page.Next;
        }
        while (after is not null);
        seen.Count.ShouldBe(20);
        seen.ShouldBe(seen.OrderByDescending(id => id, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_crash_between_the_two_writes_of_a_resolution_leaves_one_alarm_and_the_next_report_ends_it()
    {
        await using var fleet = await TestFleet.StartAsync();
        var alarm = (await fleet.Book("acme").Report(Reports.Of("cpu")))!;
        fleet.Storage.FailWritesOf("alarmbook");
        await Should.ThrowAsync<Exception>(() => fleet.Book("acme").Report(Reports.Of("cpu", holds: false)));
        fleet.Storage.FailWritesOf(null);

        (await fleet.Book("acme").List(new AlarmQuery(), All)).Items.ShouldHaveSingleItem().State.ShouldBe(AlarmState.Firing);
        await fleet.Book("acme").Report(Reports.Of("cpu", holds: false));

        (await fleet.Book("acme").List(new AlarmQuery(), All)).Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            only => only.Id.ShouldBe(alarm.Id), only => only.State.ShouldBe(AlarmState.Resolved));
    }

    [Fact]
    public async Task Lists_can_be_narrowed_to_a_site_a_server_and_a_severity()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.Book("acme").Report(Reports.Of("cpu", server: "acme/berlin/erp-01"));
        await fleet.Book("acme").Report(Reports.Of("cpu", server: "acme/berlin/erp-011", severity: Severity.Critical));
        await fleet.Book("acme").Report(Reports.Of("cpu", server: "acme/paris/erp-01", severity: Severity.Information));

        (await Servers(new AlarmQuery(Server: "acme/berlin"))).ShouldBe(["acme/berlin/erp-011", "acme/berlin/erp-01"]);
        (await Servers(new AlarmQuery(Server: "acme/berlin/erp-01"))).ShouldBe(["acme/berlin/erp-01"]);
        (await Servers(new AlarmQuery(SeverityMin: Severity.Critical))).ShouldBe(["acme/berlin/erp-011"]);

        async Task<IEnumerable<string>> Servers(AlarmQuery query) => (await fleet.Book("acme").List(query, All)).Items.Select(alarm => alarm.Server);
    }
}

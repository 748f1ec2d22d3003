using Orrery.Grains.Tests.Health;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Alarms;

public sealed class AlarmRulesTests
{
    const string Server = "acme/berlin/erp-01";

    [Fact]
    public async Task A_new_fleet_has_the_vendors_rules_once_and_deleted_ones_stay_deleted()
    {
        await using var fleet = await TestFleet.StartAsync();
        var rules = await fleet.Rules().List();
        rules.Select(rule => rule.Id).ShouldContain("cpu-high");
        rules.ShouldAllBe(rule => rule.Description!.Length > 20);

        foreach (var rule in rules)
            await fleet.Rules().Delete(rule.Id, rule.Version);
        await fleet.CrashAsync();

        (await fleet.Rules().List()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_tenants_rule_stands_over_the_vendors_of_the_same_id_and_other_tenants_do_not_see_it()
    {
        await using var fleet = await TestFleet.StartAsync();
        var own = await fleet.Rules("acme").Set((await fleet.Rules().List()).First(rule => rule.Id == "cpu-high") with { Threshold = 50, Recovery = 40 }, null);

        own.Version.ShouldBe(1);
        (await fleet.Rules("acme").GetEffective()).Rules.Single(rule => rule.Id == "cpu-high").Threshold.ShouldBe(50);
        (await fleet.Rules("other").GetEffective()).Rules.Single(rule => rule.Id == "cpu-high").Threshold.ShouldBe(85);
        (await fleet.Rules("acme").List()).ShouldHaveSingleItem();
        await fleet.Rules("acme").Delete("cpu-high", own.Version);
        (await fleet.Rules("acme").GetEffective()).Rules.Single(rule => rule.Id == "cpu-high").Threshold.ShouldBe(85);
    }

    [Fact]
    public async Task The_revision_rises_with_every_change_of_either_set()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        var revisions = new List<long> { (await fleet.Rules("acme").GetEffective()).Revision };
        await fleet.Rules("acme").Set(Reports.Rule("m"), null);
        revisions.Add((await fleet.Rules("acme").GetEffective()).Revision);
        await fleet.Rules().Set(Reports.Rule("n"), null);
        await fleet.UntilAsync("the tenant to hear of it", async () => (await fleet.Rules("acme").GetEffective()).Revision > revisions[^1], TimeSpan.FromSeconds(5));
        await fleet.Rules("acme").TenantDeleted();
        (await fleet.Rules("acme").GetEffective()).Revision.ShouldBeGreaterThan(revisions[^1] + 1);
    }

    [Fact]
    public async Task Rules_that_cannot_work_are_refused_by_field()
    {
        await using var fleet = await TestFleet.StartAsync();
        var good = Reports.Rule("m");

        (await Refused(good with { Id = "Bad Id" })).Field.ShouldBe("id");
        (await Refused(good with { Name = "" })).Field.ShouldBe("name");
        (await Refused(good with { Matchers = [] })).Field.ShouldBe("matchers");
        (await Refused(good with { Matchers = [new LabelMatcher("core", MatchKind.Equal, "0")] })).Message.ShouldContain("__name__");
        (await Refused(good with { Matchers = [.. good.Matchers, new LabelMatcher("core", MatchKind.Matches, "(")] })).Field.ShouldBe("matchers");
        (await Refused(good with { Signal = "sum" })).Field.ShouldBe("signal");
        (await Refused(good with { Threshold = double.NaN })).Field.ShouldBe("threshold");
        (await Refused(good with { Recovery = 86 })).Field.ShouldBe("recovery");
        (await Refused(good with { Comparison = Comparison.Below, Recovery = 84 })).Field.ShouldBe("recovery");
        (await Refused(good with { ForSeconds = 86_401 })).Field.ShouldBe("forSeconds");
        (await Refused(good with { Penalty = 101 })).Field.ShouldBe("penalty");
        await Should.ThrowAsync<NotFoundException>(() => fleet.Rules("acme").Set(good, version: 1));
        await fleet.Rules("acme").Set(good, null);
        await Should.ThrowAsync<VersionMismatchException>(() => fleet.Rules("acme").Set(good, version: 7));
        await Should.ThrowAsync<VersionMismatchException>(() => fleet.Rules("acme").Delete("m", version: 7));
        await Should.ThrowAsync<NotFoundException>(() => fleet.Rules("acme").Delete("n", null));

        Task<InvalidInputException> Refused(AlarmRule rule) => Should.ThrowAsync<InvalidInputException>(() => fleet.Rules("acme").Set(rule, null));
    }

    [Fact]
    public async Task A_new_rule_judges_what_is_known_already_and_ends_what_it_raised_when_it_is_deleted()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync(Server);
        await fleet.SendAsync(Server, "orders_waiting", 500, ("queue", "a"));
        await fleet.SendAsync(Server, "orders_waiting", 5, ("queue", "b"));
        await fleet.PassAsync(TimeSpan.FromSeconds(6));

        await fleet.Rules("acme").Set(Reports.Rule("orders_waiting"), null);

        await fleet.UntilAsync("the alarm", async () => await OpenAsync() == 1, TimeSpan.FromSeconds(10));
        (await fleet.Book("acme").List(new AlarmQuery(Open: true), new(10))).Items[0].Labels["queue"].ShouldBe("a");
        await fleet.Rules("acme").Set(Reports.Rule("orders_waiting") with { Threshold = 1_000, Recovery = 900 }, null);
        await fleet.UntilAsync("the alarm to end by the changed rule", async () => await OpenAsync() == 0, TimeSpan.FromSeconds(10));
        await fleet.Rules("acme").Set(Reports.Rule("orders_waiting"), null);
        await fleet.UntilAsync("the alarm again", async () => await OpenAsync() == 1, TimeSpan.FromSeconds(10));
        await fleet.Rules("acme").Delete("orders_waiting", null);
        await fleet.UntilAsync("the alarm to end with the rule", async () => await OpenAsync() == 0, TimeSpan.FromSeconds(10));

        async Task<int?> OpenAsync() => (await fleet.Book("acme").List(new AlarmQuery(Open: true), new(10))).Total;
    }

    [Fact]
    public async Task The_vendors_change_reaches_every_tenants_servers()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync(Server);
        await fleet.SendAsync(Server, "cpu_usage_percent", 60);
        await fleet.PassAsync(TimeSpan.FromSeconds(6));

        await fleet.Rules().Set((await fleet.Rules().List()).First(rule => rule.Id == "cpu-high") with { Threshold = 50, Recovery = 40, ForSeconds = 0 }, null);

        await fleet.UntilAsync("the alarm", async () => (await fleet.Book("acme").List(new AlarmQuery(Open: true), new(10))).Total == 1, TimeSpan.FromSeconds(10));
    }
}

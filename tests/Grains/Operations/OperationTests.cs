using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Operations;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Operations;

/// <summary>Operations at sites: asked, approved, fetched, run once, ended by whoever or whatever ends them.</summary>
public sealed class OperationTests
{
    [Fact]
    public async Task What_one_asks_another_approves_and_the_agent_runs_it_once()
    {
        await using TestFleet fleet = await StartAsync();
        OperationInfo asked = await Operations(fleet).Ask(Restart(), "ann");
        (asked.State, asked.NeedsApproval).ShouldBe((OperationState.Asked, true));
        (await Next(fleet)).ShouldBeNull("nobody approved it yet");
        (await Should.ThrowAsync<ConflictException>(() => Operations(fleet).Approve("op-1", "ann"))).Message.ShouldContain("another user");
        (await Operations(fleet).Approve("op-1", "bob")).State.ShouldBe(OperationState.Approved);
        await Should.ThrowAsync<ConflictException>(() => Operations(fleet).Approve("op-1", "cat"));
        (await Next(fleet, "erp-02")).ShouldBeNull("it is another agent's");
        (await Next(fleet)).ShouldBe(new OperationOrder("op-1", OperationKind.RestartService, "pos"));
        (await Next(fleet)).ShouldNotBeNull("until it begins, it is given again");
        (await Operations(fleet).Begin("op-1", "erp-01", "a")).ShouldBeTrue();
        (await Operations(fleet).Begin("op-1", "erp-01", "a")).ShouldBeTrue("the same attempt may ask twice");
        (await Operations(fleet).Begin("op-1", "erp-01", "b")).ShouldBeFalse("another attempt began it");
        (await Next(fleet)).ShouldBeNull();
        await Operations(fleet).End("op-1", "erp-01", "b", new OperationEnding(false, 1, "", "no"));
        await Operations(fleet).Tell("op-1", "erp-01", "a", new OperationProgress(40, "stopping"));
        (await Operations(fleet).Get("op-1")).Progress.ShouldBe(new OperationProgress(40, "stopping"));
        await fleet.CrashAsync();
        await Operations(fleet).End("op-1", "erp-01", "a", new OperationEnding(true, 0, "restarted", null));
        await Operations(fleet).End("op-1", "erp-01", "a", new OperationEnding(false, 9, "again", "told twice"));
        OperationInfo done = await Operations(fleet).Get("op-1");
        (done.State, done.ExitCode, done.Output, done.Deadline).ShouldBe((OperationState.Done, 0, "restarted", null));
        done.Steps.Select(static step => (step.State, step.By)).ShouldBe([(OperationState.Asked, "ann"), (OperationState.Approved, "bob"), (OperationState.Fetched, "erp-01"), (OperationState.Running, "erp-01"), (OperationState.Done, "erp-01")]);
        (await Open(fleet)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Asking_twice_with_one_id_is_asking_once()
    {
        await using TestFleet fleet = await StartAsync();
        await Operations(fleet).Ask(Restart(), "ann");
        await fleet.CrashAsync();
        (await Operations(fleet).Ask(Restart(), "ann")).State.ShouldBe(OperationState.Asked);
        (await Operations(fleet).List()).Count.ShouldBe(1);
        await Should.ThrowAsync<ConflictException>(() => Operations(fleet).Ask(Restart() with { Target = "stock" }, "ann"));
        (await Operations(fleet).Ask(Restart() with { Id = null }, "ann")).Request.Id!.Length.ShouldBe(16);
    }

    [Fact]
    public async Task The_operator_says_which_kinds_need_approval()
    {
        await using TestFleet fleet = await StartAsync();
        await Directory(fleet).SetSettings(new OperationSettings([OperationKind.UpgradeAgent]));
        (await Operations(fleet).Ask(Restart(), "ann")).State.ShouldBe(OperationState.Approved);
        await fleet.CrashAsync();
        (await Operations(fleet).Ask(new OperationRequest("op-2", "erp-01", OperationKind.UpgradeAgent, "1.2.0", "new"), "ann")).State.ShouldBe(OperationState.Asked);
    }

    [Fact]
    public async Task What_the_agents_settings_do_not_name_is_refused_and_the_names_are_told()
    {
        await using TestFleet fleet = await StartAsync();
        (await Should.ThrowAsync<InvalidInputException>(() => Operations(fleet).Ask(Restart() with { Target = "sshd" }, "ann"))).Message.ShouldContain("they name: pos, stock");
        await Should.ThrowAsync<ConflictException>(() => Operations(fleet).Ask(Restart() with { Server = "erp-09" }, "ann"));
        (await Should.ThrowAsync<InvalidInputException>(() => Operations(fleet).Ask(Restart() with { Reason = " " }, "ann"))).Field.ShouldBe("reason");
        await Operations(fleet).Next(Agent(fleet) with { Server = "erp-03", MayUpgrade = false }, 0);
        await Should.ThrowAsync<ConflictException>(() => Operations(fleet).Ask(new OperationRequest("op-2", "erp-03", OperationKind.UpgradeAgent, "1.2.0", "new"), "ann"));
        await Should.ThrowAsync<NotFoundException>(() => fleet.Grains.GetGrain<IOperationsGrain>("acme/nowhere").Ask(Restart(), "ann"));
    }

    [Fact]
    public async Task It_is_taken_back_until_it_begins()
    {
        await using TestFleet fleet = await StartAsync();
        await ApprovedAsync(fleet);
        await Next(fleet);
        (await Operations(fleet).Cancel("op-1", "bob", "not today")).ShouldSatisfyAllConditions(each => each.State.ShouldBe(OperationState.Cancelled), each => each.Reason.ShouldBe("not today"));
        (await Operations(fleet).Begin("op-1", "erp-01", "a")).ShouldBeFalse();
        await ApprovedAsync(fleet, "op-2");
        await Next(fleet);
        await Operations(fleet).Begin("op-2", "erp-01", "a");
        (await Should.ThrowAsync<ConflictException>(() => Operations(fleet).Cancel("op-2", "bob", null))).Message.ShouldContain("not broken off");
    }

    [Theory]
    [InlineData(OperationState.Asked, "Nobody approved")]
    [InlineData(OperationState.Approved, "No agent asked")]
    [InlineData(OperationState.Fetched, "did not begin")]
    [InlineData(OperationState.Running, "is not known")]
    public async Task Every_state_ends_with_its_deadline(OperationState until, string reason)
    {
        await using TestFleet fleet = await StartAsync();
        await Operations(fleet).Ask(Restart(), "ann");
        if (until >= OperationState.Approved)
            await Operations(fleet).Approve("op-1", "bob");
        if (until >= OperationState.Fetched)
            await Next(fleet);
        if (until >= OperationState.Running)
            await Operations(fleet).Begin("op-1", "erp-01", "a");
        OperationInfo open = await Operations(fleet).Get("op-1");
        open.State.ShouldBe(until);
        fleet.Time.Advance(open.Deadline!.Value - fleet.Time.GetUtcNow() + TimeSpan.FromMinutes(2));
        await fleet.UntilAsync("it expires", async () => (await Operations(fleet).Get("op-1")).State == OperationState.Expired, TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(10));
        (await Operations(fleet).Get("op-1")).Reason!.ShouldContain(reason);
        (await Operations(fleet).Begin("op-1", "erp-01", "late")).ShouldBeFalse();
        await Operations(fleet).End("op-1", "erp-01", "a", new OperationEnding(true, 0, "", null));
        OperationInfo late = await Operations(fleet).Get("op-1");
        late.State.ShouldBe(OperationState.Expired, "what people were told stays");
        if (until == OperationState.Running)
            late.Reason.ShouldBe("Told too late: done.");
    }

    [Fact]
    public async Task A_wish_for_a_version_is_done_when_the_agent_reports_it()
    {
        await using TestFleet fleet = await StartAsync();
        await Operations(fleet).Ask(new OperationRequest("op-1", "erp-01", OperationKind.UpgradeAgent, "1.2.0", "new"), "ann");
        await Operations(fleet).Approve("op-1", "bob");
        await Next(fleet);
        await Operations(fleet).Begin("op-1", "erp-01", "a");
        await Operations(fleet).End("op-1", "erp-01", "a", new OperationEnding(true, null, "", null));
        (await Operations(fleet).Get("op-1")).State.ShouldBe(OperationState.Running, "it is wished for, and not there yet");
        await fleet.CrashAsync();
        await Operations(fleet).Next(Agent(fleet) with { Version = "1.2.0" }, 0);
        (await Operations(fleet).Get("op-1")).State.ShouldBe(OperationState.Done);
        (await Operations(fleet).Agents())[0].Version.ShouldBe("1.2.0");
    }

    [Fact]
    public async Task An_archive_comes_in_parts_and_is_bounded_and_the_newest_five_are_kept()
    {
        await using TestFleet fleet = await StartAsync();
        byte[] part = new byte[256 << 10];
        for (int number = 1; number <= 6; number++)
        {
            string id = $"op-{number}";
            await Operations(fleet).Ask(new OperationRequest(id, "erp-01", OperationKind.CollectLogs, "erp", "fault"), "ann");
            await Operations(fleet).Approve(id, "bob");
            await Next(fleet);
            await Operations(fleet).Begin(id, "erp-01", "a");
            part[0] = (byte)number;
            await Operations(fleet).PutArchive(id, "erp-01", "a", 0, part);
            await Operations(fleet).PutArchive(id, "erp-01", "a", 1, [7, 8]);
            await Operations(fleet).PutArchive(id, "erp-01", "a", 1, [7, 8, 9]);
            await Should.ThrowAsync<InvalidInputException>(() => Operations(fleet).PutArchive(id, "erp-01", "a", 3, [1]));
            await Should.ThrowAsync<InvalidInputException>(() => Operations(fleet).PutArchive(id, "erp-01", "a", 32, [1]));
            await Should.ThrowAsync<InvalidInputException>(() => Operations(fleet).PutArchive(id, "erp-01", "a", 2, new byte[(256 << 10) + 1]));
            await Operations(fleet).PutArchive(id, "erp-01", "other", 0, [1]);
            await Operations(fleet).End(id, "erp-01", "a", new OperationEnding(true, null, "", null));
        }

        await fleet.CrashAsync();
        OperationInfo newest = await Operations(fleet).Get("op-6");
        newest.ArchiveBytes.ShouldBe((256 << 10) + 3);
        (await Operations(fleet).ReadArchive("op-6", 0))![0].ShouldBe((byte)6);
        (await Operations(fleet).ReadArchive("op-6", 1)).ShouldBe([7, 8, 9]);
        (await Operations(fleet).ReadArchive("op-6", 2)).ShouldBeNull();
        (await Operations(fleet).Get("op-1")).ArchiveBytes.ShouldBe(0);
        (await Operations(fleet).ReadArchive("op-1", 0)).ShouldBeNull();
    }

    [Fact]
    public async Task An_agent_that_waits_is_given_what_is_approved_meanwhile()
    {
        await using TestFleet fleet = await StartAsync();
        await Operations(fleet).Ask(Restart(), "ann");
        Task<OperationOrder?> waiting = Operations(fleet).Next(Agent(fleet), 20);
        waiting.IsCompleted.ShouldBeFalse();
        await Operations(fleet).Approve("op-1", "bob");
        (await waiting.WaitAsync(TimeSpan.FromSeconds(60)))!.Id.ShouldBe("op-1");
    }

    [Fact]
    public async Task Those_under_way_are_listed_over_all_sites_and_a_deleted_sites_are_gone()
    {
        await using TestFleet fleet = await StartAsync();
        await Operations(fleet).Ask(Restart(), "ann");
        (await Open(fleet)).ShouldHaveSingleItem().Site.ShouldBe("acme/berlin");
        (await Directory(fleet).Open(new PageRequest(), "globex")).Items.ShouldBeEmpty();
        (await Directory(fleet).Open(new PageRequest(Search: "stuck"), null)).Total.ShouldBe(1);
        await fleet.Site("acme/berlin").Delete(null);
        (await Open(fleet)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_site_has_twenty_under_way_at_most_and_keeps_the_newest_hundred()
    {
        await using TestFleet fleet = await StartAsync();
        for (int number = 0; number < 20; number++)
            await Operations(fleet).Ask(Restart($"op-{number}"), "ann");
        await Should.ThrowAsync<LimitReachedException>(() => Operations(fleet).Ask(Restart("more"), "ann"));
        for (int number = 0; number < 20; number++)
            await Operations(fleet).Cancel($"op-{number}", "ann", null);
        for (int number = 20; number < 110; number++)
        {
            await Operations(fleet).Ask(Restart($"op-{number}"), "ann");
            await Operations(fleet).Cancel($"op-{number}", "ann", null);
        }

        (await Operations(fleet).List()).Select(static each => each.Request.Id).ShouldBe(Enumerable.Range(10, 100).Reverse().Select(static number => $"op-{number}"));
    }

    static async Task<TestFleet> StartAsync()
    {
        TestFleet fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        await fleet.Site("acme/berlin").Create(new SiteDraft("Berlin"));
        await Operations(fleet).Next(Agent(fleet), 0);
        return fleet;
    }

    static async Task ApprovedAsync(TestFleet fleet, string id = "op-1")
    {
        await Operations(fleet).Ask(Restart(id), "ann");
        await Operations(fleet).Approve(id, "bob");
    }

    static IOperationsGrain Operations(TestFleet fleet) => fleet.Grains.GetGrain<IOperationsGrain>("acme/berlin");

    static IOperationDirectoryGrain Directory(TestFleet fleet) => fleet.Grains.GetGrain<IOperationDirectoryGrain>(EntityKeys.Fleet);

    static async Task<IReadOnlyList<OperationInfo>> Open(TestFleet fleet) => (await Directory(fleet).Open(new PageRequest(), null)).Items;

    static OperationAgent Agent(TestFleet fleet) => new("erp-01", "1.1.0", ["pos", "stock"], ["erp"], true, fleet.Time.GetUtcNow());

    static Task<OperationOrder?> Next(TestFleet fleet, string server = "erp-01") => Operations(fleet).Next(Agent(fleet) with { Server = server }, 0);

    static OperationRequest Restart(string id = "op-1") => new(id, "erp-01", OperationKind.RestartService, "pos", "it is stuck");
}

using Microsoft.Extensions.DependencyInjection;
using Orrery.Grains.Channels;
using Orrery.Grains.Jobs;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Jobs;

/// <summary>Guarded steps of a job that follows changes: each is a lease of its own, with a deadline.</summary>
public sealed class StepTests
{
    const string Worker = "silo#1";
    const string Equal = """{"isGood":true,"summary":"the target leads","rows":10,"rejects":0,"goesOn":true}""";
    static readonly TimeSpan StepMax = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_step_takes_the_job_from_who_follows_and_refused_the_job_follows_on()
    {
        await using TestFleet fleet = await StartAsync();
        IJobGrain job = await PutAsync(fleet);
        await Should.ThrowAsync<ConflictException>(() => job.Step(JobStepKind.CutOver, false, "ann"));
        await job.Start("ann");
        JobLease first = (await job.Lease(Worker)).ShouldNotBeNull();
        first.Step.ShouldBeNull();
        (await job.Beat(Worker, first.Token, new JobProgressInfo("copying", 1, 10, 1, 1, null, "many", 0, null, []), [])).Order.ShouldBe(JobOrder.GoOn);
        (await Should.ThrowAsync<ConflictException>(() => job.Step(JobStepKind.CutOver, false, "ann"))).Message.ShouldContain("does not follow yet: it is copying");
        (await job.Beat(Worker, first.Token, Following(isBack: false), [])).Order.ShouldBe(JobOrder.GoOn);
        (await Should.ThrowAsync<ConflictException>(() => job.Step(JobStepKind.Back, false, "ann"))).Message.ShouldContain("has not been cut over");
        JobStepInfo asked = (await job.Step(JobStepKind.CutOver, true, "ann")).Step.ShouldNotBeNull();
        (asked.By, asked.EndedAt, asked.Deadline - asked.At).ShouldBe(("ann", null, StepMax));
        (await Should.ThrowAsync<ConflictException>(() => job.Step(JobStepKind.End, false, "bob"))).Message.ShouldContain("asked for by ann");
        (await job.Beat(Worker, first.Token, null, [])).Order.ShouldBe(JobOrder.Pause);
        await job.End(Worker, first.Token, new JobEnding(true, null, false, null));
        JobLease second = (await job.Lease(Worker)).ShouldNotBeNull();
        second.Step.ShouldNotBeNull().ShouldSatisfyAllConditions(step => step.Kind.ShouldBe(JobStepKind.CutOver), step => step.SourceIsStopped.ShouldBeTrue());
        (await job.Beat(Worker, second.Token, Following(isBack: false) with { Phase = "cuttingOver" }, [])).Order.ShouldBe(JobOrder.GoOn);
        await job.End(Worker, second.Token, new JobEnding(false, "3 changes came meanwhile", false, null));
        (await job.Get()).ShouldSatisfyAllConditions(info => info.State.ShouldBe(JobState.Waiting), info => info.Step!.IsDone.ShouldBeFalse(), info => info.Step!.Outcome.ShouldBe("3 changes came meanwhile"));
        (await job.Lease(Worker)).ShouldNotBeNull().Step.ShouldBeNull();
    }

    [Fact]
    public async Task A_step_whose_worker_falls_silent_is_given_to_the_next_and_done_the_next_run_follows_the_other_way()
    {
        await using TestFleet fleet = await StartAsync();
        IJobGrain job = await PutAsync(fleet);
        JobLease lease = await FollowAsync(job);
        await job.Step(JobStepKind.CutOver, true, "ann");
        await job.End(Worker, lease.Token, new JobEnding(true, null, false, null));
        JobLease first = (await job.Lease(Worker)).ShouldNotBeNull();
        await fleet.CrashAsync();
        job = fleet.Grains.GetGrain<IJobGrain>("acme/follow");
        JobLease? second = null;
        await fleet.UntilAsync("the next has it", async () => (second = await job.Lease("silo#2")) is not null, StepMax, TimeSpan.FromSeconds(5));
        second!.Step.ShouldNotBeNull().Kind.ShouldBe(JobStepKind.CutOver);
        (await job.Beat(Worker, first.Token, null, [])).Order.ShouldBe(JobOrder.Lost);
        await job.End("silo#2", second.Token, new JobEnding(false, null, false, Equal));
        (await job.Get()).ShouldSatisfyAllConditions(
            info => info.State.ShouldBe(JobState.Waiting), info => info.Step!.IsDone.ShouldBeTrue(), info => info.LastRun!.Summary.ShouldBe("the target leads"), info => info.LastRun!.State.ShouldBe(JobState.Done));
        // The same job goes on: its name in the target stays.
        JobLease third = (await job.Lease(Worker)).ShouldNotBeNull();
        (third.Name, third.Step).ShouldBe((second.Name, null));
        await job.Beat(Worker, third.Token, Following(isBack: true), []);
        (await Should.ThrowAsync<ConflictException>(() => job.Step(JobStepKind.CutOver, true, "ann"))).Message.ShouldContain("its target leads");
        await job.Step(JobStepKind.End, false, "ann");
        await job.End(Worker, third.Token, new JobEnding(true, null, false, null));
        JobLease last = (await job.Lease(Worker)).ShouldNotBeNull();
        await job.End(Worker, last.Token, new JobEnding(false, null, false, Equal.Replace("true}", "false}")));
        (await job.Get()).ShouldSatisfyAllConditions(info => info.State.ShouldBe(JobState.Done), info => info.LastRun!.Number.ShouldBe(2), info => info.Deadline.ShouldBeNull());
    }

    [Fact]
    public async Task A_step_that_nobody_does_in_time_is_given_up_and_a_job_that_ends_ends_its_step()
    {
        await using TestFleet fleet = await StartAsync();
        IJobGrain job = await PutAsync(fleet);
        JobLease lease = await FollowAsync(job);
        await job.Step(JobStepKind.CutOver, false, "ann");
        await job.Pause("ann");
        await job.End(Worker, lease.Token, new JobEnding(true, null, false, null));
        await fleet.UntilAsync("the step is given up", async () => (await job.Get()).Step!.EndedAt is not null, 3 * StepMax, TimeSpan.FromSeconds(20));
        (await job.Get()).ShouldSatisfyAllConditions(info => info.State.ShouldBe(JobState.Paused), info => info.Step!.IsDone.ShouldBeFalse(), info => info.Step!.Outcome!.ShouldContain("deadline"));
        await job.Resume("ann");
        lease = (await job.Lease(Worker)).ShouldNotBeNull();
        lease.Step.ShouldBeNull();
        await job.Beat(Worker, lease.Token, Following(isBack: false), []);
        await job.Step(JobStepKind.End, false, "ann");
        await job.Cancel("bob");
        (await job.Beat(Worker, lease.Token, null, [])).Order.ShouldBe(JobOrder.Cancel);
        await job.End(Worker, lease.Token, new JobEnding(true, null, false, null));
        (await job.Get()).Step!.ShouldSatisfyAllConditions(step => step.IsDone.ShouldBeFalse(), step => step.Outcome.ShouldBe("bob cancelled it."));
    }

    static JobProgressInfo Following(bool isBack) => new(isBack ? "followingBack" : "following", 10, 10, 1, 0, null, "", 0, null, []) { Follow = new JobFollowInfo(isBack, 5, 0, 0, true) };

    static async Task<JobLease> FollowAsync(IJobGrain job)
    {
        await job.Start("ann");
        JobLease lease = (await job.Lease(Worker)).ShouldNotBeNull();
        await job.Beat(Worker, lease.Token, Following(isBack: false), []);
        return lease;
    }

    static Task<TestFleet> StartAsync() => TestFleet.StartAsync(services =>
    {
        services.Configure<JobOptions>(options => options.StepMax = StepMax);
        services.Configure<ChannelOptions>(options => options.Hosts = ["127.0.0.1"]);
    });

    static async Task<IJobGrain> PutAsync(TestFleet fleet)
    {
        await fleet.Grains.GetGrain<ITenantGrain>("acme").Create(new TenantDraft("Acme"));
        IJobGrain job = fleet.Grains.GetGrain<IJobGrain>("acme/follow");
        await job.Put(new JobSpec { Definition = """{"kind":"migrate","follow":true,"from":"mysql://root@127.0.0.1/shop","to":"postgresql://root@127.0.0.1/shop"}""" }, "ann", null);
        return job;
    }
}

using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orrery.Connectors.Sqlite;
using Orrery.Grains.Channels;
using Orrery.Grains.Jobs;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Jobs;

/// <summary>A job's way from draft to end: real databases, a clock that the test moves, workers that fall silent.</summary>
public sealed class JobTests : IDisposable
{
    const string Worker = "silo#1";
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    readonly string folder = Directory.CreateTempSubdirectory("orrery-jobs-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_job_is_assessed_run_and_certified_by_a_silos_worker()
    {
        await using TestFleet fleet = await StartAsync();
        IJobGrain job = await PutAsync(fleet, Migrate(500));
        using var stop = new CancellationTokenSource();
        Task worker = WorkAsync(fleet, stop.Token);
        await job.Assess("ann");
        await fleet.UntilAsync("it is assessed", async () => (await job.Get()).State == JobState.Assessed, TimeSpan.FromMinutes(5));
        JsonElement findings = JsonSerializer.Deserialize<JsonElement>((await job.Get()).Assessment!.Findings);
        findings.GetProperty("tables")[0].GetProperty("name").GetString().ShouldBe("many");
        await job.Start("ann");
        await fleet.UntilAsync("it is done", async () => (await job.Get()).State == JobState.Done, TimeSpan.FromMinutes(5));
        JobInfo done = await job.Get();
        done.LastRun.ShouldNotBeNull().ShouldSatisfyAllConditions(run => run.IsGood.ShouldBeTrue(run.Summary), run => run.Rows.ShouldBe(500), run => run.HasCertificate.ShouldBeTrue(), run => run.StartedBy.ShouldBe("ann"));
        done.Deadline.ShouldBeNull();
        (await job.Certificate(1, isPage: true)).ShouldContain("<span class=ok>equal</span>");
        JsonSerializer.Deserialize<JsonElement>(await job.Certificate(1, isPage: false)).GetProperty("certificate").GetProperty("isEqual").GetBoolean().ShouldBeTrue();
        (await job.Report(1)).Result.ShouldNotBeNull().ShouldNotContain("signature");
        await stop.CancelAsync();
        await worker;
        await fleet.CrashAsync();
        job = fleet.Grains.GetGrain<IJobGrain>("acme/nightly");
        (await job.Get()).LastRun!.Number.ShouldBe(1);
        (await job.Certificate(1, isPage: false)).ShouldContain("publicKey");
        // Behind one that is done a run begins anew, also where it was assessed between.
        await job.Assess("ann");
        await job.Cancel("ann");
        await job.Start("ann");
        (await job.Lease(Worker)).ShouldNotBeNull().Name.ShouldBe("acme.nightly.2");
    }

    [Fact]
    public async Task A_worker_that_falls_silent_loses_its_lease_and_is_not_heard_behind_another()
    {
        await using TestFleet fleet = await StartAsync();
        IJobGrain job = await PutAsync(fleet, Migrate(1), retriesMax: 2);
        await job.Start("ann");
        JobLease first = (await job.Lease(Worker)).ShouldNotBeNull();
        (await job.Lease("silo#2")).ShouldBeNull();
        (await job.Beat(Worker, first.Token, Progress(100), ["""{"table":"many"}"""])).Order.ShouldBe(JobOrder.GoOn);
        (await job.Get()).ShouldSatisfyAllConditions(info => info.State.ShouldBe(JobState.Running), info => info.Worker.ShouldBe(Worker), info => info.Deadline.ShouldNotBeNull());
        await fleet.UntilAsync("the lease runs out", async () => (await job.Get()).State == JobState.Waiting, 2 * Lease);
        (await job.Beat(Worker, first.Token, Progress(200), [])).Order.ShouldBe(JobOrder.Lost);
        JobInfo waiting = await job.Get();
        waiting.Reason!.ShouldContain("silent");
        waiting.NextTryAt.ShouldNotBeNull();
        waiting.Progress!.Rows.ShouldBe(100);
        JobLease second = await NextLeaseAsync(fleet, job);
        second.Token.ShouldBe(first.Token + 1);
        second.Name.ShouldBe(first.Name);
        await job.End(Worker, first.Token, new JobEnding(false, "too late", false, null));
        (await job.Get()).State.ShouldBe(JobState.Leased);
        // Two more that get no further are the most.
        await job.End(Worker, second.Token, new JobEnding(false, "the database is away", true, null));
        JobLease third = await NextLeaseAsync(fleet, job);
        await job.End(Worker, third.Token, new JobEnding(false, "the database is away", true, null));
        (await job.Get()).ShouldSatisfyAllConditions(info => info.State.ShouldBe(JobState.Failed), info => info.LastRun!.Attempts.ShouldBe(3), info => info.LastRun!.Summary.ShouldContain("the database is away"));
        (await job.Rejects()).Lines.ShouldBe(["""{"table":"many"}"""]);
    }

    [Fact]
    public async Task A_job_is_paused_resumed_and_cancelled_by_its_workers_next_words()
    {
        await using TestFleet fleet = await StartAsync();
        IJobGrain job = await PutAsync(fleet, Migrate(1));
        await job.Start("ann");
        JobLease lease = (await job.Lease(Worker)).ShouldNotBeNull();
        await Should.ThrowAsync<ConflictException>(() => job.Start("ann"));
        await Should.ThrowAsync<ConflictException>(() => job.Put(new JobSpec(), "ann", null));
        await Should.ThrowAsync<ConflictException>(() => job.Delete("ann", null));
        (await job.Pause("ann")).State.ShouldBe(JobState.Pausing);
        (await job.Beat(Worker, lease.Token, null, [])).Order.ShouldBe(JobOrder.Pause);
        await job.End(Worker, lease.Token, new JobEnding(true, null, false, null));
        (await job.Get()).State.ShouldBe(JobState.Paused);
        (await job.Lease(Worker)).ShouldBeNull();
        await fleet.CrashAsync();
        job = fleet.Grains.GetGrain<IJobGrain>("acme/nightly");
        (await job.Resume("bob")).State.ShouldBe(JobState.Waiting);
        lease = (await job.Lease(Worker)).ShouldNotBeNull();
        lease.Token.ShouldBe(2);
        (await job.Cancel("bob")).State.ShouldBe(JobState.Cancelling);
        (await job.Beat(Worker, lease.Token, null, [])).Order.ShouldBe(JobOrder.Cancel);
        await job.End(Worker, lease.Token, new JobEnding(true, null, false, null));
        (await job.Get()).LastRun!.ShouldSatisfyAllConditions(run => run.State.ShouldBe(JobState.Cancelled), run => run.Summary.ShouldBe("bob cancelled it."));
        // A worker that is told to leave and dies is waited for one lease.
        await job.Start("ann");
        lease = (await job.Lease(Worker)).ShouldNotBeNull();
        lease.Name.ShouldBe("acme.nightly.1");
        await job.Cancel("ann");
        await fleet.UntilAsync("it is cancelled", async () => (await job.Get()).State == JobState.Cancelled, 2 * Lease);
    }

    [Fact]
    public async Task Every_state_that_is_no_end_has_a_deadline_at_which_it_ends()
    {
        await using TestFleet fleet = await StartAsync(options => options.RestMax = TimeSpan.FromMinutes(10));
        IJobGrain job = await PutAsync(fleet, Migrate(1), runsOn: "berlin/erp-01", waitHours: 1);
        (await job.Get()).Deadline.ShouldNotBeNull().ShouldBe(fleet.Time.GetUtcNow() + TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1));
        (await job.Assess("ann")).Deadline.ShouldNotBeNull();
        await fleet.UntilAsync("the assessment is given up", async () => (await job.Get()).State == JobState.Draft, TimeSpan.FromHours(2), TimeSpan.FromSeconds(20));
        await job.Start("ann");
        (await job.Lease(Worker)).ShouldBeNull("it is another worker's");
        await fleet.UntilAsync("waiting is given up", async () => (await job.Get()).State == JobState.Failed, TimeSpan.FromHours(2), TimeSpan.FromSeconds(20));
        (await job.Get()).LastRun!.Summary.ShouldContain("agent acme/berlin/erp-01");
        await job.Start("ann");
        (await job.Lease("acme/berlin/erp-01")).ShouldNotBeNull();
        await job.Pause("ann");
        await fleet.UntilAsync("resting is given up", async () => (await job.Get()).State == JobState.Cancelled, TimeSpan.FromHours(1), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Secrets_are_sealed_shown_without_what_is_secret_and_stay_where_they_are_sent_as_shown()
    {
        await using TestFleet fleet = await StartAsync();
        const string Secret = "mysql://root:verysecret@127.0.0.1:3306/shop", Shown = "mysql://root@127.0.0.1:3306/shop";
        IJobGrain job = await PutAsync(fleet, $$"""{"kind":"migrate","from":"{{Secret}}","to":"sqlite:{{folder}}/x.db"}""");
        JobInfo info = await job.Get();
        info.Spec.Definition.ShouldContain(Shown);
        info.Spec.Definition.ShouldNotContain("verysecret");
        info = await job.Put(info.Spec with { Description = "changed" }, "ann", info.Version);
        info.Spec.Definition.ShouldContain(Shown);
        await job.Start("ann");
        (await job.Lease(Worker)).ShouldNotBeNull().Definition.ShouldContain(Secret);
        InvalidInputException refused = await Should.ThrowAsync<InvalidInputException>(() => PutAsync(fleet, """{"kind":"migrate","from":"mysql://root:verysecret@elsewhere.example/shop","to":"mysql://localhost/x"}""", id: "other"));
        refused.Message.ShouldContain("elsewhere.example");
        (await Should.ThrowAsync<InvalidInputException>(() => PutAsync(fleet, """{"kind":"migrate","from":"sqlite:/etc/passwd","to":"mysql://localhost/x"}""", id: "other"))).Message.ShouldContain("Orrery:Channels:Folders");
        await PutAsync(fleet, """{"kind":"migrate","from":"sqlite:/there/x.db","to":"mysql://elsewhere.example/x"}""", id: "other", runsOn: "berlin/erp-01");
        await Should.ThrowAsync<InvalidInputException>(() => PutAsync(fleet, "[]", id: "other"));
        await Should.ThrowAsync<InvalidInputException>(() => PutAsync(fleet, """{"kind":"nothing"}""", id: "other"));
    }

    static async Task<JobLease> NextLeaseAsync(TestFleet fleet, IJobGrain job)
    {
        JobLease? lease = null;
        await fleet.UntilAsync("the pause is over", async () => (lease = await job.Lease(Worker)) is not null, TimeSpan.FromMinutes(5));
        return lease!;
    }

    static JobProgressInfo Progress(long rows) => new("copying", rows, 1000, 1, 1, null, "many", 0, null, []);

    Task<TestFleet> StartAsync(Action<JobOptions>? configure = null) => TestFleet.StartAsync(services =>
    {
        services.Configure<JobOptions>(options =>
        {
            options.Folder = Path.Combine(folder, "jobs");
            configure?.Invoke(options);
        });
        services.Configure<ChannelOptions>(options => options.Folders = [folder]);
    });

    async Task<IJobGrain> PutAsync(TestFleet fleet, string definition, int retriesMax = 20, string runsOn = "", int waitHours = 168, string id = "nightly")
    {
        var tenant = fleet.Grains.GetGrain<ITenantGrain>("acme");
        try
        {
            await tenant.Get();
        }
        catch (NotFoundException)
        {
            await tenant.Create(new TenantDraft("Acme"));
        }

        IJobGrain job = fleet.Grains.GetGrain<IJobGrain>($"acme/{id}");
        await job.Put(new JobSpec { Definition = definition, RetriesMax = retriesMax, RunsOn = runsOn, WaitHours = waitHours }, "ann", null);
        return job;
    }

    Task WorkAsync(TestFleet fleet, CancellationToken stop) =>
        new JobWorker("silo", fleet.Grains, Options.Create(new JobOptions { Folder = Path.Combine(folder, "jobs"), Parallel = 1 }), Options.Create(new ChannelOptions { Folders = [folder] }), fleet.Time, NullLogger<JobWorker>.Instance).RunAsync(stop);

    string Migrate(int rows)
    {
        string from = Path.Combine(folder, "from.db");
        using SqliteConnection connection = SqliteConnections.Open($"Data Source={from}");
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"CREATE TABLE many (id INTEGER PRIMARY KEY, text VARCHAR(40)); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) INSERT INTO many SELECT i, 'text ' || i FROM n";
        command.ExecuteNonQuery();
        return JsonSerializer.Serialize(new { kind = "migrate", from = $"sqlite:{from}", to = $"sqlite:{Path.Combine(folder, "to.db")}" });
    }
}

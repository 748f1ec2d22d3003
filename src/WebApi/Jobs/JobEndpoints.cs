using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces;
using Orrery.Interfaces.Jobs;
using Orrery.Interfaces.Tenants;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Live;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Jobs;

/// <summary>Jobs of a tenant: migrations, comparisons and what else works on databases, in a silo or on an agent.</summary>
internal static class JobEndpoints
{
    const int RunsDefault = 50;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/tenants/{tenant}/jobs", List).RequireAuthorization(Policies.Person).WithSummary("A tenant's jobs, how far they are, and their newest runs.");
        RouteGroupBuilder one = api.MapGroup("/tenants/{tenant}/jobs/{job}");
        one.MapGet("", Get).RequireAuthorization(Policies.Person).WithSummary("One job and how far it is.");
        one.MapPut("", Put).RequireAuthorization(Policies.VendorChange).WithSummary("Makes a job or changes it; an address that is left out, or sent as it is shown, stays.");
        one.MapDelete("", Delete).RequireAuthorization(Policies.VendorChange).WithSummary("Forgets a job and its history; what it wrote stays.");
        one.MapPost("/assess", Assess).RequireAuthorization(Policies.VendorChange).WithSummary("Has a worker reach both sides and find out what would be done.");
        one.MapPost("/start", Start).RequireAuthorization(Policies.VendorChange).WithSummary("Begins a run, or goes on where a failed or cancelled one was.");
        one.MapPost("/pause", Pause).RequireAuthorization(Policies.VendorChange).WithSummary("Has its worker put it down.");
        one.MapPost("/resume", Resume).RequireAuthorization(Policies.VendorChange).WithSummary("Goes on where it was paused.");
        one.MapPost("/cancel", Cancel).RequireAuthorization(Policies.VendorChange).WithSummary("Ends the run; what it wrote stays.");
        one.MapPut("/throttle", Throttle).RequireAuthorization(Policies.VendorChange).WithSummary("Changes rates and channels of a job; a run under way goes on and keeps to them from its worker's next word on.");
        one.MapPost("/cut-over", CutOver).RequireAuthorization(Policies.VendorChange).WithSummary("Asks a job that follows changes to hand the lead to the target; its outcome stands in the job's step.");
        one.MapPost("/back", Back).RequireAuthorization(Policies.VendorChange).WithSummary("The same back to the source.");
        one.MapPost("/end-follow", EndFollow).RequireAuthorization(Policies.VendorChange).WithSummary("Ends following for good: no log is kept for it any more.");
        one.MapGet("/live", Live).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "text/event-stream").WithSummary("Events 'job', as often as it changes.");
        one.MapGet("/runs", Runs).RequireAuthorization(Policies.Person).WithSummary("Runs that ended, newest first.");
        one.MapGet("/runs/{run}", Report).RequireAuthorization(Policies.Person).WithSummary("A run with its report.");
        one.MapGet("/runs/{run}/certificate", Certificate).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "application/json").WithSummary("A run's signed certificate.");
        one.MapGet("/runs/{run}/certificate/page", CertificatePage).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "text/html").WithSummary("The same as a page for people.");
        one.MapGet("/rejects", Rejects).RequireAuthorization(Policies.Person).WithSummary("Rows that the newest run's target refused, the first 1,000.");
    }

    static async Task<IReadOnlyList<JobInfo>> List(Caller caller, string tenant)
    {
        await caller.OfTenant<ITenantGrain>(tenant).Get();
        return await caller.JobsAsync(tenant);
    }

    static async Task<Entity<JobInfo>> Get(Caller caller, string tenant, string job) => Answer(await caller.OfJob(tenant, job).Get());

    static async Task<Entity<JobInfo>> Put(Caller caller, string tenant, string job, JobSpec spec, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await caller.OfTenant<ITenantGrain>(tenant).Get();
        EntityKeys.CheckPart("job", job);
        return Answer(await caller.OfJob(tenant, job).Put(spec, caller.Identity.Name, IfMatch.Read(ifMatch)));
    }

    static async Task<NoContent> Delete(Caller caller, string tenant, string job, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await caller.OfJob(tenant, job).Delete(caller.Identity.Name, IfMatch.Read(ifMatch));
        return TypedResults.NoContent();
    }

    static async Task<Entity<JobInfo>> Assess(Caller caller, string tenant, string job) => Answer(await caller.OfJob(tenant, job).Assess(caller.Identity.Name));

    static async Task<Entity<JobInfo>> Start(Caller caller, string tenant, string job) => Answer(await caller.OfJob(tenant, job).Start(caller.Identity.Name));

    static async Task<Entity<JobInfo>> Pause(Caller caller, string tenant, string job) => Answer(await caller.OfJob(tenant, job).Pause(caller.Identity.Name));

    static async Task<Entity<JobInfo>> Resume(Caller caller, string tenant, string job) => Answer(await caller.OfJob(tenant, job).Resume(caller.Identity.Name));

    static async Task<Entity<JobInfo>> Cancel(Caller caller, string tenant, string job) => Answer(await caller.OfJob(tenant, job).Cancel(caller.Identity.Name));

    static async Task<Entity<JobInfo>> Throttle(HttpContext http, Caller caller, string tenant, string job, JobThrottle body)
    {
        http.Features.Set(new AuditNote(Detail: string.Create(CultureInfo.InvariantCulture, $"rowsPerSecond {body.RowsPerSecond?.ToString(CultureInfo.InvariantCulture) ?? "as it was"}, bytesPerSecond {body.BytesPerSecond?.ToString(CultureInfo.InvariantCulture) ?? "as it was"}, parallel {body.Parallel?.ToString(CultureInfo.InvariantCulture) ?? "as it was"}")));
        return Answer(await caller.OfJob(tenant, job).Throttle(body, caller.Identity.Name));
    }

    static Task<Entity<JobInfo>> CutOver(HttpContext http, Caller caller, string tenant, string job, StepBody body) => StepAsync(http, caller, tenant, job, JobStepKind.CutOver, body.SourceIsStopped);

    static Task<Entity<JobInfo>> Back(HttpContext http, Caller caller, string tenant, string job, StepBody body) => StepAsync(http, caller, tenant, job, JobStepKind.Back, body.SourceIsStopped);

    static Task<Entity<JobInfo>> EndFollow(HttpContext http, Caller caller, string tenant, string job) => StepAsync(http, caller, tenant, job, JobStepKind.End, false);

    static async Task<Entity<JobInfo>> StepAsync(HttpContext http, Caller caller, string tenant, string job, JobStepKind kind, bool sourceIsStopped)
    {
        if (sourceIsStopped)
            http.Features.Set(new AuditNote(Detail: "vouched that nothing writes to the leading database"));
        return Answer(await caller.OfJob(tenant, job).Step(kind, sourceIsStopped, caller.Identity.Name));
    }

    static Task Live(HttpContext http, Caller caller, EventStream stream, string tenant, string job)
    {
        IJobGrain grain = caller.OfJob(tenant, job);
        byte[] sent = [];
        return stream.RunAsync(http, caller, async events =>
        {
            byte[] now = JsonSerializer.SerializeToUtf8Bytes(await grain.Get(), JsonText.Options);
            if (now.AsSpan().SequenceEqual(sent))
                return;
            sent = now;
            events.WriteJson("job", now);
        });
    }

    static Task<IReadOnlyList<JobRunInfo>> Runs(Caller caller, string tenant, string job, int? limit) => caller.OfJob(tenant, job).Runs(limit ?? RunsDefault);

    static Task<JobReportInfo> Report(Caller caller, string tenant, string job, string run) => caller.OfJob(tenant, job).Report(Number(run));

    static async Task<ContentHttpResult> Certificate(Caller caller, string tenant, string job, string run) =>
        TypedResults.Text(await caller.OfJob(tenant, job).Certificate(Number(run), isPage: false), "application/json");

    static async Task<ContentHttpResult> CertificatePage(Caller caller, string tenant, string job, string run) =>
        TypedResults.Text(await caller.OfJob(tenant, job).Certificate(Number(run), isPage: true), "text/html", System.Text.Encoding.UTF8);

    static Task<JobRejects> Rejects(Caller caller, string tenant, string job) => caller.OfJob(tenant, job).Rejects();

    /// <summary>No run has the number 0.</summary>
    static long Number(string run) => long.TryParse(run, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    static Entity<JobInfo> Answer(JobInfo info) => new(info, info.Version);
}

/// <param name="SourceIsStopped">Nothing writes to the leading database any more; else it has to be read-only by its own word.</param>
internal sealed record StepBody(bool SourceIsStopped);

using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs;
using Orrery.WebApi.Access;
using Orrery.WebApi.Limits;

namespace Orrery.WebApi.Jobs;

/// <summary>Jobs for agents: they ask, take, tell and end, signed in by their site's key. Nobody ever connects to an agent.</summary>
internal static class AgentJobEndpoints
{
    const int RejectsMax = 500, SessionsMax = 128;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder agent = api.MapGroup("/agent/jobs").WithMetadata(new Door());
        agent.MapPost("/take", Take).WithMetadata(new LongWait()).RequireAuthorization(Policies.SiteKey).WithSummary("A job for this agent with its secrets, waited for up to 20 s.");
        agent.MapPost("/{job}/beat", Beat).RequireAuthorization(Policies.SiteKey).WithSummary("How far the agent is with a job; keeps its lease.");
        agent.MapPost("/{job}/target/{session}", Target).WithMetadata(new LongWait()).RequireAuthorization(Policies.SiteKey).Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream").WithSummary("A part of what the agent says to the half of its split job that holds the target's connections, and of the answer.");
        agent.MapPost("/{job}/end", End).RequireAuthorization(Policies.SiteKey).WithSummary("How the agent's lease of a job ended.");
    }

    static async Task<TakenJob> Take(Caller caller, TakeBody body)
    {
        string agent = caller.OwnServer(body.Server);
        string? job = await caller.OwnQueue(agent).Take(agent, body.WaitSeconds);
        return new TakenJob(job is null ? null : await caller.OfOwnJob(EntityKeys.Leaf(job)).Lease(agent));
    }

    static async Task<OrderAnswer> Beat(Caller caller, string job, BeatBody body)
    {
        if (body.Rejects?.Count > RejectsMax)
            throw new InvalidInputException("rejects", $"{body.Rejects.Count} lines of refused rows; at most {RejectsMax} are taken at once.");
        JobWord word = await caller.OfOwnJob(job).Beat(caller.OwnServer(body.Server), body.Token, body.Progress, body.Rejects ?? []);
        return new OrderAnswer(word.Order, word.Limits);
    }

    static async Task<FileContentHttpResult> Target(HttpContext http, Caller caller, string job, string session, string server, long token)
    {
        if (!int.TryParse(session, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number >= SessionsMax)
            throw new InvalidInputException("session", $"session is '{session}'; a job has {SessionsMax} of them at most, from 0.");
        using var part = new MemoryStream();
        // The endpoint's own bound is the server's: more is refused with 413.
        await http.Request.Body.CopyToAsync(part, http.RequestAborted);
        return TypedResults.Bytes(await caller.OfOwnTarget(job, number).Exchange(caller.OwnServer(server), token, part.ToArray()), "application/octet-stream");
    }

    static async Task<NoContent> End(Caller caller, string job, EndBody body)
    {
        await caller.OfOwnJob(job).End(caller.OwnServer(body.Server), body.Token, body.Ending ?? new JobEnding(true, null, false, null));
        return TypedResults.NoContent();
    }
}

/// <param name="Server">The agent's server within its site.</param>
/// <param name="WaitSeconds">0 to 20.</param>
internal sealed record TakeBody(string Server, int WaitSeconds);

/// <param name="Lease">Null: there is nothing to do.</param>
internal sealed record TakenJob(JobLease? Lease);

/// <param name="Server">The agent's server within its site.</param>
/// <param name="Token">Of the lease.</param>
/// <param name="Progress">How far it is; null: nothing to be said yet.</param>
/// <param name="Rejects">Lines of refused rows that are new, 500 at most.</param>
internal sealed record BeatBody(string Server, long Token, JobProgressInfo? Progress, IReadOnlyList<string>? Rejects);

/// <param name="Order">What the agent is to do.</param>
/// <param name="Limits">What the run may take from now on; null: nothing is said.</param>
internal sealed record OrderAnswer(JobOrder Order, JobLimitsInfo? Limits);

/// <param name="Server">The agent's server within its site.</param>
/// <param name="Token">Of the lease.</param>
/// <param name="Ending">How it ended; left out: it was put down.</param>
internal sealed record EndBody(string Server, long Token, JobEnding? Ending);

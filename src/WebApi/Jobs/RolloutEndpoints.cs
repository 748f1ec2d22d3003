using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces;
using Orrery.Interfaces.Jobs.Rollouts;
using Orrery.WebApi.Access;
using Orrery.WebApi.Limits;

namespace Orrery.WebApi.Jobs;

/// <summary>All agents in numbers, and roll-outs of versions and jobs over them in waves.</summary>
internal static class RolloutEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/fleet/agents", Agents).RequireAuthorization(Policies.VendorChange).WithSummary("How many agents are known, heard of, at a task, stuck; and which versions they have.");
        api.MapGet("/fleet/rollouts", List).RequireAuthorization(Policies.VendorChange).WithSummary("Roll-outs, the newest first.");
        api.MapGet("/fleet/rollouts/{rollout}", Get).RequireAuthorization(Policies.VendorChange).WithSummary("A roll-out and how far it is.");
        api.MapPost("/fleet/rollouts/{rollout}", Start).RequireAuthorization(Policies.VendorChange).WithSummary("Begins a roll-out: a version, or a job, in waves.");
        api.MapPost("/fleet/rollouts/{rollout}/stop", Stop).RequireAuthorization(Policies.VendorChange).WithSummary("Offers it to no further agent.");
        api.MapPost("/agent/beat", Beat).WithMetadata(new Door()).RequireAuthorization(Policies.SiteKey).WithSummary("An agent is there; the answer is what it is to do, and when it is to be heard of again.");
    }

    static async Task<AgentCounts> Agents(Caller caller)
    {
        AgentCounts[] all = await Task.WhenAll(caller.AgentShardsOfFleet().Select(static shard => shard.Counts()));
        return new AgentCounts(
            all.Sum(static each => each.Known), all.Sum(static each => each.Alive), all.Sum(static each => each.Silent), all.Sum(static each => each.Offered), all.Sum(static each => each.Running), all.Sum(static each => each.Done),
            all.Sum(static each => each.Failed), all.Sum(static each => each.Stuck), all.SelectMany(static each => each.Versions).GroupBy(static each => each.Key).ToDictionary(static each => each.Key, static each => each.Sum(static one => one.Value)));
    }

    static async Task<IReadOnlyList<RolloutInfo>> List(Caller caller) =>
        [.. (await Task.WhenAll((await caller.OfFleet<IRolloutDirectoryGrain>().List()).Select(id => caller.OfRollout(id).Get()))).OrderByDescending(static rollout => rollout.StartedAt)];

    static Task<RolloutInfo> Get(Caller caller, string rollout) => caller.OfRollout(rollout).Get();

    static Task<RolloutInfo> Start(Caller caller, string rollout, RolloutSpec spec)
    {
        EntityKeys.CheckPart("rollout", rollout);
        return caller.OfRollout(rollout).Start(spec, caller.Identity.Name);
    }

    static Task<RolloutInfo> Stop(Caller caller, string rollout) => caller.OfRollout(rollout).Stop(caller.Identity.Name);

    static Task<AgentOrder> Beat(Caller caller, AgentBeatBody body)
    {
        string agent = caller.OwnServer(body.Server);
        return caller.OwnShard(agent).Beat(new AgentBeat(agent, Cut(body.Version), Cut(body.Tag), body.Task));
    }

    static string Cut(string? text) => text is null ? "" : text.Length <= 64 ? text : text[..64];
}

/// <param name="Server">The agent's server within its site.</param>
/// <param name="Version">Of its program, at most 64 characters.</param>
/// <param name="Tag">A word by which roll-outs choose agents; may be left out.</param>
/// <param name="Task">What it is at, or has just ended; null: nothing.</param>
internal sealed record AgentBeatBody(string Server, string? Version, string? Tag, AgentTaskReport? Task);

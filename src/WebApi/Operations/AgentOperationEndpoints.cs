using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Operations;
using Orrery.WebApi.Access;
using Orrery.WebApi.Limits;

namespace Orrery.WebApi.Operations;

/// <summary>Operations for agents: they ask, begin, tell and end, signed in by their site's key. Nobody ever connects to an agent.</summary>
internal static class AgentOperationEndpoints
{
    const int VersionLengthMax = 64;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder agent = api.MapGroup("/agent/operations").WithMetadata(new Door());
        agent.MapPost("/next", Next).WithMetadata(new LongWait()).RequireAuthorization(Policies.SiteKey).WithSummary("An operation for this agent, waited for up to 20 s.");
        agent.MapPost("/{operation}/begin", Begin).RequireAuthorization(Policies.SiteKey).WithSummary("Whether the agent may begin an operation.");
        agent.MapPost("/{operation}/progress", Tell).RequireAuthorization(Policies.SiteKey).WithSummary("How far the agent is with an operation.");
        agent.MapPost("/{operation}/archive", PutArchive).RequireAuthorization(Policies.SiteKey).WithSummary("A part of the archive of collected logs.");
        agent.MapPost("/{operation}/end", End).RequireAuthorization(Policies.SiteKey).WithSummary("How an operation ended.");
    }

    static async Task<NextAnswer> Next(Caller caller, TimeProvider time, NextBody body)
    {
        string server = ServerOf(caller, body.Server), version = body.Version ?? "";
        if (version.Length > VersionLengthMax)
            throw new InvalidInputException("version", $"The version has {version.Length} characters; at most {VersionLengthMax}.");
        return new NextAnswer(await caller.OwnSite<IOperationsGrain>().Next(new OperationAgent(server, version, body.Services ?? [], body.LogFolders ?? [], body.MayUpgrade, time.GetUtcNow()), body.WaitSeconds));
    }

    static async Task<BeginAnswer> Begin(Caller caller, string operation, AttemptBody body) => new(await caller.OwnSite<IOperationsGrain>().Begin(operation, ServerOf(caller, body.Server), body.Attempt ?? ""));

    static async Task<NoContent> Tell(Caller caller, string operation, ProgressBody body)
    {
        await caller.OwnSite<IOperationsGrain>().Tell(operation, ServerOf(caller, body.Server), body.Attempt ?? "", new OperationProgress(body.Percent, body.Text ?? ""));
        return TypedResults.NoContent();
    }

    static async Task<NoContent> PutArchive(Caller caller, string operation, ArchivePartBody body)
    {
        await caller.OwnSite<IOperationsGrain>().PutArchive(operation, ServerOf(caller, body.Server), body.Attempt ?? "", body.Part, body.Bytes ?? []);
        return TypedResults.NoContent();
    }

    static async Task<NoContent> End(Caller caller, string operation, OperationEndBody body)
    {
        await caller.OwnSite<IOperationsGrain>().End(operation, ServerOf(caller, body.Server), body.Attempt ?? "", new OperationEnding(body.IsGood, body.ExitCode, body.Output ?? "", body.Reason));
        return TypedResults.NoContent();
    }

    static string ServerOf(Caller caller, string? server) => EntityKeys.Leaf(caller.OwnServer(server));
}

/// <param name="Server">The agent's server within its site.</param>
/// <param name="Version">Of its program, at most 64 characters.</param>
/// <param name="Services">Names of services that its settings let it restart.</param>
/// <param name="LogFolders">Names of log folders that its settings let it read.</param>
/// <param name="MayUpgrade">Whether its settings let it wish for versions.</param>
/// <param name="WaitSeconds">0 to 20.</param>
internal sealed record NextBody(string? Server, string? Version, IReadOnlyList<string>? Services, IReadOnlyList<string>? LogFolders, bool MayUpgrade, int WaitSeconds);

/// <param name="Order">Null: there is nothing to do.</param>
internal sealed record NextAnswer(OperationOrder? Order);

/// <param name="Attempt">A word that the agent made up for this operation and keeps.</param>
internal sealed record AttemptBody(string? Server, string? Attempt);

/// <param name="IsLet">Whether it may begin; if not, somebody took it back, it expired, or another attempt began it.</param>
internal sealed record BeginAnswer(bool IsLet);

/// <param name="Percent">0 to 100.</param>
/// <param name="Text">At most 200 characters.</param>
internal sealed record ProgressBody(string? Server, string? Attempt, double? Percent, string? Text);

/// <param name="Part">From 0.</param>
/// <param name="Bytes">At most 256 KiB, base64.</param>
internal sealed record ArchivePartBody(string? Server, string? Attempt, int Part, byte[]? Bytes);

/// <param name="Output">The last of what the command wrote.</param>
/// <param name="Reason">Why it is not good.</param>
internal sealed record OperationEndBody(string? Server, string? Attempt, bool IsGood, int? ExitCode, string? Output, string? Reason);

using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Servers;
using Orrery.WebApi.Access;
using Orrery.WebApi.Metrics;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Servers;

/// <summary>ERP servers: what they are, what they said last, how they are.</summary>
internal static class ServerEndpoints
{
    static readonly IReadOnlyList<LabelMatcher> EveryMetric = [new("__name__", MatchKind.NotEqual, "")];

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/servers", List).RequireAuthorization(Policies.Person).WithSummary("The servers that the caller sees, worst first.");
        RouteGroupBuilder server = api.MapGroup("/servers/{tenant}/{site}/{server}");
        server.MapGet("", Get).RequireAuthorization(Policies.Person).WithSummary("One server with its health.");
        server.MapDelete("", Delete).RequireAuthorization(Policies.TenantChange).WithSummary("Forgets a server, its samples, logs and alarms.");
        server.MapGet("/processes", GetProcesses).RequireAuthorization(Policies.Person).Produces<ProcessTable>().Produces(StatusCodes.Status204NoContent).WithSummary("The newest process table, if one was reported.");
        server.MapGet("/databases", GetDatabases).RequireAuthorization(Policies.Person).WithSummary("The newest report of each database collector.");
        server.MapGet("/logs", GetLogs).RequireAuthorization(Policies.Person).WithSummary("Log lines and events, newest first.");
        server.MapGet("/metrics", ListMetrics).RequireAuthorization(Policies.Person).WithSummary("Names of the server's metrics.");
        server.MapGet("/latest", GetLatest).RequireAuthorization(Policies.Person).WithSummary("The newest sample of each series that matches.");
    }

    static Task<Page<ServerRow>> List(Caller caller, ServerList servers, string? tenant, string? site, string? status, [AsParameters] PageQuery page) =>
        servers.ListAsync(caller, tenant, site, ReadStatus(status), page.Check());

    static async Task<Entity<ServerView>> Get(Caller caller, string tenant, string site, string server)
    {
        ServerInfo info = await caller.OfServer<IServerGrain>(tenant, site, server).Get();
        HealthSummary health = await caller.OfServer<IServerHealthGrain>(tenant, site, server).GetHealth();
        return new(new ServerView(info.Id, info.Tenant, info.Site, info.Registration, info.CreatedAt, info.RegisteredAt, info.Version, health), info.Version);
    }

    static async Task<NoContent> Delete(Caller caller, string tenant, string site, string server)
    {
        IServerGrain grain = await caller.OfKnownServerAsync<IServerGrain>(tenant, site, server);
        await grain.Delete();
        return TypedResults.NoContent();
    }

    static async Task<IResult> GetProcesses(Caller caller, string tenant, string site, string server)
    {
        IServerGrain grain = await caller.OfKnownServerAsync<IServerGrain>(tenant, site, server);
        return await grain.GetProcesses() is { } table ? TypedResults.Ok(table) : TypedResults.NoContent();
    }

    static async Task<IReadOnlyList<DatabaseReport>> GetDatabases(Caller caller, string tenant, string site, string server)
    {
        IServerGrain grain = await caller.OfKnownServerAsync<IServerGrain>(tenant, site, server);
        return await grain.GetDatabases();
    }

    static async Task<IReadOnlyList<LogLine>> GetLogs(Caller caller, string tenant, string site, string server, int? limit, DateTimeOffset? before, string? level, string? q)
    {
        if (limit is < 1 or > PageQuery.LimitMax)
            throw new InvalidInputException("limit", $"limit is {limit}; choose 1 to {PageQuery.LimitMax}.");
        IServerGrain grain = await caller.OfKnownServerAsync<IServerGrain>(tenant, site, server);
        return await grain.GetLogs(new LogQuery(limit ?? 200, before, level, string.IsNullOrEmpty(q) ? null : q));
    }

    static async Task<IReadOnlyList<MetricInfo>> ListMetrics(Caller caller, string tenant, string site, string server)
    {
        IServerHealthGrain grain = await caller.OfKnownServerAsync<IServerHealthGrain>(tenant, site, server);
        return await grain.ListMetrics();
    }

    static async Task<IEnumerable<LatestView>> GetLatest(Caller caller, string tenant, string site, string server, string? match)
    {
        IReadOnlyList<LabelMatcher> matchers = match is null ? EveryMetric : Selector.Parse(match);
        IServerHealthGrain grain = await caller.OfKnownServerAsync<IServerHealthGrain>(tenant, site, server);
        return (await grain.GetLatest(matchers)).Select(LatestView.Of);
    }

    static HealthStatus? ReadStatus(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        foreach (HealthStatus status in Enum.GetValues<HealthStatus>())
            if (JsonText.CamelCase(status.ToString()) == text)
                return status;
        throw new InvalidInputException("status", "Choose one of healthy, degraded, critical and silent.");
    }
}

internal sealed record ServerView(
    string Id, string Tenant, string Site, ServerRegistration? Registration, DateTimeOffset CreatedAt, DateTimeOffset? RegisteredAt, long Version, HealthSummary Health);

/// <param name="At">Unix milliseconds.</param>
/// <param name="Anomaly">0 to 1 where the metric is watched for anomalies, else null.</param>
internal sealed record LatestView(IReadOnlyDictionary<string, string> Labels, long At, double Value, double? Anomaly)
{
    public static LatestView Of(LatestValue value) => new(value.Labels, value.AtMilliseconds, value.Value, value.AnomalyScore);
}

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Servers;
using Orrery.WebApi.Access;
using Orrery.WebApi.Limits;

namespace Orrery.WebApi.Intake;

/// <summary>The doors of sites: what agents, SDKs and Prometheus send, signed in by a site's key.</summary>
internal static class DoorEndpoints
{
    const int LinesMax = 5_000;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder agent = api.MapGroup("/agent").WithMetadata(new Door());
        agent.MapPost("/register", Register).RequireAuthorization(Policies.SiteKey).WithSummary("Says what a server runs on; creates the server where it is new.");
        agent.MapPost("/samples", Samples).RequireAuthorization(Policies.SiteKey).Accepts<SampleBatchBody>("application/json").WithSummary("Takes samples; 200 means that they are durable.");
        agent.MapPost("/processes", Processes).RequireAuthorization(Policies.SiteKey).WithSummary("Takes a process table.");
        agent.MapPost("/databases", Databases).RequireAuthorization(Policies.SiteKey).WithSummary("Takes the report of a database collector.");
        agent.MapPost("/logs", Logs).RequireAuthorization(Policies.SiteKey).WithSummary("Takes log lines and events.");
        api.MapPost("/prometheus/write", RemoteWrite).RequireAuthorization(Policies.SiteKey).WithMetadata(new Door("snappy"), new RetriedOn503())
            .AddOpenApiOperationTransformer(DescribeRemoteWrite).Produces(StatusCodes.Status204NoContent).WithSummary("Takes Prometheus remote-write 1.0.");
    }

    static async Task<ServerInfo> Register(Caller caller, RegistrationBody body)
    {
        string server = EntityKeys.CheckPart("server", body.Server);
        return await caller.OfOwnSite<IServerGrain>(server).Register(body.ToRegistration());
    }

    static Task<OutcomeView> Samples(HttpContext http, Caller caller, SampleDoor door) => door.TakeAsync(http, caller);

    static Task RemoteWrite(HttpContext http, Caller caller, SampleDoor door) => door.TakeRemoteWriteAsync(http, caller);

    /// <summary>Describes the body here rather than by what the endpoint accepts, which would refuse others' bodies before their sender.</summary>
    static Task DescribeRemoteWrite(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Description = "WriteRequest of remote-write 1.0, packed by snappy (Content-Encoding: snappy).",
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { ["application/x-protobuf"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } } },
        };
        return Task.CompletedTask;
    }

    static async Task<NoContent> Processes(Caller caller, KnownServers known, ProcessTableBody body)
    {
        IServerGrain server = await known.OfAsync(caller, body.Server);
        await server.ReportProcesses(new ProcessTable(body.At, body.Total, body.Threads, body.Processes ?? []));
        return TypedResults.NoContent();
    }

    static async Task<NoContent> Databases(Caller caller, KnownServers known, DatabaseReportBody body)
    {
        IServerGrain server = await known.OfAsync(caller, body.Server);
        await server.ReportDatabase(body.ToReport());
        return TypedResults.NoContent();
    }

    static async Task<LogOutcomeView> Logs(Caller caller, KnownServers known, LogBody body)
    {
        if (body.Lines is not { Count: <= LinesMax } lines)
            throw new InvalidInputException("lines", $"Give an array of at most {LinesMax} lines.");
        IServerGrain server = await known.OfAsync(caller, body.Server);
        int accepted = await server.AppendLogs(lines);
        return new(accepted, lines.Count - accepted);
    }
}

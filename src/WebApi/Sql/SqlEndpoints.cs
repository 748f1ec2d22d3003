using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Users;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Live;

namespace Orrery.WebApi.Sql;

/// <summary>Statements, tables and views of a tenant. Whether a statement may change something is decided with the statement.</summary>
internal static class SqlEndpoints
{
    const int RowsDefault = 100;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder sql = api.MapGroup("/tenants/{tenant}/sql");
        sql.MapPost("", Run).WithMetadata(new NotAudited("who asks changes nothing; what statements do is told by the endpoint itself")).RequireAuthorization(Policies.Person).WithSummary("Runs SQL; who may only read may only ask.");
        sql.MapPost("/check", Check).WithMetadata(new NotAudited("asks")).RequireAuthorization(Policies.Person).WithSummary("What is wrong with a text, without running it.");
        sql.MapPost("/complete", Complete).WithMetadata(new NotAudited("asks")).RequireAuthorization(Policies.Person).WithSummary("What could stand at a place of a text.");
        sql.MapGet("/subscribe", Subscribe).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .WithSummary("Events of a query: its result, then what changes of it.");
        sql.MapGet("/relations", Relations).RequireAuthorization(Policies.Person).WithSummary("A tenant's tables and views with how they do.");
        sql.MapGet("/pipelines", Pipelines).RequireAuthorization(Policies.Person).WithSummary("A tenant's materialized views and inserts into sinks, with their figures.");
        sql.MapGet("/pipelines/{name}", Pipeline).RequireAuthorization(Policies.Person).WithSummary("One pipeline, with its operators and sources.");
        sql.MapGet("/source-changes", SourceChanges).RequireAuthorization(Policies.Person).WithSummary("Where the columns of tables' sources became others, the newest first.");
        RouteGroupBuilder one = sql.MapGroup("/relations/{name}");
        one.MapGet("", Relation).RequireAuthorization(Policies.Person).WithSummary("One table or view, with its operators and sources.");
        one.MapGet("/rows", Rows).RequireAuthorization(Policies.Person).WithSummary("Rows as they are, any or those of a key.");
        one.MapGet("/letters", Letters).RequireAuthorization(Policies.Person).WithSummary("What it could not read or compute with, the newest first.");
        one.MapPost("/rows", Append).WithMetadata(new NotAudited("rows are data, of which there may be thousands a second")).RequireAuthorization(Policies.VendorChange).WithSummary("Adds rows to a table of one's own, as one change.");
        one.MapPost("/pause", Pause).RequireAuthorization(Policies.VendorChange).WithSummary("Lets a view or the writing into a sink stand still.");
        one.MapPost("/resume", Resume).RequireAuthorization(Policies.VendorChange).WithSummary("Lets it go on; it takes in what happened meanwhile.");
        one.MapPost("/read", Read).RequireAuthorization(Policies.VendorChange).WithSummary("Reads a scheduled table from its database now.");
        one.MapGet("/candidate", Candidate).RequireAuthorization(Policies.Person).WithSummary("A view compared with its candidate, both at one cut.");
        one.MapPut("/candidate", PutCandidate).RequireAuthorization(Policies.VendorChange).WithSummary("Lets another definition of a view run beside it.");
        one.MapDelete("/candidate", DropCandidate).RequireAuthorization(Policies.VendorChange).WithSummary("Ends the candidate; the view goes on.");
        one.MapPost("/candidate/switch", SwitchCandidate).RequireAuthorization(Policies.VendorChange).WithSummary("Lets the candidate take the view's place.");
        one.MapPost("/rewind", Rewind).RequireAuthorization(Policies.VendorChange).WithSummary("Reads a table's topic again, from offsets, a time or its beginning.");
    }

    static async Task<SqlAnswer> Run(Caller caller, string tenant, SqlBody body, HttpContext http)
    {
        await caller.OfTenant<ITenantGrain>(tenant).Get();
        var answer = new SqlAnswer(await Schema(caller, tenant).Run(new SqlRequest(
            body.Text ?? Require.Given<string>("text"), caller.Identity.Name, caller.Identity.Is(Role.Operator, Role.Administrator), body.RowsLimit, body.TimeoutSeconds, body.Origin)));
        // The texts may hold passwords of databases; what they did does not.
        string[] done = [.. answer.Results.Where(static result => result.Kind == "done").Select(static result => result.Message ?? "a statement was run")];
        if (done.Length > 0)
            http.Features.Set(new AuditNote(Detail: string.Join(" ", done)));
        return answer;
    }

    static async Task<SqlCheckAnswer> Check(Caller caller, string tenant, SqlCheckBody body) => new(await Schema(caller, tenant).Check(body.Text ?? Require.Given<string>("text")));

    static Task<SqlCompletion> Complete(Caller caller, string tenant, SqlCompleteBody body)
    {
        ISqlSchemaGrain schema = Schema(caller, tenant);
        string text = body.Text ?? Require.Given<string>("text");
        int offset = body.Offset ?? text.Length;
        return offset < 0 || offset > text.Length
            ? throw new InvalidInputException("offset", $"offset is {offset}; the text has {text.Length} characters.")
            : schema.Complete(text, offset);
    }

    static Task<IReadOnlyList<RelationInfo>> Relations(Caller caller, string tenant) => Schema(caller, tenant).Relations();

    static Task<RelationView> Relation(Caller caller, string tenant, string name) => Schema(caller, tenant).Relation(name);

    static Task<IReadOnlyList<PipelineInfo>> Pipelines(Caller caller, string tenant) => Schema(caller, tenant).Pipelines();

    static Task<PipelineView> Pipeline(Caller caller, string tenant, string name) => Schema(caller, tenant).Pipeline(name);

    static Task<IReadOnlyList<SourceChange>> SourceChanges(Caller caller, string tenant) => Schema(caller, tenant).SourceChanges();

    static Task<SqlResult> Rows(Caller caller, string tenant, string name, int? limit, string[]? key) =>
        Schema(caller, tenant).Rows(name, limit ?? RowsDefault, key is { Length: > 0 } ? key : null);

    static async Task<SqlRowsAnswer> Append(Caller caller, string tenant, string name, SqlRowsBody body) => body.Rows.ValueKind == JsonValueKind.Array
        ? new SqlRowsAnswer(await Schema(caller, tenant).Append(name, JsonSerializer.SerializeToUtf8Bytes(body.Rows, JsonText.Options)))
        : throw new InvalidInputException("rows", "rows must be an array; each row is an array of values, or an object by column names.");

    static Task<Page<SqlLetter>> Letters(Caller caller, string tenant, string name, int? limit, string? cursor) =>
        Schema(caller, tenant).Letters(name, new PageRequest(limit ?? RowsDefault, cursor));

    static Task<RelationInfo> Pause(Caller caller, string tenant, string name) => Schema(caller, tenant).Pause(name, caller.Identity.Name);

    static Task<RelationInfo> Resume(Caller caller, string tenant, string name) => Schema(caller, tenant).Resume(name, caller.Identity.Name);

    static async Task<NoContent> Read(Caller caller, string tenant, string name)
    {
        await Schema(caller, tenant).ReadNow(name);
        return TypedResults.NoContent();
    }

    static Task<SqlRewound> Rewind(Caller caller, string tenant, string name, SqlRewindBody body) => Schema(caller, tenant).Rewind(
        name, new SqlRewind(body.Earliest ?? false, body.Time, body.Offsets ?? (body.Offset is { } offset ? [offset] : null), body.Empties ?? false, caller.Identity.Name));

    static Task<SqlCandidate> Candidate(Caller caller, string tenant, string name, int? limit) => Schema(caller, tenant).Candidate(name, limit ?? RowsDefault);

    static Task<SqlCandidate> PutCandidate(Caller caller, string tenant, string name, SqlCandidateBody body) =>
        Schema(caller, tenant).PutCandidate(name, body.Text ?? Require.Given<string>("text"), caller.Identity.Name);

    static async Task<NoContent> DropCandidate(Caller caller, string tenant, string name)
    {
        await Schema(caller, tenant).DropCandidate(name, caller.Identity.Name);
        return TypedResults.NoContent();
    }

    static Task<RelationInfo> SwitchCandidate(Caller caller, string tenant, string name) => Schema(caller, tenant).SwitchCandidate(name, caller.Identity.Name);

    static Task Subscribe(HttpContext http, Caller caller, EventStream stream, string tenant, string? query) =>
        stream.RunAsync(http, caller, new LiveQuery(Schema(caller, tenant), query ?? Require.Given<string>("query"), http.Request.Headers["Last-Event-ID"]).AskAsync);

    static ISqlSchemaGrain Schema(Caller caller, string tenant) => caller.OfTenant<ISqlSchemaGrain>(tenant);
}

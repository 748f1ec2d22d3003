using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Sql;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Live;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Boards;

/// <summary>A tenant's boards and the public links to them.</summary>
internal static class BoardEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder boards = api.MapGroup("/tenants/{tenant}/boards");
        boards.MapGet("", List).RequireAuthorization(Policies.Person).WithSummary("A tenant's boards, each in a line.");
        boards.MapPost("/check", Check).WithMetadata(new NotAudited("asks")).RequireAuthorization(Policies.Person).WithSummary("What is wrong with a board, without keeping it.");
        RouteGroupBuilder one = boards.MapGroup("/{board}");
        one.MapGet("", Get).RequireAuthorization(Policies.Person).WithSummary("One board with its tiles.");
        one.MapPut("", Put).RequireAuthorization(Policies.VendorChange).WithSummary("Makes or changes a board; every query is bound first.");
        one.MapDelete("", Delete).RequireAuthorization(Policies.VendorChange).WithSummary("Deletes a board with its links.");
        one.MapGet("/live", Live).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .WithSummary("Events of all tiles in one stream: their rows, then what changes of them.");
        one.MapGet("/changes", Changes).RequireAuthorization(Policies.VendorChange).WithSummary("Who changed a board and its links, newest first; also of one that was deleted.");
        one.MapGet("/links", Links).RequireAuthorization(Policies.VendorChange).WithSummary("The public links to a board that have not expired.");
        one.MapPost("/links", CreateLink).RequireAuthorization(Policies.VendorChange).WithSummary("Makes a public link; its token is told this once.");
        one.MapDelete("/links/{link}", RevokeLink).RequireAuthorization(Policies.VendorChange).WithSummary("Takes a public link back.");
    }

    static async Task<IReadOnlyList<BoardSummary>> List(Caller caller, string tenant) => await (await caller.OfKnownTenantAsync<IBoardDirectoryGrain>(tenant)).List();

    static async Task<Entity<BoardInfo>> Get(Caller caller, string tenant, string board)
    {
        BoardInfo found = await caller.OfBoard(tenant, board).Get();
        return new(found, found.Version);
    }

    static async Task<Entity<BoardInfo>> Put(Caller caller, string tenant, string board, BoardBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        BoardInfo put = await caller.OfBoard(tenant, board).Put(body.ToDefinition(board), caller.Identity.Name, IfMatch.Read(ifMatch));
        return new(put, put.Version);
    }

    /// <summary>Any board can tell: what is checked depends on the tenant alone.</summary>
    static async Task<BoardCheckAnswer> Check(Caller caller, string tenant, BoardBody body) =>
        new(await caller.OfBoard(tenant, "check").Check(body.ToDefinition(body.Id ?? "check")));

    static async Task<NoContent> Delete(Caller caller, string tenant, string board, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await caller.OfBoard(tenant, board).Delete(caller.Identity.Name, IfMatch.Read(ifMatch));
        return TypedResults.NoContent();
    }

    static async Task Live(HttpContext http, Caller caller, EventStream stream, string tenant, string board)
    {
        IBoardGrain grain = caller.OfBoard(tenant, board);
        var live = new LiveBoard(caller.OfTenant<ISqlSchemaGrain>(tenant), await grain.Get(), grain.Get, http.Request.Headers["Last-Event-ID"], isShared: false);
        await stream.RunAsync(http, caller, live.AskAsync);
    }

    static Task<IReadOnlyList<BoardChange>> Changes(Caller caller, string tenant, string board) => caller.OfBoard(tenant, board).Changes();

    static Task<IReadOnlyList<BoardLink>> Links(Caller caller, string tenant, string board) => caller.OfBoard(tenant, board).Links();

    static async Task<Created<CreatedBoardLink>> CreateLink(Caller caller, string tenant, string board, BoardLinkDraft body) =>
        TypedResults.Created((string?)null, await caller.OfBoard(tenant, board).CreateLink(body, caller.Identity.Name));

    static async Task<NoContent> RevokeLink(Caller caller, string tenant, string board, string link)
    {
        await caller.OfBoard(tenant, board).RevokeLink(link, caller.Identity.Name);
        return TypedResults.NoContent();
    }
}

using Microsoft.Extensions.Options;
using Orrery.Interfaces.Errors;
using Orrery.WebApi.Access;
using Orrery.WebApi.Live;

namespace Orrery.WebApi.Boards;

/// <summary>Boards for whoever holds a public link: to look at, by the board's own queries. Bounded by the rate of an address and the streams of a link.</summary>
internal static class SharedBoardEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder shared = api.MapGroup("/public/boards/{token}");
        shared.MapGet("", Get).RequireAuthorization(Policies.Open).WithSummary("The board behind a public link.");
        shared.MapGet("/live", Live).RequireAuthorization(Policies.Open).Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .WithSummary("Events of all its tiles, until the link expires or is revoked.");
    }

    static async Task<SharedBoardView> Get(HttpContext http, Caller caller, string token)
    {
        // The address is a secret: nobody between keeps the answer.
        http.Response.Headers.CacheControl = "no-store";
        return SharedBoardView.Of((await caller.OfLinkAsync(token)).Board);
    }

    static async Task Live(HttpContext http, Caller caller, EventStream stream, LiveStreams streams, IOptions<OrreryApiOptions> options, string token)
    {
        SharedBoard shared = await caller.OfLinkAsync(token);
        var live = new LiveBoard(shared.Schema, shared.Board, shared.Grain.Get, http.Request.Headers["Last-Event-ID"], isShared: true);
        await stream.RunAsync(http, streams.Open($"link:{shared.Hash}", options.Value.StreamsPerLinkMax), live.AskAsync, async () =>
        {
            try
            {
                await shared.Grain.Open(shared.Hash);
                return true;
            }
            catch (NotFoundException)
            {
                return false;
            }
        });
    }
}

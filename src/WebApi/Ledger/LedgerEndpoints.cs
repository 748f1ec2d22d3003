using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Paging;
using Orrery.WebApi.Access;
using Orrery.WebApi.Live;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Ledger;

/// <summary>Channels, what their hops took and gave, and the gaps between them.</summary>
internal static class LedgerEndpoints
{
    const int WindowsDefault = 60;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder ledger = api.MapGroup("/ledger");
        ledger.MapGet("", List).RequireAuthorization(Policies.Person).WithSummary("Channels of the tenants that the caller sees, with hops, rates, lag, newest window and open gaps.");
        RouteGroupBuilder channel = ledger.MapGroup("/{tenant}/{channel}");
        channel.MapGet("", Get).RequireAuthorization(Policies.Person).WithSummary("One channel: hops, edges, windows, open gaps.");
        channel.MapGet("/live", Live).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "text/event-stream").WithSummary("One channel, as often as it changes.");
        channel.MapGet("/gaps", ListGaps).RequireAuthorization(Policies.Person).WithSummary("Gaps of a channel, newest first.");
        channel.MapGet("/gaps/{gap}", GetGap).RequireAuthorization(Policies.Person).WithSummary("One gap.");
        channel.MapPost("/gaps/{gap}/repair", Repair).RequireAuthorization(Policies.TenantChange).WithSummary("Has the upstream hop send exactly the missing records again.");
        channel.MapPost("/gaps/{gap}/accept", Accept).RequireAuthorization(Policies.TenantChange).WithSummary("Says that a gap is known and stays.");
    }

    static Task<Page<ChannelView>> List(Caller caller, string? tenant, [AsParameters] PageQuery page) => ChannelList.ListAsync(caller, tenant, page.Check());

    static async Task<ChannelView> Get(Caller caller, string tenant, string channel, int? windows) =>
        await (await caller.OfKnownChannelAsync(tenant, channel)).Get(windows ?? WindowsDefault);

    static async Task<Page<Gap>> ListGaps(Caller caller, string tenant, string channel, bool? open, [AsParameters] PageQuery page) =>
        await (await caller.OfKnownChannelAsync(tenant, channel)).ListGaps(open, page.Check());

    static async Task<Gap> GetGap(Caller caller, string tenant, string channel, string gap) =>
        await (await caller.OfKnownChannelAsync(tenant, channel)).GetGap(gap);

    static async Task<Gap> Repair(Caller caller, string tenant, string channel, string gap) =>
        await (await caller.OfKnownChannelAsync(tenant, channel)).Repair(gap, caller.Identity.Name);

    static async Task<Gap> Accept(Caller caller, string tenant, string channel, string gap, AcceptBody body)
    {
        ILedgerGrain ledger = await caller.OfKnownChannelAsync(tenant, channel);
        return await ledger.Accept(gap, caller.Identity.Name, body.Note ?? Require.Given<string>("note"));
    }

    static async Task Live(HttpContext http, Caller caller, EventStream stream, string tenant, string channel, int? windows)
    {
        ILedgerGrain ledger = await caller.OfKnownChannelAsync(tenant, channel);
        var view = new LiveChannel(ledger, windows ?? WindowsDefault);
        await stream.RunAsync(http, caller, view.AskAsync);
    }
}

/// <param name="Note">Why the gap stays, 1 to 1,000 characters.</param>
internal sealed record AcceptBody(string? Note);

using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Paging;
using Orrery.WebApi.Access;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Channels;

/// <summary>Log lines that channels could not read, and reading them again.</summary>
internal static class LetterEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder channel = api.MapGroup("/tenants/{tenant}/channels/{channel}");
        channel.MapGet("/letters", List).RequireAuthorization(Policies.Person).WithSummary("Lines that the channel could not read, oldest first, by time range and reason.");
        channel.MapGet("/letters/reasons", Reasons).RequireAuthorization(Policies.Person).WithSummary("How many lines could not be read, by reason, with samples.");
        channel.MapGet("/letters/try", Try).RequireAuthorization(Policies.Person).WithSummary("What reading them again would do; nothing is changed.");
        channel.MapGet("/replays", Replays).RequireAuthorization(Policies.Person).WithSummary("The replay that runs and the newest that ended.");
        channel.MapPost("/replays", Replay).RequireAuthorization(Policies.TenantChange).WithSummary("Reads dead letters of a time range again; each goes into the topic once.");
        channel.MapDelete("/replays/{replay}", Cancel).RequireAuthorization(Policies.TenantChange).WithSummary("Ends a replay; what was given stays.");
    }

    static Task<Page<DeadLetter>> List(Caller caller, string tenant, string channel, DateTimeOffset? from, DateTimeOffset? to, string? reason, [AsParameters] PageQuery page) =>
        Letters(caller, tenant, channel).List(new LetterQuery(from, to, reason), page.Check());

    static Task<LetterSummary> Reasons(Caller caller, string tenant, string channel, DateTimeOffset? from, DateTimeOffset? to, string? reason) =>
        Letters(caller, tenant, channel).Summarize(new LetterQuery(from, to, reason));

    static Task<LetterTrial> Try(Caller caller, string tenant, string channel, DateTimeOffset? from, DateTimeOffset? to, string? reason, string? format) =>
        Letters(caller, tenant, channel).Try(new ReplayDraft(new LetterQuery(from, to, reason), format));

    static Task<IReadOnlyList<Replay>> Replays(Caller caller, string tenant, string channel) => Letters(caller, tenant, channel).Replays();

    static async Task<Accepted<Replay>> Replay(Caller caller, string tenant, string channel, ReplayBody body) =>
        TypedResults.Accepted((string?)null, await Letters(caller, tenant, channel).Replay(body.Draft(), caller.Identity.Name));

    static Task<Replay> Cancel(Caller caller, string tenant, string channel, string replay) =>
        // No replay has the number 0.
        Letters(caller, tenant, channel).Cancel(long.TryParse(replay, NumberStyles.None, CultureInfo.InvariantCulture, out long id) ? id : 0);

    static IDeadLettersGrain Letters(Caller caller, string tenant, string channel) => caller.OfChannel<IDeadLettersGrain>(tenant, channel);
}

/// <param name="From">Lines that the agent read at this time or later; left out: from the oldest.</param>
/// <param name="To">Lines read before this time; left out: up to the newest.</param>
/// <param name="Reason">One that <c>letters/reasons</c> gave; left out: all.</param>
/// <param name="Format">As what they are read; left out: as the channel reads its lines now.</param>
internal sealed record ReplayBody(DateTimeOffset? From, DateTimeOffset? To, string? Reason, string? Format)
{
    public ReplayDraft Draft() => new(new LetterQuery(From, To, Reason), Format);
}

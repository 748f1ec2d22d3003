using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Tenants;
using Orrery.WebApi.Access;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Channels;

/// <summary>Ways of data: from a source through a topic into files. What each hop passed on is the ledger's affair.</summary>
internal static class ChannelEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        const string one = "/tenants/{tenant}/channels/{channel}";
        api.MapGet("/tenants/{tenant}/channels", List).RequireAuthorization(Policies.Person).WithSummary("A tenant's channels with how they do.");
        api.MapGet(one, Get).RequireAuthorization(Policies.Person).WithSummary("One channel and how it does.");
        api.MapPut(one, Put).RequireAuthorization(Policies.VendorChange).WithSummary("Makes a channel or changes it; secrets that are left out stay.");
        api.MapDelete(one, Delete).RequireAuthorization(Policies.VendorChange).WithSummary("Ends a channel and forgets its account; its topic and files stay.");
        api.MapPost(one + "/pause", Pause).RequireAuthorization(Policies.VendorChange).WithSummary("Stops a channel at the next safe point.");
        api.MapPost(one + "/resume", Resume).RequireAuthorization(Policies.VendorChange).WithSummary("Lets a channel go on where it was.");
        api.MapPost(one + "/drill", Drill).RequireAuthorization(Policies.VendorChange).WithSummary("Loses the next records at the lander on purpose, to see the ledger find them.");
    }

    static async Task<IReadOnlyList<ChannelInfo>> List(Caller caller, string tenant)
    {
        await caller.OfTenant<ITenantGrain>(tenant).Get();
        return await caller.ChannelsAsync(tenant);
    }

    static async Task<Entity<ChannelInfo>> Get(Caller caller, string tenant, string channel) => Answer(await caller.OfChannel<IChannelGrain>(tenant, channel).Get());

    static async Task<Entity<ChannelInfo>> Put(Caller caller, string tenant, string channel, ChannelSpec spec, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await caller.OfTenant<ITenantGrain>(tenant).Get();
        EntityKeys.CheckPart("channel", channel);
        return Answer(await caller.OfChannel<IChannelGrain>(tenant, channel).Put(spec, IfMatch.Read(ifMatch)));
    }

    static async Task<NoContent> Delete(Caller caller, string tenant, string channel, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await caller.OfChannel<IChannelGrain>(tenant, channel).Delete(IfMatch.Read(ifMatch));
        return TypedResults.NoContent();
    }

    static async Task<Entity<ChannelInfo>> Pause(Caller caller, string tenant, string channel) => Answer(await caller.OfChannel<IChannelGrain>(tenant, channel).Pause());

    static async Task<Entity<ChannelInfo>> Resume(Caller caller, string tenant, string channel) => Answer(await caller.OfChannel<IChannelGrain>(tenant, channel).Resume());

    static async Task<NoContent> Drill(Caller caller, string tenant, string channel, DrillBody body)
    {
        await caller.OfChannel<IChannelGrain>(tenant, channel).Drill(body.Records ?? 1);
        return TypedResults.NoContent();
    }

    static Entity<ChannelInfo> Answer(ChannelInfo info) => new(info, info.Version);
}

/// <param name="Records">How many to lose, 1 to 1,000. Default 1.</param>
internal sealed record DrillBody(int? Records);

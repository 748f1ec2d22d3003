using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tags;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Live;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Tags;

/// <summary>Segments: expressions over tags, who is in them, who enters and leaves.</summary>
internal static class SegmentEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder segments = api.MapGroup("/tenants/{tenant}/types/{type}/segments");
        segments.MapGet("", List).RequireAuthorization(Policies.Person).WithSummary("The segments of a type with their sizes.");
        segments.MapPost("/try", Try).WithMetadata(new NotAudited("asks")).RequireAuthorization(Policies.Person).WithSummary("An expression's size and some of its objects.");
        segments.MapPost("/overlap", Overlap).WithMetadata(new NotAudited("asks")).RequireAuthorization(Policies.Person).WithSummary("How many objects two expressions have, and have in common.");
        segments.MapPost("/overlaps", Overlaps).WithMetadata(new NotAudited("asks")).RequireAuthorization(Policies.Person).WithSummary("How several expressions overlap, each with each.");
        RouteGroupBuilder one = segments.MapGroup("/{segment}");
        one.MapGet("", Get).RequireAuthorization(Policies.Person).WithSummary("One segment with its expression as a tree, its size over time, and its webhooks.");
        one.MapPut("", Put).RequireAuthorization(Policies.VendorChange).WithSummary("Makes or changes a segment; who enters and leaves by that is told.");
        one.MapDelete("", Delete).RequireAuthorization(Policies.VendorChange).WithSummary("Deletes a segment with its webhooks.");
        one.MapGet("/members", Members).RequireAuthorization(Policies.Person).WithSummary("The objects of a segment, page by page.");
        one.MapGet("/members/{id}", IsIn).RequireAuthorization(Policies.Person).WithSummary("Whether an object is in a segment.");
        one.MapPost("/members/check", AreIn).WithMetadata(new NotAudited("asks")).RequireAuthorization(Policies.Person).WithSummary("Which of many objects are in a segment.");
        one.MapGet("/subscribe", Subscribe).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .WithSummary("Events of a segment: who enters and who leaves.");
        one.MapPost("/webhooks", AddHook).RequireAuthorization(Policies.VendorChange).WithSummary("Adds a webhook that hears who enters and leaves.");
        one.MapDelete("/webhooks/{hook}", RemoveHook).RequireAuthorization(Policies.VendorChange).WithSummary("Removes a webhook.");
    }

    static Task<IReadOnlyList<SegmentInfo>> List(Caller caller, string tenant, string type) => Book(caller, tenant).Segments(type);

    static Task<SegmentTrial> Try(Caller caller, string tenant, string type, ExpressionBody body) => Book(caller, tenant).TrySegment(type, body.Expression ?? Require.Given<string>("expression"));

    static Task<SegmentOverlap> Overlap(Caller caller, string tenant, string type, OverlapBody body) =>
        caller.OfObjectType(tenant, type).Overlap(body.First ?? Require.Given<string>("first"), body.Second ?? Require.Given<string>("second"));

    static Task<SegmentMatrix> Overlaps(Caller caller, string tenant, string type, OverlapsBody body) =>
        caller.OfObjectType(tenant, type).Overlaps(body.Expressions ?? Require.Given<IReadOnlyList<string>>("expressions"));

    static async Task<Entity<SegmentView>> Get(Caller caller, string tenant, string type, string segment)
    {
        SegmentView found = await Book(caller, tenant).Segment(type, segment);
        return new(found, found.Info.Version);
    }

    static async Task<Entity<SegmentInfo>> Put(HttpContext http, Caller caller, string tenant, string type, string segment, SegmentBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        SegmentInfo put = await Book(caller, tenant).PutSegment(type, segment, new SegmentDraft(body.Title!, body.Expression ?? "", body.Owner), caller.Identity.Name, IfMatch.Read(ifMatch));
        http.Features.Set(new AuditNote(Detail: put.Expression));
        return new(put, put.Version);
    }

    static async Task<NoContent> Delete(Caller caller, string tenant, string type, string segment)
    {
        await Book(caller, tenant).DeleteSegment(type, segment, caller.Identity.Name);
        return TypedResults.NoContent();
    }

    static Task<Page<string>> Members(Caller caller, string tenant, string type, string segment, [AsParameters] PageQuery page) => caller.OfObjectType(tenant, type).SegmentMembers(segment, page.Check());

    static async Task<AreInAnswer> IsIn(Caller caller, string tenant, string type, string segment, string id) => new(await caller.OfObjectType(tenant, type).AreIn(segment, [id]));

    static async Task<AreInAnswer> AreIn(Caller caller, string tenant, string type, string segment, ObjectsBody body) =>
        new(await caller.OfObjectType(tenant, type).AreIn(segment, body.Objects ?? Require.Given<IReadOnlyList<string>>("objects")));

    static Task Subscribe(HttpContext http, Caller caller, EventStream stream, string tenant, string type, string segment)
    {
        string? seen = http.Request.Headers["Last-Event-ID"];
        return stream.RunAsync(http, caller, new LiveSegment(
            caller.OfObjectType(tenant, type), segment, long.TryParse(seen, NumberStyles.None, CultureInfo.InvariantCulture, out long cursor) ? cursor : null).AskAsync);
    }

    static async Task<SegmentHook> AddHook(HttpContext http, Caller caller, string tenant, string type, string segment, HookBody body)
    {
        SegmentHook added = await Book(caller, tenant).AddHook(type, segment, new SegmentHookDraft(body.Url ?? Require.Given<string>("url"), body.Secret), caller.Identity.Name);
        http.Features.Set(new AuditNote(Detail: $"{added.Id}: {new Uri(added.Url).Host}"));
        return added;
    }

    static async Task<NoContent> RemoveHook(Caller caller, string tenant, string type, string segment, string hook)
    {
        await Book(caller, tenant).RemoveHook(type, segment, hook, caller.Identity.Name);
        return TypedResults.NoContent();
    }

    static ITagBookGrain Book(Caller caller, string tenant) => caller.OfTenant<ITagBookGrain>(tenant);
}

/// <summary>What one stream has sent of a segment. The events' id is a place in the segments' topic, so that who comes back goes on where he was.</summary>
internal sealed class LiveSegment(ITagIndexGrain index, string segment, long? cursor)
{
    bool hasSize;

    public async Task AskAsync(EventWriter events)
    {
        SegmentEvents part = await index.Events(segment, cursor);
        cursor = part.Next;
        if (!hasSize || part.Items.Count > 0)
            events.Write("size", new SegmentSizeEvent((await index.Sizes()).Segments.GetValueOrDefault(segment)));
        hasSize = true;
        if (part.Items.Count > 0)
            events.Write("changes", part.Items, part.Next.ToString(CultureInfo.InvariantCulture));
    }
}

internal sealed record SegmentSizeEvent(long Size);

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tags;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Tags;

/// <summary>A tenant's object types, their tags, and the tags of objects.</summary>
internal static class TagEndpoints
{
    const int PeersDefault = 10;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder types = api.MapGroup("/tenants/{tenant}/types");
        types.MapGet("", Types).RequireAuthorization(Policies.Person).WithSummary("A tenant's object types.");
        RouteGroupBuilder one = types.MapGroup("/{type}");
        one.MapPut("", PutType).RequireAuthorization(Policies.VendorChange).WithSummary("Makes or changes an object type: which tables and views are its facts.");
        one.MapDelete("", DeleteType).RequireAuthorization(Policies.VendorChange).WithSummary("Deletes an object type that has no tags and segments.");
        one.MapGet("/tags", Tags).RequireAuthorization(Policies.Person).WithSummary("The tags of a type with their sizes.");
        one.MapGet("/tags/{tag}", Tag).RequireAuthorization(Policies.Person).WithSummary("One tag with its versions, its size over time, and what uses it.");
        one.MapPut("/tags/{tag}", PutTag).RequireAuthorization(Policies.VendorChange).WithSummary("Makes or changes a tag; its rule is checked over the tables and views first.");
        one.MapDelete("/tags/{tag}", DeleteTag).RequireAuthorization(Policies.VendorChange).WithSummary("Deletes a tag that nothing uses.");
        one.MapPost("/tags/{tag}/try", Try).WithMetadata(new NotAudited("asks")).RequireAuthorization(Policies.Person).WithSummary("What a rule would do: its size, who would enter and leave, what uses the tag.");
        one.MapGet("/tags/{tag}/members", Members).RequireAuthorization(Policies.Person).WithSummary("The objects that have a tag, page by page.");
        one.MapGet("/tags/{tag}/values", Spread).RequireAuthorization(Policies.Person).WithSummary("How a tag's values are spread over the objects that have it.");
        one.MapPost("/tags/{tag}/members", SetMembers).RequireAuthorization(Policies.VendorChange).WithSummary("Puts members into a tag that is a list, or takes them out.");
        one.MapGet("/objects/{id}/tags", OfObject).RequireAuthorization(Policies.Person).WithSummary("The tags of an object, each with its value and since when.");
        one.MapGet("/objects/{id}/tags/{tag}/why", Why).RequireAuthorization(Policies.Person).WithSummary("Why an object has a tag: since when, and which rows are behind it.");
        one.MapGet("/objects/{id}/peers", Peers).RequireAuthorization(Policies.Person).WithSummary("Objects whose tags are most like an object's.");
        one.MapGet("/objects/{id}/timeline", Timeline).RequireAuthorization(Policies.Person).WithSummary("When tags and segments came to an object and left it.");
        one.MapPost("/objects/tags", OfObjects).WithMetadata(new NotAudited("asks")).RequireAuthorization(Policies.Person).WithSummary("The tags of many objects.");
    }

    static Task<IReadOnlyList<ObjectTypeInfo>> Types(Caller caller, string tenant) => Book(caller, tenant).Types();

    static async Task<Entity<ObjectTypeInfo>> PutType(Caller caller, string tenant, string type, ObjectTypeBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        ObjectTypeInfo put = await Book(caller, tenant).PutType(type, new ObjectTypeDraft(body.Title!, body.Facts ?? Require.Given<IReadOnlyList<TagFacts>>("facts")), caller.Identity.Name, IfMatch.Read(ifMatch));
        return new(put, put.Version);
    }

    static async Task<NoContent> DeleteType(Caller caller, string tenant, string type)
    {
        await Book(caller, tenant).DeleteType(type, caller.Identity.Name);
        return TypedResults.NoContent();
    }

    static Task<IReadOnlyList<TagInfo>> Tags(Caller caller, string tenant, string type) => Book(caller, tenant).Tags(type);

    static async Task<Entity<TagView>> Tag(Caller caller, string tenant, string type, string tag)
    {
        TagView found = await Book(caller, tenant).Tag(type, tag);
        return new(found, found.Info.Version);
    }

    static async Task<Entity<TagInfo>> PutTag(HttpContext http, Caller caller, string tenant, string type, string tag, TagBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        TagInfo put = await Book(caller, tenant).PutTag(type, tag, body.ToDraft(), caller.Identity.Name, IfMatch.Read(ifMatch));
        http.Features.Set(new AuditNote(Detail: $"{put.Kind}: {put.Rule.Query ?? (put.Rule.IsList ? "a list" : $"{put.Rule.Condition} {put.Rule.Value}".Trim())}"));
        return new(put, put.Version);
    }

    static async Task<NoContent> DeleteTag(Caller caller, string tenant, string type, string tag)
    {
        await Book(caller, tenant).DeleteTag(type, tag, caller.Identity.Name);
        return TypedResults.NoContent();
    }

    static Task<TagTrial> Try(Caller caller, string tenant, string type, string tag, TagBody body) => Book(caller, tenant).Try(type, tag, body.ToDraft());

    static async Task<Page<string>> Members(Caller caller, string tenant, string type, string tag, [AsParameters] PageQuery page)
    {
        // The name is checked before it stands in an expression.
        await Book(caller, tenant).Tag(type, tag);
        return await caller.OfObjectType(tenant, type).Members(tag, page.Check());
    }

    static Task<TagSpread> Spread(Caller caller, string tenant, string type, string tag) => caller.OfObjectType(tenant, type).Spread(tag);

    static async Task<TagMembersAnswer> SetMembers(HttpContext http, Caller caller, string tenant, string type, string tag, TagMembersBody body)
    {
        IReadOnlyList<TagMember> members = body.Members ?? Require.Given<IReadOnlyList<TagMember>>("members");
        int rows = await Book(caller, tenant).SetMembers(type, tag, members, caller.Identity.Name);
        http.Features.Set(new AuditNote(Detail: $"{members.Count(static member => member.IsMember)} put, {members.Count(static member => !member.IsMember)} taken"));
        return new TagMembersAnswer(rows);
    }

    static async Task<ObjectTags> OfObject(Caller caller, string tenant, string type, string id) => (await caller.OfObjectType(tenant, type).TagsOf([id]))[0];

    static Task<TagReason> Why(Caller caller, string tenant, string type, string id, string tag) => Book(caller, tenant).Why(type, tag, id);

    static Task<TagPeers> Peers(Caller caller, string tenant, string type, string id, int? limit) => caller.OfObjectType(tenant, type).Peers(id, limit ?? PeersDefault);

    static Task<TagTimeline> Timeline(Caller caller, string tenant, string type, string id) => caller.OfObjectType(tenant, type).Timeline(id);

    static Task<IReadOnlyList<ObjectTags>> OfObjects(Caller caller, string tenant, string type, ObjectsBody body) =>
        caller.OfObjectType(tenant, type).TagsOf(body.Objects ?? Require.Given<IReadOnlyList<string>>("objects"));

    static ITagBookGrain Book(Caller caller, string tenant) => caller.OfTenant<ITagBookGrain>(tenant);
}

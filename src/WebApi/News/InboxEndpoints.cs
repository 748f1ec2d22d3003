using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.News;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Limits;

namespace Orrery.WebApi.News;

/// <summary>Inboxes: a person's own in the portal, and those of a site's objects for its programs.</summary>
internal static class InboxEndpoints
{
    const int ObjectLengthMax = 200;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder own = api.MapGroup("/inbox");
        own.MapGet("", Own).RequireAuthorization(Policies.Person).WithSummary("The news of who is signed in, the newest first.");
        own.MapGet("/unread", Unread).RequireAuthorization(Policies.Person).WithSummary("How many of them are not read.");
        own.MapPost("/{tenant}/{article}/{step}", Mark).WithMetadata(new NotAudited("a reader's receipt, kept with the article")).RequireAuthorization(Policies.Person).WithSummary("Notes that one was read, or that a link in it was followed.");
        own.MapGet("/{tenant}/{article}/files/{file}", OwnFile).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "application/octet-stream").WithSummary("A file of one of them.");
        RouteGroupBuilder agent = api.MapGroup("/agent/news");
        agent.MapGet("", Open).WithMetadata(new LongWait()).RequireAuthorization(Policies.SiteKey).WithSummary("The news of an object; with a stamp and a wait, as soon as there are others.");
        agent.MapPost("/receipts", Receipt).RequireAuthorization(Policies.SiteKey).WithSummary("Notes that one was read, or that a link in it was followed.");
        agent.MapGet("/{article}/files/{file}", File).RequireAuthorization(Policies.SiteKey).Produces<string>(StatusCodes.Status200OK, "application/octet-stream").WithSummary("A file of one of them.");
    }

    static async Task<NewsInbox> Own(Caller caller, string? language)
    {
        string name = caller.Identity.User!.Name;
        NewsInbox[] parts = await Task.WhenAll((await caller.OwnInboxesAsync()).Select(inbox => inbox.Open(name, NewsChannel.Portal, language, null, 0)));
        return new([.. parts.SelectMany(static part => part.Items).OrderByDescending(static item => item.At)], parts.Sum(static part => part.Unread), "");
    }

    static async Task<UnreadAnswer> Unread(Caller caller)
    {
        string name = caller.Identity.User!.Name;
        return new((await Task.WhenAll((await caller.OwnInboxesAsync()).Select(inbox => inbox.Unread(name, NewsChannel.Portal)))).Sum());
    }

    static async Task<NoContent> Mark(Caller caller, string tenant, string article, string step)
    {
        NewsStep noted = step switch
        {
            "read" => NewsStep.Read,
            "clicked" => NewsStep.Clicked,
            _ => throw new NotFoundException("A reader tells 'read' or 'clicked'."),
        };
        await InboxWithAsync(caller, EntityKeys.Site(tenant, article), inbox => inbox.Mark(EntityKeys.Site(tenant, article), caller.Identity.User!.Name, NewsChannel.Portal, noted));
        return TypedResults.NoContent();
    }

    static async Task<IResult> OwnFile(Caller caller, string tenant, string article, string file)
    {
        string key = EntityKeys.Site(tenant, article), name = caller.Identity.User!.Name;
        await InboxWithAsync(caller, key, async inbox =>
        {
            if (!(await inbox.Open(name, NewsChannel.Portal, null, null, 0)).Items.Any(item => item.Article == key && !item.IsWithdrawn))
                throw new NotFoundException($"You have no article '{key}'.");
        });
        return await NewsEndpoints.FileAsync(caller.OfNews(tenant, article), file);
    }

    static Task<NewsInbox> Open(Caller caller, string? type, string? @object, string? language, string? stamp, int? wait) =>
        caller.OfOwnInbox(type ?? Require.Given<string>("type"), Recipient(@object)).Open(Recipient(@object), NewsChannel.Sdk, language, stamp, wait ?? 0);

    static async Task<NoContent> Receipt(Caller caller, NewsReceiptBody body)
    {
        string article = body.Article ?? Require.Given<string>("article"), tenant = caller.Identity.Key!.Tenant;
        if (EntityKeys.TenantOf(article) != tenant)
            throw new NotFoundException($"There is no article '{article}'.");
        await caller.OfOwnInbox(body.Type ?? Require.Given<string>("type"), Recipient(body.Object)).Mark(article, Recipient(body.Object), NewsChannel.Sdk, body.Step ?? Require.Given<NewsStep>("step"));
        return TypedResults.NoContent();
    }

    static async Task<IResult> File(Caller caller, string article, string file)
    {
        INewsArticleGrain grain = caller.OfOwnNews(article);
        NewsInfo info = await grain.Get();
        return info.State is NewsState.Sending or NewsState.Sent && info.Draft.Channels.Contains(NewsChannel.Sdk) ? await NewsEndpoints.FileAsync(grain, file) : throw new NotFoundException($"There is no article '{article}'.");
    }

    static string Recipient(string? recipient) => recipient is { Length: >= 1 and <= ObjectLengthMax } ? recipient : throw new InvalidInputException("object", $"object is to be an object's id of 1 to {ObjectLengthMax} characters.");

    /// <summary>Does it with that of the caller's inboxes that has the article.</summary>
    static async Task InboxWithAsync(Caller caller, string article, Func<INewsInboxGrain, Task> act)
    {
        foreach (INewsInboxGrain inbox in await caller.OwnInboxesAsync())
        {
            try
            {
                await act(inbox);
                return;
            }
            catch (NotFoundException)
            {
                // It may be in another one.
            }
        }

        throw new NotFoundException($"You have no article '{article}'.");
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.News;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.News;

/// <summary>A tenant's articles: written, approved by somebody else, sent, counted, taken back.</summary>
internal static class NewsEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder news = api.MapGroup("/tenants/{tenant}/news");
        news.MapGet("", List).RequireAuthorization(Policies.Person).WithSummary("A tenant's articles, the newest change first.");
        news.MapPost("/preview", Preview).WithMetadata(new NotAudited("asks")).RequireAuthorization(Policies.Person).WithSummary("Markdown as it will be shown.");
        news.MapPost("/audience", Size).WithMetadata(new NotAudited("asks")).RequireAuthorization(Policies.Person).WithSummary("How many an audience would reach now, and some of them.");
        RouteGroupBuilder settings = api.MapGroup("/tenants/{tenant}/news-settings");
        settings.MapGet("", Settings).RequireAuthorization(Policies.Person).WithSummary("Caps, quiet hours, the webhook, and how objects are reached.");
        settings.MapPut("", PutSettings).RequireAuthorization(Policies.TenantChange).WithSummary("Changes them.");
        RouteGroupBuilder one = news.MapGroup("/{article}");
        one.MapGet("", Get).RequireAuthorization(Policies.Person).WithSummary("One article.");
        one.MapPut("", Put).RequireAuthorization(Policies.TenantChange).WithSummary("Writes an article, or its next version. 409 with the difference where somebody else wrote one since.");
        one.MapDelete("", Delete).RequireAuthorization(Policies.TenantChange).WithSummary("Deletes an article that is not on its way, with its receipts.");
        one.MapPost("/submit", Submit).RequireAuthorization(Policies.TenantChange).WithSummary("Asks for approval.");
        one.MapPost("/approve", Approve).RequireAuthorization(Policies.TenantChange).WithSummary("Approves an article that somebody else wrote: it is sent when its time comes.");
        one.MapPost("/reject", Reject).RequireAuthorization(Policies.TenantChange).WithSummary("Gives it back to its author.");
        one.MapPost("/recall", Recall).RequireAuthorization(Policies.TenantChange).WithSummary("Takes it back: it vanishes where it was not read, and what is not handed over is dropped.");
        one.MapPost("/resend", Resend).RequireAuthorization(Policies.TenantChange).WithSummary("Sends it once more to those who have not read it.");
        one.MapGet("/versions", Versions).RequireAuthorization(Policies.Person).WithSummary("Its versions, the newest first.");
        one.MapGet("/funnel", Funnel).RequireAuthorization(Policies.Person).WithSummary("How many it reached, by channel, form and step.");
        one.MapGet("/receipts/{id}", Receipt).RequireAuthorization(Policies.Person).WithSummary("How far it has come with a recipient.");
        one.MapGet("/files/{file}", File).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "application/octet-stream").WithSummary("A file of it.");
        one.MapPut("/files/{file}", PutFile).RequireAuthorization(Policies.TenantChange).WithSummary("Puts a file to it: PDF, PNG, JPEG, GIF, WebP or plain text of at most 1 MiB.");
        one.MapDelete("/files/{file}", DeleteFile).RequireAuthorization(Policies.TenantChange).WithSummary("Takes a file away.");
    }

    static Task<IReadOnlyList<NewsSummary>> List(Caller caller, string tenant) => Book(caller, tenant).List();

    static async Task<PreviewAnswer> Preview(Caller caller, string tenant, PreviewBody body) => new(await Book(caller, tenant).Preview(body.Markdown ?? ""));

    static Task<NewsAudienceSize> Size(Caller caller, string tenant, NewsAudience body) => Book(caller, tenant).Size(body);

    static async Task<Entity<NewsSettings>> Settings(Caller caller, string tenant)
    {
        NewsSettings found = await (await caller.OfKnownTenantAsync<INewsBookGrain>(tenant)).Settings();
        return new(found, found.Version);
    }

    static async Task<Entity<NewsSettings>> PutSettings(HttpContext http, Caller caller, string tenant, NewsSettingsBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        NewsSettings put = await Book(caller, tenant).PutSettings(body.ToSettings(), caller.Identity.Name, IfMatch.Read(ifMatch));
        Note(http, $"cap {put.CapCount} in {put.CapDays} days, quiet {put.QuietFrom ?? "never"} to {put.QuietUntil ?? "never"}, {put.Reach.Count} types, webhook {(put.WebhookUrl is { } url ? new Uri(url).Host : "none")}");
        return new(put, put.Version);
    }

    static async Task<Entity<NewsInfo>> Get(Caller caller, string tenant, string article) => Answer(await caller.OfNews(tenant, article).Get());

    static async Task<Entity<NewsInfo>> Put(HttpContext http, Caller caller, string tenant, string article, NewsBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        NewsInfo put = await caller.OfNews(tenant, article).Put(body.ToDraft(), caller.Identity.Name, IfMatch.Read(ifMatch));
        Note(http, $"version {put.Version}: {put.Draft.Texts[0].Title}");
        return Answer(put);
    }

    static async Task<NoContent> Delete(Caller caller, string tenant, string article)
    {
        await caller.OfNews(tenant, article).Delete(caller.Identity.Name);
        return TypedResults.NoContent();
    }

    static Task<Entity<NewsInfo>> Submit(HttpContext http, Caller caller, string tenant, string article, SubmitBody body, [FromHeader(Name = "If-Match")] string? ifMatch) =>
        Moved(http, caller.OfNews(tenant, article).Submit(caller.Identity.Name, IfMatch.Read(ifMatch), body.ConfirmedSize));

    static Task<Entity<NewsInfo>> Approve(HttpContext http, Caller caller, string tenant, string article, [FromHeader(Name = "If-Match")] string? ifMatch) =>
        Moved(http, caller.OfNews(tenant, article).Approve(caller.Identity.Name, IfMatch.Read(ifMatch)));

    static Task<Entity<NewsInfo>> Reject(HttpContext http, Caller caller, string tenant, string article, ReasonBody body) => Moved(http, caller.OfNews(tenant, article).Reject(caller.Identity.Name, body.Reason ?? ""));

    static Task<Entity<NewsInfo>> Recall(HttpContext http, Caller caller, string tenant, string article, ReasonBody body) => Moved(http, caller.OfNews(tenant, article).Recall(caller.Identity.Name, body.Reason ?? ""));

    static Task<Entity<NewsInfo>> Resend(HttpContext http, Caller caller, string tenant, string article) => Moved(http, caller.OfNews(tenant, article).Resend(caller.Identity.Name));

    static Task<IReadOnlyList<NewsVersion>> Versions(Caller caller, string tenant, string article) => caller.OfNews(tenant, article).Versions();

    static Task<NewsFunnel> Funnel(Caller caller, string tenant, string article) => caller.OfNews(tenant, article).Funnel();

    static Task<NewsReceipt> Receipt(Caller caller, string tenant, string article, string id) => caller.OfNews(tenant, article).Receipt(id);

    static Task<IResult> File(Caller caller, string tenant, string article, string file) => FileAsync(caller.OfNews(tenant, article), file);

    /// <summary>Never as anything that a browser would run: as what its bytes are, to be saved.</summary>
    public static async Task<IResult> FileAsync(INewsArticleGrain article, string file)
    {
        byte[] content = await article.Attachment(file);
        NewsAttachment info = (await article.Get()).Attachments.FirstOrDefault(known => known.Name == file) ?? throw new NotFoundException($"There is no file '{file}'.");
        return TypedResults.File(content, info.Type, info.Name);
    }

    static async Task<Entity<NewsInfo>> PutFile(HttpContext http, Caller caller, string tenant, string article, string file, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        using var content = new MemoryStream();
        await http.Request.Body.CopyToAsync(content, http.RequestAborted);
        NewsInfo put = await caller.OfNews(tenant, article).Attach(file, content.ToArray(), caller.Identity.Name, IfMatch.Read(ifMatch));
        Note(http, $"version {put.Version}: {file}, {content.Length} bytes");
        return Answer(put);
    }

    static async Task<Entity<NewsInfo>> DeleteFile(Caller caller, string tenant, string article, string file, [FromHeader(Name = "If-Match")] string? ifMatch) =>
        Answer(await caller.OfNews(tenant, article).Attach(file, null, caller.Identity.Name, IfMatch.Read(ifMatch)));

    static async Task<Entity<NewsInfo>> Moved(HttpContext http, Task<NewsInfo> move)
    {
        NewsInfo info = await move;
        Note(http, $"{JsonText.CamelCase(info.State.ToString())}, {info.Size} recipients{(info.Reason is { } reason ? $": {reason}" : "")}");
        return Answer(info);
    }

    static Entity<NewsInfo> Answer(NewsInfo info) => new(info, info.Version);

    static void Note(HttpContext http, string detail) => http.Features.Set(new AuditNote(Detail: detail));

    static INewsBookGrain Book(Caller caller, string tenant) => caller.OfTenant<INewsBookGrain>(tenant);
}

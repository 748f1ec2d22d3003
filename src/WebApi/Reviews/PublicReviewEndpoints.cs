using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Orrery.Interfaces.Reviews;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Errors;
using Orrery.WebApi.Limits;

namespace Orrery.WebApi.Reviews;

/// <summary>
/// A form for whoever holds its link: the widget's script, a page of its own, and what both ask for. Browsers let pages read the answers only from this server and from the form's listed origins; writing is bounded by a rate of the address.
/// </summary>
internal static partial class PublicReviewEndpoints
{
    const string Preflight = "OPTIONS", ScriptPath = "/widgets/reviews.js", ScriptResource = "Orrery.WebApi.Reviews.widget.js";
    static readonly NotAudited NotAudited = new("The review itself is kept.");
    static readonly byte[] Script = ReadScript();

    public static void Map(WebApplication app, RouteGroupBuilder api)
    {
        app.MapGet(ScriptPath, Widget).RequireAuthorization(Policies.Open).ExcludeFromDescription();
        app.MapGet("/r/{link}", Page).RequireAuthorization(Policies.Open).ExcludeFromDescription();
        RouteGroupBuilder form = api.MapGroup("/public/reviews/{link}");
        form.MapGet("", Offer).RequireAuthorization(Policies.Open).WithSummary("The form behind a public link, and whether it is to be shown.");
        form.MapPost("", Submit).RequireAuthorization(Policies.Open).WithMetadata(new PublicWrite(), NotAudited).WithSummary("Takes a review.");
        form.MapMethods("", [Preflight], Allow).RequireAuthorization(Policies.Open).ExcludeFromDescription();
        form.MapPost("/shown", Shown).RequireAuthorization(Policies.Open).WithMetadata(new PublicWrite(), NotAudited).WithSummary("The form was shown to somebody.");
        form.MapMethods("/shown", [Preflight], Allow).RequireAuthorization(Policies.Open).ExcludeFromDescription();
        form.MapGet("/published", Published).RequireAuthorization(Policies.Open).WithSummary("The newest reviews that were published.");
        form.MapGet("/submissions/{submission}", Receipt).RequireAuthorization(Policies.Open).WithSummary("A review as its reviewer sees it, with the reply.");
    }

    static async Task<ReviewOffer> Offer(HttpContext http, Caller caller, string link, string? subject, string? proof)
    {
        (IReviewBookGrain book, string form) = await EnterAsync(http, caller, link);
        return await book.Offer(form, new ReviewSubject(subject, proof));
    }

    static async Task<ReviewReceipt> Submit(HttpContext http, Caller caller, string link, SubmissionBody body)
    {
        (IReviewBookGrain book, string form) = await EnterAsync(http, caller, link);
        return await book.Submit(form, new ReviewSubject(body.Subject, body.Proof), body.ToSubmission());
    }

    static async Task<NoContent> Shown(HttpContext http, Caller caller, string link, SubjectBody body)
    {
        (IReviewBookGrain book, string form) = await EnterAsync(http, caller, link);
        await book.Shown(form, new ReviewSubject(body.Subject, body.Proof));
        return TypedResults.NoContent();
    }

    static async Task<IReadOnlyList<PublishedReview>> Published(HttpContext http, Caller caller, string link)
    {
        (IReviewBookGrain book, string form) = await EnterAsync(http, caller, link);
        return await book.Published(form);
    }

    static async Task<ReviewReceipt> Receipt(HttpContext http, Caller caller, string link, string submission)
    {
        (IReviewBookGrain book, string form) = await EnterAsync(http, caller, link);
        return await book.Receipt(form, submission);
    }

    static async Task<NoContent> Allow(HttpContext http, Caller caller, string link)
    {
        await EnterAsync(http, caller, link);
        (http.Response.Headers.AccessControlAllowMethods, http.Response.Headers.AccessControlAllowHeaders, http.Response.Headers.AccessControlMaxAge) = ("GET, POST", HeaderNames.ContentType, "600");
        return TypedResults.NoContent();
    }

    static async Task<(IReviewBookGrain Book, string Form)> EnterAsync(HttpContext http, Caller caller, string link)
    {
        (IReviewBookGrain book, string form) = await caller.OfReviewLinkAsync(link);
        IReadOnlyList<string> origins = await book.Origins(form);
        http.Response.Headers.Vary = HeaderNames.Origin;
        string origin = http.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || IsOwn(http, origin))
            return (book, form);
        if (!origins.Contains(origin))
            throw new RefusedException(StatusCodes.Status403Forbidden, "The form does not list this page's origin. Who keeps the form can add it.");
        // Also where the answer is a refusal, which the page must be able to read.
        http.Response.OnStarting(() =>
        {
            (http.Response.Headers.AccessControlAllowOrigin, http.Response.Headers.Vary) = (origin, HeaderNames.Origin);
            return Task.CompletedTask;
        });
        return (book, form);
    }

    /// <summary>A proxy may speak another scheme to this server than the browser does to it.</summary>
    static bool IsOwn(HttpContext http, string origin) => Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.Authority == http.Request.Host.Value;

    static FileContentHttpResult Widget(HttpContext http)
    {
        // Any page may load the script; what it may ask for, the form says.
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        http.Response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Bytes(Script, "text/javascript; charset=utf-8");
    }

    /// <summary>The widget alone on a page. A link is base64url and needs no escaping; anything else is none.</summary>
    static IResult Page(string link) => !link.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? Results.NotFound() : Results.Content(
        $"""
        <!doctype html>
        <html lang="zh">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>Orrery</title></head>
        <body style="margin:0;background:Canvas;color-scheme:light dark"><main id="form" style="max-width:36rem;margin:0 auto;padding:1rem"></main><script src="{ScriptPath}" data-form="{link}" data-into="form"></script></body>
        </html>
        """, "text/html; charset=utf-8");

    /// <summary>The script as it is sent: without indentation and comments.</summary>
    static byte[] ReadScript()
    {
        using Stream stream = typeof(PublicReviewEndpoints).Assembly.GetManifestResourceStream(ScriptResource) ?? throw new InvalidOperationException($"The assembly has no resource '{ScriptResource}'.");
        using var reader = new StreamReader(stream);
        string plain = Comment().Replace(reader.ReadToEnd(), "");
        return Encoding.UTF8.GetBytes(string.Join('\n', plain.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))));
    }

    [GeneratedRegex(@"/\* .*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();
}

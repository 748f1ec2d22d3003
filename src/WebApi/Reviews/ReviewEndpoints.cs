using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Reviews;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Reviews;

/// <summary>Reviews as the tenant's people read, answer and count them.</summary>
internal static class ReviewEndpoints
{
    const int HoursUsual = 48;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder reviews = api.MapGroup("/tenants/{tenant}/reviews");
        reviews.MapGet("", List).RequireAuthorization(Policies.Person).WithSummary("A tenant's reviews, the newest first; q searches texts and replies.");
        reviews.MapGet("/results", Results).RequireAuthorization(Policies.Person).WithSummary("NPS, CSAT, stars and sentiment over time, by tag, version or module.");
        reviews.MapPost("/sentiment", Judge).RequireAuthorization(Policies.Person).WithMetadata(new NotAudited("Changes nothing.")).WithSummary("How a text would be judged.");
        reviews.MapGet("/model", Model).RequireAuthorization(Policies.Person).WithSummary("How the tenant's own sentiment model does; null where there is none.");
        reviews.MapPost("/model", Train).RequireAuthorization(Policies.TenantChange).WithSummary("Trains a sentiment model, which is used where it does better than the lexicon.");
        RouteGroupBuilder one = reviews.MapGroup("/{review}");
        one.MapGet("", Get).RequireAuthorization(Policies.Person).WithSummary("One review.");
        one.MapGet("/screenshots/{question}", Screenshot).RequireAuthorization(Policies.Person).Produces<byte[]>(StatusCodes.Status200OK, "image/png", "image/jpeg", "image/webp").WithSummary("A review's picture.");
        one.MapPost("/moderation", Moderate).RequireAuthorization(Policies.TenantChange).WithSummary("Publishes or hides a review.");
        one.MapPost("/reply", Reply).RequireAuthorization(Policies.TenantChange).WithSummary("Answers the reviewer.");
        one.MapPost("/task", Assign).RequireAuthorization(Policies.TenantChange).WithSummary("Gives a review to somebody, with a deadline; or to nobody.");
    }

    static async Task<Page<Review>> List(Caller caller, string tenant, [AsParameters] PageQuery page, [AsParameters] ReviewQuery query)
    {
        PageRequest request = page.Check();
        return await (await caller.OfKnownTenantAsync<IReviewBookGrain>(tenant)).List(query.ToFilter(), request);
    }

    static async Task<ReviewResults> Results(Caller caller, string tenant, [AsParameters] ReviewQuery query, string? by, string? step) =>
        await (await caller.OfKnownTenantAsync<IReviewBookGrain>(tenant)).Results(query.ToFilter(), ReviewQuery.Word<ResultGroup>("by", by) ?? ResultGroup.None, ReviewQuery.Word<ResultStep>("step", step) ?? ResultStep.Week);

    static Task<ReviewSentiment> Judge(Caller caller, string tenant, JudgeBody body) => caller.OfTenant<IReviewBookGrain>(tenant).Judge(body.Text ?? "");

    static Task<SentimentReport?> Model(Caller caller, string tenant) => caller.OfTenant<IReviewBookGrain>(tenant).Model();

    static async Task<SentimentReport> Train(HttpContext http, Caller caller, string tenant, TrainBody body)
    {
        LabelledText[] texts = [.. (body.Texts ?? []).Select(static (text, at) => new LabelledText(text?.Text ?? "", text?.Label ?? throw new InvalidInputException($"texts[{at}].label", "Say negative, neutral or positive.")))];
        SentimentReport report = await (await caller.OfKnownTenantAsync<IReviewBookGrain>(tenant)).Train(texts, caller.Identity.Name);
        http.Features.Set(new AuditNote(Detail: string.Create(CultureInfo.InvariantCulture, $"{report.Texts} texts, F1 {report.MacroF1}, the lexicon's {report.LexiconMacroF1}: {(report.IsUsed ? "used" : "not used")}")));
        return report;
    }

    static async Task<Entity<Review>> Get(Caller caller, string tenant, string review) => Versioned(await caller.OfTenant<IReviewBookGrain>(tenant).Get(Number(review)));

    static async Task<FileContentHttpResult> Screenshot(HttpContext http, Caller caller, string tenant, string review, string question)
    {
        IReviewBookGrain book = caller.OfTenant<IReviewBookGrain>(tenant);
        long number = Number(review);
        string type = (await book.Get(number)).Answers.FirstOrDefault(answer => answer.Question == question)?.Image?.Type ?? throw new NotFoundException($"The review {number} has no such picture.");
        // A stranger's bytes: nothing in them may run.
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return TypedResults.File(await book.Screenshot(number, question), type);
    }

    static async Task<Entity<Review>> Moderate(HttpContext http, Caller caller, string tenant, string review, ModerateBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        IReviewBookGrain book = caller.OfTenant<IReviewBookGrain>(tenant);
        long number = Number(review);
        ModerationState state = body.State ?? throw new InvalidInputException("state", "Say which: published, hidden or pending.");
        http.Features.Set(new AuditNote(Detail: body.Reason is { } reason ? $"{state.ToString().ToLowerInvariant()}: {reason}" : state.ToString().ToLowerInvariant()));
        return Versioned(await book.Moderate(number, state, body.Reason, caller.Identity.Name, IfMatch.Read(ifMatch)));
    }

    static async Task<Entity<Review>> Reply(HttpContext http, Caller caller, string tenant, string review, ReplyBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        http.Features.Set(new AuditNote(Detail: body.Text));
        return Versioned(await caller.OfTenant<IReviewBookGrain>(tenant).Reply(Number(review), body.Text ?? "", caller.Identity.Name, IfMatch.Read(ifMatch)));
    }

    static async Task<Entity<Review>> Assign(HttpContext http, Caller caller, string tenant, string review, AssignBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        http.Features.Set(new AuditNote(Detail: body.Owner is { } owner ? $"to {owner}, {body.Hours ?? HoursUsual} hours" : "to nobody"));
        return Versioned(await caller.OfTenant<IReviewBookGrain>(tenant).Assign(Number(review), body.Owner, body.Hours ?? HoursUsual, caller.Identity.Name, IfMatch.Read(ifMatch)));
    }

    static long Number(string review) => long.TryParse(review, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw new NotFoundException($"'{(review.Length <= 20 ? review : review[..20])}' is no review's number.");

    static Entity<Review> Versioned(Review review) => new(review, review.Version);
}

/// <summary>Which reviews.</summary>
internal readonly struct ReviewQuery
{
    public string? Form { get; init; }

    /// <summary>negative, neutral or positive.</summary>
    public string? Sentiment { get; init; }

    /// <summary>pending, published or hidden.</summary>
    public string? State { get; init; }

    public string? Owner { get; init; }

    /// <summary>Only those that somebody should have answered by now.</summary>
    public bool? Overdue { get; init; }

    public string? Tag { get; init; }

    /// <summary>The product's.</summary>
    public string? Version { get; init; }

    public string? Module { get; init; }

    public string? Subject { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    public ReviewFilter ToFilter() => From >= To
        ? throw new InvalidInputException("to", $"'to' ({To:u}) is not after 'from' ({From:u}).")
        : new ReviewFilter(Form, Word<SentimentLabel>("sentiment", Sentiment), Word<ModerationState>("state", State), Owner, Overdue ?? false, Tag, Version, Module, Subject, From, To);

    /// <summary>A word of an enumeration, as JSON has it.</summary>
    public static T? Word<T>(string field, string? word)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(word))
            return null;
        foreach (T value in Enum.GetValues<T>())
            if (JsonText.CamelCase(value.ToString()) == word)
                return value;
        throw new InvalidInputException(field, $"'{(word.Length <= 40 ? word : word[..40])}' is none of {string.Join(", ", Enum.GetNames<T>().Select(JsonText.CamelCase))}.");
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Reviews;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Reviews;

/// <summary>Forms that ask people for reviews.</summary>
internal static class ReviewFormEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder forms = api.MapGroup("/tenants/{tenant}/review-forms");
        forms.MapGet("", List).RequireAuthorization(Policies.Person).WithSummary("A tenant's forms, by id.");
        RouteGroupBuilder one = forms.MapGroup("/{form}");
        one.MapGet("", Get).RequireAuthorization(Policies.Person).WithSummary("One form.");
        one.MapPut("", Put).RequireAuthorization(Policies.TenantChange).WithSummary("Makes a form, or changes one that is not closed.");
        one.MapDelete("", Delete).RequireAuthorization(Policies.TenantChange).WithSummary("Deletes a form with its reviews.");
        one.MapPost("/state", SetState).RequireAuthorization(Policies.TenantChange).WithSummary("Opens a draft, or closes an open form.");
        one.MapPost("/link", RenewLink).RequireAuthorization(Policies.TenantChange).WithSummary("Gives an open form another public link; the one before leads nowhere.");
        one.MapGet("/versions", Versions).RequireAuthorization(Policies.Person).WithSummary("A form's versions, the newest first.");
        one.MapPost("/invitations", Invite).RequireAuthorization(Policies.TenantChange).WithSummary("Proofs of who people are, for links and widgets.");
    }

    static async Task<IReadOnlyList<ReviewForm>> List(Caller caller, string tenant) => await (await caller.OfKnownTenantAsync<IReviewBookGrain>(tenant)).Forms();

    static async Task<Entity<ReviewForm>> Get(Caller caller, string tenant, string form) => Versioned(await caller.OfTenant<IReviewBookGrain>(tenant).Form(form));

    static async Task<Entity<ReviewForm>> Put(HttpContext http, Caller caller, string tenant, string form, FormBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        ReviewForm put = await (await caller.OfKnownTenantAsync<IReviewBookGrain>(tenant)).PutForm(form, body.ToDraft(), caller.Identity.Name, IfMatch.Read(ifMatch));
        http.Features.Set(new AuditNote(Detail: $"{put.Draft.Title.En}: {put.Draft.Questions.Count} questions, shown {put.Draft.Trigger.Kind}{(put.Draft.Segment is { } segment ? $" to {put.Draft.ObjectType}/{segment}" : "")}"));
        return Versioned(put);
    }

    static async Task<NoContent> Delete(HttpContext http, Caller caller, string tenant, string form, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        IReviewBookGrain book = caller.OfTenant<IReviewBookGrain>(tenant);
        int reviews = (await book.Form(form)).Reviews;
        await book.DeleteForm(form, caller.Identity.Name, IfMatch.Read(ifMatch));
        http.Features.Set(new AuditNote(Detail: $"with {reviews} reviews"));
        return TypedResults.NoContent();
    }

    static async Task<Entity<ReviewForm>> SetState(HttpContext http, Caller caller, string tenant, string form, FormStateBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        IReviewBookGrain book = caller.OfTenant<IReviewBookGrain>(tenant);
        ReviewFormState state = body.State ?? throw new InvalidInputException("state", "Say which: open or closed.");
        http.Features.Set(new AuditNote(Detail: state.ToString().ToLowerInvariant()));
        return Versioned(await book.SetState(form, state, caller.Identity.Name, IfMatch.Read(ifMatch)));
    }

    static async Task<Entity<ReviewForm>> RenewLink(Caller caller, string tenant, string form, [FromHeader(Name = "If-Match")] string? ifMatch) =>
        Versioned(await caller.OfTenant<IReviewBookGrain>(tenant).RenewLink(form, caller.Identity.Name, IfMatch.Read(ifMatch)));

    static Task<IReadOnlyList<ReviewFormVersion>> Versions(Caller caller, string tenant, string form) => caller.OfTenant<IReviewBookGrain>(tenant).Versions(form);

    static async Task<IReadOnlyList<ReviewInvitation>> Invite(HttpContext http, Caller caller, string tenant, string form, InviteBody body)
    {
        http.Features.Set(new AuditNote(Detail: $"{body.Subjects?.Count ?? 0} people"));
        return await caller.OfTenant<IReviewBookGrain>(tenant).Invite(form, Subjects(body));
    }

    public static string[] Subjects(InviteBody body) => [.. (body.Subjects ?? []).Select(static subject => subject ?? "")];

    static Entity<ReviewForm> Versioned(ReviewForm form) => new(form, form.Version);
}

using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces.Reviews;
using Orrery.WebApi.Access;
using Orrery.WebApi.Limits;

namespace Orrery.WebApi.Reviews;

/// <summary>Reviews for programs at sites: the key is the tenant's word for who the subject is.</summary>
internal static class AgentReviewEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder form = api.MapGroup("/agent/reviews/{form}").WithMetadata(new Door());
        form.MapGet("", Offer).RequireAuthorization(Policies.SiteKey).WithSummary("An open form, and whether it is to be shown to a subject.");
        form.MapPost("", Submit).RequireAuthorization(Policies.SiteKey).WithSummary("Takes a review, once of each subject.");
        form.MapPost("/shown", Shown).RequireAuthorization(Policies.SiteKey).WithSummary("A form was shown to a subject.");
        form.MapPost("/invitations", Invite).RequireAuthorization(Policies.SiteKey).WithSummary("Proofs of who people are, for links and widgets.");
    }

    static Task<ReviewOffer> Offer(Caller caller, string form, string? subject) => caller.OwnReviews().Offer(form, new ReviewSubject(subject, IsTrusted: true));

    static Task<ReviewReceipt> Submit(Caller caller, string form, SubmissionBody body) => caller.OwnReviews().Submit(form, new ReviewSubject(body.Subject, IsTrusted: true), body.ToSubmission());

    static async Task<NoContent> Shown(Caller caller, string form, SubjectBody body)
    {
        await caller.OwnReviews().Shown(form, new ReviewSubject(body.Subject, IsTrusted: true));
        return TypedResults.NoContent();
    }

    static Task<IReadOnlyList<ReviewInvitation>> Invite(Caller caller, string form, InviteBody body) => caller.OwnReviews().Invite(form, ReviewFormEndpoints.Subjects(body));
}

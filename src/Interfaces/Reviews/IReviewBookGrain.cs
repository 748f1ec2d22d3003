using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.Reviews;

/// <summary>A tenant's forms and the newest 20,000 reviews. Key: the tenant's id.</summary>
public interface IReviewBookGrain : IGrainWithStringKey
{
    /// <summary>By id.</summary>
    [ReadOnly] Task<IReadOnlyList<ReviewForm>> Forms();

    [ReadOnly] Task<ReviewForm> Form(string form);

    /// <summary>Makes a form, or changes it while it is a draft or open. Who has an older version before them may still send it, as long as it is one of the newest 20.</summary>
    /// <exception cref="InvalidInputException">A field cannot be; a form without questions is one.</exception>
    /// <exception cref="ConflictException">It is closed.</exception>
    /// <exception cref="LimitReachedException">The tenant has 50.</exception>
    Task<ReviewForm> PutForm(string form, ReviewFormDraft draft, string user, long? version);

    /// <exception cref="ConflictException">That is not the state after its own.</exception>
    Task<ReviewForm> SetState(string form, ReviewFormState state, string user, long? version);

    /// <summary>Gives an open form another link; the one before leads nowhere from now on.</summary>
    Task<ReviewForm> RenewLink(string form, string user, long? version);

    /// <summary>Deletes a form with its reviews.</summary>
    Task DeleteForm(string form, string user, long? version);

    /// <summary>The newest first, at most 20.</summary>
    [ReadOnly] Task<IReadOnlyList<ReviewFormVersion>> Versions(string form);

    /// <summary>Proofs that the tenant names these subjects, for links and widgets; at most 1,000.</summary>
    [ReadOnly] Task<IReadOnlyList<ReviewInvitation>> Invite(string form, IReadOnlyList<string> subjects);

    /// <summary>Pages that may hold the widget of an open form.</summary>
    /// <exception cref="NotFoundException">There is no such form, or it is not open.</exception>
    [ReadOnly] Task<IReadOnlyList<string>> Origins(string form);

    /// <summary>The form, and whether it is to be shown to somebody.</summary>
    [ReadOnly] Task<ReviewOffer> Offer(string form, ReviewSubject subject);

    /// <summary>It was shown to somebody who is known. Kept in memory between writes: at most once a minute it is stored.</summary>
    Task Shown(string form, ReviewSubject subject);

    /// <summary>Takes a review, once of each subject that is known. The same submission again gets the same answer.</summary>
    /// <exception cref="InvalidInputException">An answer cannot be.</exception>
    /// <exception cref="ConflictException">The subject has answered already, or the submission's id was used for another.</exception>
    Task<ReviewReceipt> Submit(string form, ReviewSubject subject, ReviewSubmission submission);

    /// <summary>A review as its reviewer sees it.</summary>
    /// <param name="form">The form's id.</param>
    /// <param name="submission">Its id, which only the reviewer has.</param>
    [ReadOnly] Task<ReviewReceipt> Receipt(string form, string submission);

    /// <summary>The newest 20 that were published.</summary>
    [ReadOnly] Task<IReadOnlyList<PublishedReview>> Published(string form);

    /// <summary>The newest first; searched are words of texts and replies, in Chinese pairs of characters.</summary>
    [ReadOnly] Task<Page<Review>> List(ReviewFilter filter, PageRequest page);

    [ReadOnly] Task<Review> Get(long number);

    /// <exception cref="InvalidInputException">It is hidden without a reason.</exception>
    Task<Review> Moderate(long number, ModerationState state, string? reason, string user, long? version);

    /// <param name="text">1 to 2,000 characters.</param>
    Task<Review> Reply(long number, string text, string user, long? version);

    /// <param name="owner">Null: nobody.</param>
    /// <param name="hours">From now on, 1 to 8,760.</param>
    Task<Review> Assign(long number, string? owner, int hours, string user, long? version);

    /// <summary>A picture's bytes.</summary>
    /// <exception cref="NotFoundException">There is none, or it is older than the newest 1,000.</exception>
    [ReadOnly] Task<byte[]> Screenshot(long number, string question);

    /// <param name="filter">Hidden ones count only where they are asked for.</param>
    [ReadOnly] Task<ReviewResults> Results(ReviewFilter filter, ResultGroup group, ResultStep step);

    /// <summary>How a text would be judged.</summary>
    [ReadOnly] Task<ReviewSentiment> Judge(string text);

    /// <summary>How the tenant's own model does; null: there is none.</summary>
    [ReadOnly] Task<SentimentReport?> Model();

    /// <summary>Trains a model of the tenant's own and keeps it where it does better than the lexicon.</summary>
    /// <param name="texts">30 to 5,000; none: the tenant's reviews with stars, NPS or CSAT beside a text.</param>
    /// <param name="user">Who wants it.</param>
    [ResponseTimeout("00:02:00")]
    Task<SentimentReport> Train(IReadOnlyList<LabelledText> texts, string user);

    /// <summary>Called by a tenant that is deleted.</summary>
    Task TenantDeleted();
}

/// <summary>Leads from a form's public link to the form. Key: SHA-256 of the link's token, in hex.</summary>
public interface IReviewLinkGrain : IGrainWithStringKey
{
    /// <returns><c>tenant/form</c>, or null.</returns>
    [ReadOnly] Task<string?> Find();

    Task Set(string form);

    Task Clear();
}

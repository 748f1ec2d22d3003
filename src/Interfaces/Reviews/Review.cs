namespace Orrery.Interfaces.Reviews;

/// <summary>An answer as it is sent. One of the values, by the question's kind.</summary>
/// <param name="Number">Stars, NPS, CSAT.</param>
/// <param name="Choices">Ids of options.</param>
/// <param name="Image">A screenshot's bytes.</param>
public sealed record ReviewAnswerDraft(string Question, int? Number = null, string? Text = null, IReadOnlyList<string>? Choices = null, byte[]? Image = null);

/// <summary>Where a review was written: what its sender says, each at most 64 characters.</summary>
/// <param name="Version">The product's.</param>
/// <param name="Module">The product's.</param>
/// <param name="Language">The reviewer's.</param>
public sealed record ReviewContext(string? Version = null, string? Module = null, string? Language = null);

/// <param name="Id">Made by the sender at random: 16 to 64 letters, digits, '-' and '_'. What is sent again with it is taken once.</param>
/// <param name="FormVersion">Of the form that was answered.</param>
/// <param name="At">When it was written, at most five years ago, where the tenant itself sends it later; null: now. Of others it is not heard.</param>
public sealed record ReviewSubmission(string Id, long FormVersion, IReadOnlyList<ReviewAnswerDraft> Answers, ReviewContext Context, DateTimeOffset? At = null);

/// <summary>What the reviewer can see of a review later.</summary>
public sealed record ReviewReceipt(long Number, DateTimeOffset At, string? Reply, DateTimeOffset? RepliedAt);

/// <param name="Type">Found by its content: <c>image/png</c>, <c>image/jpeg</c> or <c>image/webp</c>.</param>
public sealed record ReviewImage(string Type, int Bytes);

/// <summary>An answer as it is kept.</summary>
public sealed record ReviewAnswer(string Question, QuestionKind Kind, int? Number, string? Text, IReadOnlyList<string> Choices, ReviewImage? Image);

/// <summary>How a text speaks.</summary>
public enum SentimentLabel
{
    /// <summary>Badly.</summary>
    Negative,

    /// <summary>Neither.</summary>
    Neutral,

    /// <summary>Well.</summary>
    Positive,
}

/// <param name="Score">-1 to 1.</param>
/// <param name="Keywords">At most 8, the weightiest first.</param>
public sealed record ReviewSentiment(SentimentLabel Label, double Score, IReadOnlyList<string> Keywords);

/// <summary>Who may see a review.</summary>
public enum ModerationState
{
    /// <summary>Nobody has decided: the tenant's people.</summary>
    Pending,

    /// <summary>Everybody.</summary>
    Published,

    /// <summary>The tenant's people, and it counts in no result.</summary>
    Hidden,
}

/// <param name="Reason">Null: none was given.</param>
public sealed record ReviewModeration(ModerationState State, string? Reason, string? By, DateTimeOffset? At);

public sealed record ReviewReply(string Text, string By, DateTimeOffset At);

/// <param name="DoneAt">A reply does it, and hiding it; null: it waits.</param>
public sealed record ReviewTask(string Owner, DateTimeOffset DueAt, DateTimeOffset? DoneAt);

/// <param name="Number">Rises by one from review to review of a tenant.</param>
/// <param name="Subject">Null: who wrote it is not known.</param>
/// <param name="Tags">The subject's at that time: a tag's id, or <c>id=value</c>; at most 50.</param>
/// <param name="Version">Rises with each change: the ETag.</param>
public sealed record Review(
    long Number, string Form, long FormVersion, string? Subject, DateTimeOffset At, IReadOnlyList<ReviewAnswer> Answers, ReviewContext Context, IReadOnlyList<string> Tags, ReviewSentiment Sentiment, ReviewModeration Moderation,
    ReviewReply? Reply, ReviewTask? Task, long Version);

/// <summary>Which reviews. Null keeps all.</summary>
/// <param name="Overdue">Only those that somebody should have answered by now.</param>
public sealed record ReviewFilter(
    string? Form = null, SentimentLabel? Sentiment = null, ModerationState? State = null, string? Owner = null, bool Overdue = false, string? Tag = null, string? Version = null, string? Module = null, string? Subject = null, DateTimeOffset? From = null,
    DateTimeOffset? To = null);

/// <summary>A review as everybody may see it.</summary>
public sealed record PublishedReview(DateTimeOffset At, int? Stars, string Text, string? Reply);

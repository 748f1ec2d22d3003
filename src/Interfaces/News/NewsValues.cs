namespace Orrery.Interfaces.News;

/// <summary>What an article is at.</summary>
public enum NewsState
{
    /// <summary>Being written.</summary>
    Draft,

    /// <summary>Waits for somebody else's approval.</summary>
    Waiting,

    /// <summary>Approved; its time has not come.</summary>
    Approved,

    /// <summary>On its way: recipients wait for their own hour, or e-mails for their server.</summary>
    Sending,

    /// <summary>Nobody waits any more.</summary>
    Sent,

    /// <summary>Taken back.</summary>
    Recalled,
}

/// <summary>How far an article has come with a recipient.</summary>
public enum NewsStep
{
    /// <summary>Put into the inbox, taken by the mail server or the webhook.</summary>
    Sent,

    /// <summary>The reader's program has it.</summary>
    Delivered,

    /// <summary>Opened.</summary>
    Read,

    /// <summary>A link in it was followed.</summary>
    Clicked,

    /// <summary>Refused for good: the e-mail bounced, the webhook gave up.</summary>
    Failed,

    /// <summary>A crash came between handing it over and the answer. It is not sent again by itself.</summary>
    Doubtful,

    /// <summary>The object has no e-mail address.</summary>
    Unreachable,
}

/// <param name="SubmittedBy">Who asked for approval; null: nobody.</param>
/// <param name="Reason">Why it was rejected or recalled.</param>
/// <param name="Size">Recipients: as estimated when it was submitted, then as resolved.</param>
/// <param name="Wave">1 for the first sending, then one more for each resend; 0: none.</param>
/// <param name="Next">When the next recipients get it, UTC; null: nobody waits for an hour.</param>
public sealed record NewsInfo(
    string Tenant, string Id, NewsDraft Draft, IReadOnlyList<NewsAttachment> Attachments, NewsState State, long Version, string ChangedBy, DateTimeOffset ChangedAt, string? SubmittedBy, string? ApprovedBy,
    DateTimeOffset? ApprovedAt, string? Reason, long Size, int Wave, DateTimeOffset? Next, DateTimeOffset? SentAt);

/// <param name="Titles">By language.</param>
public sealed record NewsSummary(
    string Id, IReadOnlyDictionary<string, string> Titles, NewsState State, NewsAudience Audience, IReadOnlyList<NewsChannel> Channels, long Size, long Version, string ChangedBy, DateTimeOffset ChangedAt, DateTimeOffset? Next);

/// <param name="Size">Objects that it would reach now.</param>
/// <param name="Of">Objects of the type.</param>
/// <param name="Samples">At most 20.</param>
public sealed record NewsAudienceSize(long Size, long Of, IReadOnlyList<string> Samples);

/// <summary>Recipients by channel and form: each counted once a step.</summary>
/// <param name="Variant"><c>a</c> or <c>b</c>.</param>
public sealed record NewsFunnelRow(NewsChannel Channel, string Variant, long Sent, long Delivered, long Read, long Clicked, long Failed, long Doubtful, long Unreachable);

/// <param name="Audience">Recipients in all.</param>
/// <param name="Waiting">Those whose hour has not come.</param>
/// <param name="Capped">Those who had as many news as they may have.</param>
/// <param name="Pending">E-mails and webhooks that were not handed over yet.</param>
/// <param name="Winner">The form with the greater share of clicks; null: there is none, or nobody has clicked.</param>
public sealed record NewsFunnel(long Audience, long Waiting, long Capped, long Pending, IReadOnlyList<NewsFunnelRow> Rows, string? Winner);

/// <param name="Steps">By channel.</param>
/// <param name="SentAt">UTC, to the minute; null: not yet.</param>
public sealed record NewsReceipt(string Object, bool IsInAudience, bool IsCapped, string Variant, DateTimeOffset? SentAt, IReadOnlyDictionary<NewsChannel, IReadOnlyList<NewsStep>> Steps);

/// <summary>An article in an inbox.</summary>
/// <param name="Article">As <c>tenant/id</c>.</param>
/// <param name="Html">Of an allow-list of elements, without scripts; empty where it is withdrawn.</param>
/// <param name="At">UTC, to the minute.</param>
/// <param name="IsWithdrawn">It was recalled after it was read.</param>
public sealed record NewsItem(string Article, string Title, string Html, string Language, DateTimeOffset At, bool IsRead, bool IsWithdrawn, IReadOnlyList<NewsAttachment> Attachments);

/// <param name="Items">The newest first, at most 100.</param>
/// <param name="Stamp">Given back to be told of what comes after.</param>
public sealed record NewsInbox(IReadOnlyList<NewsItem> Items, int Unread, string Stamp);

/// <summary>An article as recipients get it. It does not change once it is approved.</summary>
/// <param name="Texts">Of each form, by its first letter.</param>
public sealed record NewsContent(IReadOnlyDictionary<string, IReadOnlyList<RenderedNews>> Texts, IReadOnlyList<NewsAttachment> Attachments);

/// <param name="Html">Safe to be shown.</param>
/// <param name="Plain">For e-mail programs without HTML.</param>
public sealed record RenderedNews(string Language, string Title, string Html, string Plain);

/// <summary>How objects of a type are reached: each is the name of a tag of the type, whose value is the object's fact.</summary>
/// <param name="EmailTag">Its value is the e-mail address; null: none is known.</param>
/// <param name="ZoneTag">Its value is a time zone, such as <c>Europe/Berlin</c>.</param>
/// <param name="LanguageTag">Its value is a language, such as <c>zh</c>.</param>
/// <param name="IsPortalUsers">An object's id is the name of a user of the portal, in whose inbox it is shown.</param>
public sealed record NewsReach(string? EmailTag = null, string? ZoneTag = null, string? LanguageTag = null, bool IsPortalUsers = false);

/// <param name="CapCount">Articles that a recipient gets in <paramref name="CapDays"/>; 0: any number.</param>
/// <param name="CapDays">1 to 90.</param>
/// <param name="QuietFrom">As <c>22:00</c>, on the recipient's clock; null: no quiet hours.</param>
/// <param name="QuietUntil">As <c>08:00</c>.</param>
/// <param name="Reach">By object type.</param>
/// <param name="WebhookUrl">Null: none.</param>
/// <param name="WebhookSecret">Requests are signed with it. It is never answered; null keeps what is there.</param>
/// <param name="HasWebhookSecret">Whether there is one.</param>
/// <param name="Version">Rises with each change.</param>
public sealed record NewsSettings(
    int CapCount, int CapDays, string? QuietFrom, string? QuietUntil, IReadOnlyDictionary<string, NewsReach> Reach, string? WebhookUrl, string? WebhookSecret, bool HasWebhookSecret, long Version);

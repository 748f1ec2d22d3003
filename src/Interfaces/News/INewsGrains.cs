using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.News;

/// <summary>A tenant's articles, and how its objects are reached. Key: the tenant's id.</summary>
public interface INewsBookGrain : IGrainWithStringKey
{
    /// <summary>The newest change first; at most 500.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<NewsSummary>> List();

    /// <summary>Without the webhook's secret.</summary>
    [AlwaysInterleave]
    Task<NewsSettings> Settings();

    /// <exception cref="InvalidInputException">A bound is broken, a tag is missing, or the webhook's address is internal.</exception>
    /// <exception cref="VersionMismatchException">It is at another version.</exception>
    [AlwaysInterleave]
    Task<NewsSettings> PutSettings(NewsSettings settings, string user, long? version);

    /// <summary>How many an audience would reach now.</summary>
    /// <exception cref="InvalidInputException">It is none: no such segment, too long a list.</exception>
    [AlwaysInterleave]
    Task<NewsAudienceSize> Size(NewsAudience audience);

    /// <summary>Markdown as HTML that is safe to be shown.</summary>
    [AlwaysInterleave]
    Task<string> Preview(string markdown);

    /// <summary>The webhook with its secret. For inboxes only.</summary>
    [AlwaysInterleave]
    Task<NewsHook?> Hook();

    /// <summary>Called by an article that changed (summary) or is gone (null).</summary>
    /// <exception cref="LimitReachedException">There are as many as there may be.</exception>
    [AlwaysInterleave]
    Task Set(string article, NewsSummary? summary);

    /// <summary>Called by a tenant that is deleted.</summary>
    [AlwaysInterleave, ResponseTimeout("00:05:00")]
    Task TenantDeleted();
}

/// <param name="SealedSecret">Null: requests are not signed.</param>
public sealed record NewsHook(string Url, byte[]? SealedSecret);

/// <summary>An article: written, approved, sent, counted. Key: <c>tenant/article</c>.</summary>
public interface INewsArticleGrain : IGrainWithStringKey
{
    [AlwaysInterleave]
    Task<NewsInfo> Get();

    /// <summary>Writes the next version; an approval that was asked for is to be asked for again.</summary>
    /// <param name="version">That the writer saw; null: whatever is there, also nothing.</param>
    /// <exception cref="InvalidInputException">A part cannot be.</exception>
    /// <exception cref="NewsConflictException">Somebody wrote another version since.</exception>
    /// <exception cref="ConflictException">It is approved already.</exception>
    [AlwaysInterleave]
    Task<NewsInfo> Put(NewsDraft draft, string user, long? version);

    /// <summary>Puts a file to it, or takes it away (null). At most 5, each of 1 MiB.</summary>
    /// <exception cref="InvalidInputException">It is too large, or of no type that is taken.</exception>
    [AlwaysInterleave]
    Task<NewsInfo> Attach(string name, byte[]? content, string user, long? version);

    /// <exception cref="NotFoundException">It has no such file.</exception>
    [AlwaysInterleave]
    Task<byte[]> Attachment(string name);

    /// <summary>Asks for approval.</summary>
    /// <param name="confirmedSize">The size of an audience that is everybody, as the author was told it.</param>
    /// <exception cref="InvalidInputException">The audience is everybody, and its size was not confirmed.</exception>
    [AlwaysInterleave]
    Task<NewsInfo> Submit(string user, long? version, long? confirmedSize);

    /// <exception cref="ConflictException">The user wrote or submitted it, or it does not wait.</exception>
    [AlwaysInterleave]
    Task<NewsInfo> Approve(string user, long? version);

    [AlwaysInterleave]
    Task<NewsInfo> Reject(string user, string reason);

    /// <summary>Takes it back: it vanishes from inboxes where it was not read, and what is not handed over is dropped.</summary>
    /// <exception cref="ConflictException">It was never approved.</exception>
    [AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task<NewsInfo> Recall(string user, string reason);

    /// <summary>Sends it once more to those who have not read it.</summary>
    /// <exception cref="ConflictException">It is not sent.</exception>
    [AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task<NewsInfo> Resend(string user);

    /// <summary>The newest first, at most 50 and two million characters.</summary>
    [AlwaysInterleave]
    Task<IReadOnlyList<NewsVersion>> Versions();

    [AlwaysInterleave]
    Task<NewsFunnel> Funnel();

    [AlwaysInterleave]
    Task<NewsReceipt> Receipt(string recipient);

    /// <summary>As recipients get it.</summary>
    [AlwaysInterleave]
    Task<NewsContent> Content();

    /// <summary>Deletes it with its receipts.</summary>
    /// <exception cref="ConflictException">It is on its way.</exception>
    [AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task Delete(string user);

    /// <summary>Called by the book of a tenant that is deleted.</summary>
    [AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task TenantDeleted();
}

/// <summary>
/// The inboxes of a share of a type's recipients, with the receipts of all their news. Key: see <see cref="NewsKeys"/>.
/// </summary>
public interface INewsInboxGrain : IGrainWithStringKey
{
    /// <summary>Takes recipients of an article: they get it with a release. Taking one twice is harmless.</summary>
    [AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task Take(NewsOrder order, IReadOnlyList<string> recipients);

    /// <summary>Gives it to those whose hour has come, and to the unread once more where the wave is a later one. Doing so twice is harmless.</summary>
    [AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task<NewsRelease> Release(string article, int wave);

    /// <summary>Takes it back; answers when nothing of it is being handed over any more.</summary>
    [AlwaysInterleave, ResponseTimeout("00:02:00")]
    Task Withdraw(string article);

    [AlwaysInterleave]
    Task Forget(string article);

    [AlwaysInterleave]
    Task<NewsFunnel> Funnel(string article);

    [AlwaysInterleave]
    Task<NewsReceipt> Receipt(string article, string recipient);

    /// <summary>What a recipient has in a channel; it counts as delivered.</summary>
    /// <param name="stamp">Of the inbox that is known, to wait for another.</param>
    /// <param name="waitSeconds">How long to wait for another, 0 to 20.</param>
    [AlwaysInterleave]
    Task<NewsInbox> Open(string recipient, NewsChannel channel, string? language, string? stamp, int waitSeconds);

    /// <summary>How many a recipient has not read.</summary>
    [AlwaysInterleave]
    Task<int> Unread(string recipient, NewsChannel channel);

    /// <summary>Notes that a recipient read it, or followed a link in it.</summary>
    /// <exception cref="NotFoundException">The recipient does not have it.</exception>
    [AlwaysInterleave]
    Task Mark(string article, string recipient, NewsChannel channel, NewsStep step);
}

/// <summary>How an article is given to its recipients.</summary>
/// <param name="Article">As <c>tenant/id</c>.</param>
/// <param name="Reach">Of its type.</param>
public sealed record NewsOrder(
    string Article, string Type, IReadOnlyList<NewsChannel> Channels, NewsSchedule Schedule, NewsReach Reach, int AlternativePercent, bool IsUrgent, int CapCount, int CapDays, string? QuietFrom, string? QuietUntil);

/// <param name="Waiting">Whose hour has not come.</param>
/// <param name="Pending">E-mails and webhooks that were not handed over yet.</param>
/// <param name="Next">When the next have their hour, UTC.</param>
public sealed record NewsRelease(long Waiting, long Pending, DateTimeOffset? Next);

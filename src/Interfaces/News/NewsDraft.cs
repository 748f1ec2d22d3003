namespace Orrery.Interfaces.News;

/// <summary>How an article reaches its recipients.</summary>
public enum NewsChannel
{
    /// <summary>The portal's inbox.</summary>
    Portal,

    /// <summary>The inbox that programs at a site show by the SDK.</summary>
    Sdk,

    /// <summary>E-mail, where the object has an address.</summary>
    Email,

    /// <summary>The tenant's webhook, in signed batches.</summary>
    Webhook,
}

/// <param name="Language">Such as <c>zh</c> or <c>en-GB</c>.</param>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Markdown">At most 64 KiB. HTML in it is shown as text, links lead to http, https or mailto.</param>
public sealed record NewsText(string Language, string Title, string Markdown);

/// <summary>The other form of an article, for a part of its recipients: which, follows from a hash of article and recipient.</summary>
/// <param name="Percent">1 to 99.</param>
/// <param name="Texts">As those of the article.</param>
public sealed record NewsAlternative(int Percent, IReadOnlyList<NewsText> Texts);

/// <summary>Who gets an article: a segment, everybody of a type, or some objects.</summary>
/// <param name="Type">An object type of the tenant, or <see cref="NewsKeys.PortalUsers"/>.</param>
/// <param name="Segment">A segment of the type; null: <paramref name="Objects"/> or everybody.</param>
/// <param name="Objects">At most 10,000; null: no list.</param>
/// <param name="IsEverybody">All objects of the type.</param>
/// <param name="IsFrozen">Who is in it when the article is approved; else: when it is sent.</param>
public sealed record NewsAudience(string Type, string? Segment = null, IReadOnlyList<string>? Objects = null, bool IsEverybody = false, bool IsFrozen = false);

/// <param name="At">A time of the clock, <c>2026-12-01T09:00</c>; null: as soon as it is approved.</param>
/// <param name="Zone">Whose clock, such as <c>Asia/Shanghai</c>. Also the zone of recipients of whom none is known.</param>
/// <param name="IsEachZone">The clock of each recipient's own zone.</param>
public sealed record NewsSchedule(string? At = null, string Zone = "UTC", bool IsEachZone = false);

/// <summary>What an author writes.</summary>
/// <param name="Texts">1 to 10, of different languages; the first is for whoever reads none of them.</param>
/// <param name="Channels">1 to 4 different ones.</param>
/// <param name="Alternative">Null: all get the same.</param>
/// <param name="IsUrgent">Neither quiet hours nor the frequency cap hold it up.</param>
public sealed record NewsDraft(
    IReadOnlyList<NewsText> Texts, NewsAudience Audience, NewsSchedule Schedule, IReadOnlyList<NewsChannel> Channels, NewsAlternative? Alternative = null, bool IsUrgent = false);

/// <summary>A file of an article.</summary>
/// <param name="Name">1 to 100 characters, no path.</param>
/// <param name="Type">Found out from the bytes: PDF, PNG, JPEG, GIF, WebP or plain text.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Hash">SHA-256, hexadecimal.</param>
public sealed record NewsAttachment(string Name, string Type, int Bytes, string Hash);

/// <param name="At">When somebody wrote it, UTC.</param>
public sealed record NewsVersion(long Version, NewsDraft Draft, IReadOnlyList<NewsAttachment> Attachments, string User, DateTimeOffset At);

/// <param name="Field">What differs.</param>
/// <param name="From">As the writer saw it; null: it was not there.</param>
/// <param name="To">As it is.</param>
public sealed record NewsDifference(string Field, string? From, string? To);

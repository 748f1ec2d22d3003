using Orrery.Interfaces.News;
using Orrery.WebApi;

namespace Orrery.WebApi.News;

internal sealed record NewsBody(
    IReadOnlyList<NewsText>? Texts, NewsAudience? Audience, NewsSchedule? Schedule, IReadOnlyList<NewsChannel>? Channels, NewsAlternative? Alternative, bool? IsUrgent)
{
    public NewsDraft ToDraft() => new(
        Texts ?? Require.Given<IReadOnlyList<NewsText>>("texts"), Audience ?? Require.Given<NewsAudience>("audience"), (Schedule ?? new NewsSchedule()) with { Zone = Schedule?.Zone ?? "UTC" },
        Channels ?? Require.Given<IReadOnlyList<NewsChannel>>("channels"), Alternative, IsUrgent ?? false);
}

/// <param name="WebhookSecret">Left out: it stays; empty: requests are not signed.</param>
internal sealed record NewsSettingsBody(
    int? CapCount, int? CapDays, string? QuietFrom, string? QuietUntil, IReadOnlyDictionary<string, NewsReach>? Reach, string? WebhookUrl, string? WebhookSecret)
{
    public NewsSettings ToSettings() => new(CapCount ?? 0, CapDays ?? 7, QuietFrom, QuietUntil, Reach ?? new Dictionary<string, NewsReach>(), WebhookUrl, WebhookSecret, false, 0);
}

/// <param name="ConfirmedSize">Of an audience that is everybody: the size as the refusal told it.</param>
internal sealed record SubmitBody(long? ConfirmedSize);

/// <param name="Reason">1 to 500 characters.</param>
internal sealed record ReasonBody(string? Reason);

/// <param name="Html">Safe to be shown.</param>
internal sealed record PreviewAnswer(string Html);

/// <param name="Markdown">At most 64 KiB.</param>
internal sealed record PreviewBody(string? Markdown);

/// <param name="Object">Whose inbox.</param>
/// <param name="Step"><c>read</c> or <c>clicked</c>.</param>
internal sealed record NewsReceiptBody(string? Type, string? Object, string? Article, NewsStep? Step);

internal sealed record UnreadAnswer(int Unread);

using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Reviews;

namespace Orrery.WebApi.Reviews;

/// <param name="Caps">Left out: once.</param>
/// <param name="Trigger">Left out: by hand.</param>
/// <param name="Anonymous">Left out: yes.</param>
internal sealed record FormBody(
    TextBody? Title, TextBody? Thanks, IReadOnlyList<QuestionBody>? Questions, TriggerBody? Trigger, CapsBody? Caps, string? ObjectType, string? Segment, bool? Anonymous, IReadOnlyList<string>? Origins, RouteBody? Route)
{
    const int HoursUsual = 48;

    public ReviewFormDraft ToDraft() => new(
        TextBody.Of(Title), Thanks is null ? null : TextBody.Of(Thanks), [.. (Questions ?? []).Select(static question => (question ?? new QuestionBody(null, null, null, null, null, null)).ToQuestion())],
        new ReviewTrigger(Trigger?.Kind ?? TriggerKind.Manual, Trigger?.Event, Trigger?.DelaySeconds ?? 0), new ReviewCaps(Caps?.TimesMax ?? 1, Caps?.PauseDays ?? 0), ObjectType, Segment, Anonymous ?? true,
        [.. (Origins ?? []).Select(static origin => origin ?? "")], Route is null ? null : new ReviewRoute(Route.Owner ?? "", Route.Hours ?? HoursUsual, Route.NegativeOnly ?? false));
}

/// <summary>A text in Chinese and English.</summary>
internal sealed record TextBody(string? Zh, string? En)
{
    /// <summary>What is said in one language only is said so in both.</summary>
    public static ReviewText Of(TextBody? text) => new(text?.Zh ?? text?.En ?? "", text?.En ?? text?.Zh ?? "");
}

internal sealed record QuestionBody(string? Id, QuestionKind? Kind, TextBody? Title, bool? Required, IReadOnlyList<OptionBody>? Options, bool? Many)
{
    public ReviewQuestion ToQuestion() => new(
        Id ?? "", Kind ?? throw new InvalidInputException("questions", $"The question '{Id}' has no kind: stars, nps, csat, choice, text or screenshot."), TextBody.Of(Title), Required ?? false,
        [.. (Options ?? []).Select(static option => new ReviewOption(option?.Id ?? "", TextBody.Of(option?.Title)))], Many ?? false);
}

internal sealed record OptionBody(string? Id, TextBody? Title);

internal sealed record TriggerBody(TriggerKind? Kind, string? Event, int? DelaySeconds);

internal sealed record CapsBody(int? TimesMax, int? PauseDays);

/// <param name="Hours">Left out: 48.</param>
internal sealed record RouteBody(string? Owner, int? Hours, bool? NegativeOnly);

internal sealed record FormStateBody(ReviewFormState? State);

internal sealed record InviteBody(IReadOnlyList<string>? Subjects);

/// <param name="Id">Made at random by the sender; what is sent again with it is taken once.</param>
/// <param name="FormVersion">Of the form that was answered.</param>
/// <param name="Proof">From an invitation.</param>
/// <param name="At">Of a site's program: when it was written; left out: now.</param>
internal sealed record SubmissionBody(string? Id, long FormVersion, string? Subject, string? Proof, IReadOnlyList<AnswerBody>? Answers, ContextBody? Context, DateTimeOffset? At)
{
    public ReviewSubmission ToSubmission() => new(
        Id ?? "", FormVersion, [.. (Answers ?? []).Select(static answer => new ReviewAnswerDraft(answer?.Question ?? "", answer?.Number, answer?.Text, answer?.Choices?.Select(static choice => choice ?? "").ToArray(), answer?.Image))],
        new ReviewContext(Context?.Version, Context?.Module, Context?.Language), At);
}

/// <param name="Image">Base64.</param>
internal sealed record AnswerBody(string? Question, int? Number, string? Text, IReadOnlyList<string>? Choices, byte[]? Image);

internal sealed record ContextBody(string? Version, string? Module, string? Language);

internal sealed record SubjectBody(string? Subject, string? Proof);

internal sealed record ModerateBody(ModerationState? State, string? Reason);

internal sealed record ReplyBody(string? Text);

/// <param name="Owner">Null: nobody.</param>
/// <param name="Hours">From now on; left out: 48.</param>
internal sealed record AssignBody(string? Owner, int? Hours);

internal sealed record JudgeBody(string? Text);

/// <param name="Texts">None: the tenant's own reviews with numbers beside a text.</param>
internal sealed record TrainBody(IReadOnlyList<LabelledBody>? Texts);

internal sealed record LabelledBody(string? Text, SentimentLabel? Label);

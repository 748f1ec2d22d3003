namespace Orrery.Interfaces.Reviews;

/// <summary>A text for people in both languages, each 1 to 300 characters.</summary>
public sealed record ReviewText(string Zh, string En);

/// <summary>What a question asks for.</summary>
public enum QuestionKind
{
    /// <summary>1 to 5.</summary>
    Stars,

    /// <summary>How likely one would recommend it: 0 to 10.</summary>
    Nps,

    /// <summary>How satisfied one is: 1 to 5.</summary>
    Csat,

    /// <summary>One of some options, or several.</summary>
    Choice,

    /// <summary>At most 2,000 characters.</summary>
    Text,

    /// <summary>A PNG, JPEG or WebP picture of at most 250,000 bytes.</summary>
    Screenshot,
}

/// <param name="Id">Unique within the question: a part as <see cref="EntityKeys"/> has it.</param>
public sealed record ReviewOption(string Id, ReviewText Title);

/// <param name="Id">Unique within the form: a part as <see cref="EntityKeys"/> has it.</param>
/// <param name="Options">Of a choice: 2 to 20; of other kinds none.</param>
/// <param name="Many">Of a choice: whether several may be chosen.</param>
public sealed record ReviewQuestion(string Id, QuestionKind Kind, ReviewText Title, bool Required, IReadOnlyList<ReviewOption> Options, bool Many = false);

/// <summary>What makes a widget open by itself.</summary>
public enum TriggerKind
{
    /// <summary>Nothing: the page or a person opens it.</summary>
    Manual,

    /// <summary>The page was loaded.</summary>
    Load,

    /// <summary>The page told an event of this name.</summary>
    Event,
}

/// <param name="Event">Of an event: its name, at most 64 characters.</param>
/// <param name="DelaySeconds">How long it waits then: 0 to 3,600.</param>
public sealed record ReviewTrigger(TriggerKind Kind, string? Event, int DelaySeconds);

/// <summary>How often a form is shown to the same person by itself.</summary>
/// <param name="TimesMax">In all: 1 to 100.</param>
/// <param name="PauseDays">Between two times: 0 to 365.</param>
public sealed record ReviewCaps(int TimesMax, int PauseDays);

/// <summary>Who is to answer reviews.</summary>
/// <param name="Owner">A user's name.</param>
/// <param name="Hours">Until when, from the review on: 1 to 8,760.</param>
/// <param name="NegativeOnly">Only those whose sentiment is negative.</param>
public sealed record ReviewRoute(string Owner, int Hours, bool NegativeOnly);

/// <param name="Thanks">Said when a review was taken; null: a sentence of the widget's.</param>
/// <param name="Questions">1 to 20.</param>
/// <param name="ObjectType">What its subjects are among the tenant's tagged objects: their tags are kept with their reviews; null: nothing.</param>
/// <param name="Segment">Of the object type: only its members are shown the form; null: everybody.</param>
/// <param name="Anonymous">Whether it takes reviews of people without a proof of who they are.</param>
/// <param name="Origins">Pages that may hold the widget, such as <c>https://erp.example.com</c>: at most 20.</param>
/// <param name="Route">Null: nobody is told to answer.</param>
public sealed record ReviewFormDraft(
    ReviewText Title, ReviewText? Thanks, IReadOnlyList<ReviewQuestion> Questions, ReviewTrigger Trigger, ReviewCaps Caps, string? ObjectType, string? Segment, bool Anonymous, IReadOnlyList<string> Origins, ReviewRoute? Route);

/// <summary>A form's life goes one way.</summary>
public enum ReviewFormState
{
    /// <summary>Nobody is shown it.</summary>
    Draft,

    /// <summary>It takes reviews.</summary>
    Open,

    /// <summary>It takes none any more.</summary>
    Closed,
}

/// <param name="Link">The unguessable part of its public address; null while it is a draft.</param>
/// <param name="Version">Rises with each change: the ETag.</param>
/// <param name="Reviews">How many of it are kept.</param>
public sealed record ReviewForm(string Id, ReviewFormDraft Draft, ReviewFormState State, string? Link, long Version, string ChangedBy, DateTimeOffset ChangedAt, int Reviews);

/// <summary>A form as it was from some version on.</summary>
public sealed record ReviewFormVersion(long Version, ReviewFormDraft Draft, string User, DateTimeOffset At);

/// <summary>A form as who answers it sees it.</summary>
public sealed record OfferedForm(ReviewText Title, ReviewText? Thanks, IReadOnlyList<ReviewQuestion> Questions, ReviewTrigger Trigger, ReviewCaps Caps, long Version);

/// <param name="Show">Whether it may open by itself.</param>
/// <param name="Because">Why not: <c>answered</c>, <c>shown</c> (as often as may be), <c>segment</c>, <c>unknown</c> (who the person is was not proven).</param>
public sealed record ReviewOffer(OfferedForm Form, bool Show, string? Because);

/// <summary>Who reviews.</summary>
/// <param name="Id">1 to 128 characters without control characters; null: nobody that is known.</param>
/// <param name="Proof">That the tenant names it, from an invitation; null: none is given.</param>
/// <param name="IsTrusted">The tenant itself names it, over the API.</param>
public sealed record ReviewSubject(string? Id, string? Proof = null, bool IsTrusted = false);

/// <param name="Proof">Goes with the subject into a link or a widget.</param>
/// <param name="Link">The form's.</param>
public sealed record ReviewInvitation(string Subject, string Proof, string Link);

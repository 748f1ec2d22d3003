using Orrery.Grains.Input;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Reviews;

namespace Orrery.Grains.Reviews;

/// <summary>Forms and answers as they are kept, or refused with the field and the bound.</summary>
static class ReviewChecks
{
    const int TitleLengthMax = 300, QuestionsMax = 20, OptionsMin = 2, OptionsMax = 20, ScreenshotsMax = 3, OriginsMax = 20, OriginLengthMax = 200, WordLengthMax = 64, TextLengthMax = 2_000, ImageBytesMax = 250_000;
    const int SubjectLengthMax = 128, SubmissionLengthMin = 16, SubmissionLengthMax = 64, HoursMax = 8_760, DelayMax = 3_600, TimesMax = 100, PauseMax = 365;
    static readonly TimeSpan AgeMax = TimeSpan.FromDays(5 * 366);

    public static ReviewFormDraft Take(ReviewFormDraft draft)
    {
        if (draft.Questions.Count is 0 or > QuestionsMax)
            throw new InvalidInputException("questions", $"{draft.Questions.Count} questions; a form has 1 to {QuestionsMax}.");
        ReviewQuestion[] questions = [.. draft.Questions.Select(static (question, at) => Take($"questions[{at}]", question))];
        if (questions.GroupBy(static question => question.Id, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            throw new InvalidInputException("questions", $"The question '{twice.Key}' is there twice; give each an id of its own.");
        if (questions.Count(static question => question.Kind == QuestionKind.Screenshot) > ScreenshotsMax)
            throw new InvalidInputException("questions", $"A form asks for at most {ScreenshotsMax} screenshots.");
        if (draft.Segment is not null && draft.ObjectType is null)
            throw new InvalidInputException("segment", "A segment is one of an object type: name that too.");
        return draft with
        {
            Title = Take("title", draft.Title),
            Thanks = draft.Thanks is { } thanks ? Take("thanks", thanks) : null,
            Questions = questions,
            Trigger = Take(draft.Trigger),
            Caps = Take(draft.Caps),
            Origins = Origins(draft.Origins),
            Route = draft.Route is { } route ? route with { Owner = InputChecks.Name("route.owner", route.Owner), Hours = Hours("route.hours", route.Hours) } : null,
        };
    }

    /// <summary>The answers of a submission to a form, with what each shows of its picture.</summary>
    public static IReadOnlyList<ReviewAnswer> Take(ReviewFormDraft form, ReviewSubmission submission)
    {
        if (submission.Answers.GroupBy(static answer => answer.Question, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            throw new InvalidInputException("answers", $"The question '{Short(twice.Key)}' is answered twice.");
        var given = submission.Answers.ToDictionary(static answer => answer.Question, StringComparer.Ordinal);
        if (given.Keys.FirstOrDefault(id => form.Questions.All(question => question.Id != id)) is { } unknown)
            throw new InvalidInputException("answers", $"The form has no question '{Short(unknown)}'. Read the form again.");
        var answers = new List<ReviewAnswer>();
        foreach (ReviewQuestion question in form.Questions)
        {
            if (given.TryGetValue(question.Id, out ReviewAnswerDraft? draft) && Answer(question, draft) is { } answer)
                answers.Add(answer);
            else if (question.Required)
                throw new InvalidInputException($"answers.{question.Id}", $"The question '{question.Id}' must be answered.");
        }

        return answers.Count > 0 ? answers : throw new InvalidInputException("answers", "No question is answered.");
    }

    public static ReviewContext Take(ReviewContext context) => new(Word("context.version", context.Version), Word("context.module", context.Module), Word("context.language", context.Language));

    /// <summary>When a review was written.</summary>
    public static DateTimeOffset At(DateTimeOffset? at, DateTimeOffset now) => at is not { } given ? now
        : given <= now && given > now - AgeMax ? given.ToUniversalTime()
        : throw new InvalidInputException("at", $"It is said to be of {given:u}; that must have been, and not more than {AgeMax.TotalDays:N0} days ago.");

    public static string Subject(string field, string? subject) => subject is { Length: >= 1 and <= SubjectLengthMax } && !subject.Any(char.IsControl)
        ? subject
        : throw new InvalidInputException(field, $"A subject is 1 to {SubjectLengthMax} characters without control characters.");

    public static void SubmissionId(string id)
    {
        if (id.Length is < SubmissionLengthMin or > SubmissionLengthMax || !id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new InvalidInputException("id", $"The submission's id is to be {SubmissionLengthMin} to {SubmissionLengthMax} letters, digits, '-' and '_', made at random by the sender.");
    }

    public static int Hours(string field, int hours) => hours is >= 1 and <= HoursMax ? hours : throw new InvalidInputException(field, $"{hours} hours; give 1 to {HoursMax:N0}.");

    public static string Needed(string field, string? text) => InputChecks.Text(field, text, TextLengthMax)?.Trim() ?? throw new InvalidInputException(field, "Write something.");

    static ReviewAnswer? Answer(ReviewQuestion question, ReviewAnswerDraft draft)
    {
        string field = $"answers.{question.Id}";
        switch (question.Kind)
        {
            case QuestionKind.Text:
                return InputChecks.Text(field, draft.Text, TextLengthMax)?.Trim() is { } text ? new ReviewAnswer(question.Id, question.Kind, null, text, [], null) : null;
            case QuestionKind.Choice:
                string[] chosen = [.. (draft.Choices ?? []).Distinct(StringComparer.Ordinal)];
                if (chosen.FirstOrDefault(id => question.Options.All(option => option.Id != id)) is { } unknown)
                    throw new InvalidInputException(field, $"The question '{question.Id}' has no option '{Short(unknown)}'.");
                if (chosen.Length > 1 && !question.Many)
                    throw new InvalidInputException(field, $"One option of '{question.Id}' can be chosen, not {chosen.Length}.");
                return chosen.Length > 0 ? new ReviewAnswer(question.Id, question.Kind, null, null, chosen, null) : null;
            case QuestionKind.Screenshot:
                return draft.Image is { Length: > 0 } image ? new ReviewAnswer(question.Id, question.Kind, null, null, [], Image(field, image)) : null;
            default:
                (int least, int most) = question.Kind == QuestionKind.Nps ? (0, 10) : (1, 5);
                if (draft.Number is not { } number)
                    return null;
                return number >= least && number <= most ? new ReviewAnswer(question.Id, question.Kind, number, null, [], null) : throw new InvalidInputException(field, $"{number}; the question '{question.Id}' takes {least} to {most}.");
        }
    }

    /// <summary>What a picture is, its first bytes say, and never its name.</summary>
    static ReviewImage Image(string field, byte[] image)
    {
        if (image.Length > ImageBytesMax)
            throw new InvalidInputException(field, $"The picture has {image.Length:N0} bytes; at most {ImageBytesMax:N0} are taken.");
        ReadOnlySpan<byte> bytes = image;
        string? type = bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
            : bytes.Length > 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "image/webp" : null;
        return type is null ? throw new InvalidInputException(field, "This is no PNG, JPEG or WebP picture.") : new ReviewImage(type, image.Length);
    }

    static ReviewQuestion Take(string field, ReviewQuestion question)
    {
        EntityKeys.CheckPart(field + ".id", question.Id);
        bool isChoice = question.Kind == QuestionKind.Choice;
        if (isChoice ? question.Options.Count is < OptionsMin or > OptionsMax : question.Options.Count > 0)
            throw new InvalidInputException(field + ".options", isChoice ? $"{question.Options.Count} options; a choice has {OptionsMin} to {OptionsMax}." : $"Only a choice has options, not {question.Kind}.");
        ReviewOption[] options = [.. question.Options.Select((option, at) => new ReviewOption(EntityKeys.CheckPart($"{field}.options[{at}].id", option.Id), Take($"{field}.options[{at}].title", option.Title)))];
        return options.DistinctBy(static option => option.Id).Count() == options.Length
            ? question with { Title = Take(field + ".title", question.Title), Options = options, Many = isChoice && question.Many }
            : throw new InvalidInputException(field + ".options", "Two options have the same id.");
    }

    static ReviewText Take(string field, ReviewText text) => new(Line(field + ".zh", text.Zh), Line(field + ".en", text.En));

    static string Line(string field, string? text)
    {
        string line = text?.Trim() ?? "";
        return line.Length is >= 1 and <= TitleLengthMax && !line.Any(char.IsControl) ? line : throw new InvalidInputException(field, $"{line.Length} characters; write 1 to {TitleLengthMax}, in a line.");
    }

    static ReviewTrigger Take(ReviewTrigger trigger)
    {
        if (trigger.DelaySeconds is < 0 or > DelayMax)
            throw new InvalidInputException("trigger.delaySeconds", $"{trigger.DelaySeconds} s; give 0 to {DelayMax:N0}.");
        string? name = Word("trigger.event", trigger.Event);
        return trigger.Kind != TriggerKind.Event ? trigger with { Event = null } : name is null ? throw new InvalidInputException("trigger.event", "Name the event that opens the form.") : trigger with { Event = name };
    }

    static ReviewCaps Take(ReviewCaps caps) =>
        caps.TimesMax is < 1 or > TimesMax ? throw new InvalidInputException("caps.timesMax", $"{caps.TimesMax} times; give 1 to {TimesMax}.")
        : caps.PauseDays is < 0 or > PauseMax ? throw new InvalidInputException("caps.pauseDays", $"{caps.PauseDays} days; give 0 to {PauseMax}.") : caps;

    static string[] Origins(IReadOnlyList<string> origins)
    {
        if (origins.Count > OriginsMax)
            throw new InvalidInputException("origins", $"{origins.Count} origins; at most {OriginsMax} may be listed.");
        return [.. origins.Select(static (origin, at) => origin.Length <= OriginLengthMax && Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "" }
            ? uri.GetLeftPart(UriPartial.Authority)
            : throw new InvalidInputException($"origins[{at}]", $"'{Short(origin)}' is no origin: write scheme and host alone, such as https://erp.example.com.")).Distinct(StringComparer.Ordinal)];
    }

    static string? Word(string field, string? word)
    {
        string? kept = InputChecks.Text(field, word, WordLengthMax)?.Trim();
        return kept?.Any(char.IsControl) == true ? throw new InvalidInputException(field, "It holds control characters; leave them out.") : kept;
    }

    static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}

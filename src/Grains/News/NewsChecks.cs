using System.Text;
using Orrery.Grains.Tags;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.News;

namespace Orrery.Grains.News;

/// <summary>Checks of what authors write.</summary>
static class NewsChecks
{
    public const int AttachmentsMax = 5, AttachmentBytesMax = 1 << 20, ObjectsMax = 10_000, MarkdownMax = 64 * 1024;
    const int TextsMax = 10, TitleMax = 200, LanguageMax = 10, NameMax = 100, ObjectLengthMax = 200;

    /// <exception cref="InvalidInputException">A part cannot be.</exception>
    public static void Check(NewsDraft draft)
    {
        CheckTexts("texts", draft.Texts);
        if (draft.Alternative is { } other)
        {
            CheckTexts("alternative.texts", other.Texts);
            if (other.Percent is < 1 or > 99)
                throw new InvalidInputException("alternative.percent", $"The other form is for {other.Percent} percent of the recipients; it can be 1 to 99.");
        }

        if (draft.Schedule is null)
            throw new InvalidInputException("schedule", "The schedule is missing; {} sends at once when it is approved.");
        NewsHours.Check(draft.Schedule);
        if (draft.Channels is not { Count: >= 1 } channels || channels.Distinct().Count() < channels.Count || !channels.All(Enum.IsDefined))
            throw new InvalidInputException("channels", "Name 1 to 4 different channels of portal, sdk, email and webhook.");
        CheckAudience(draft.Audience);
    }

    /// <exception cref="InvalidInputException">It is none.</exception>
    public static void CheckAudience(NewsAudience? audience)
    {
        if (audience is null)
            throw new InvalidInputException("audience", "The audience is missing.");
        if (audience.Type != NewsKeys.PortalUsers)
            TagKeys.CheckType(audience.Type ?? "");
        int ways = (audience.Segment is null ? 0 : 1) + (audience.Objects is null ? 0 : 1) + (audience.IsEverybody ? 1 : 0);
        if (ways != 1)
            throw new InvalidInputException("audience", $"An audience is a segment, a list of objects, or everybody: one of the three, not {ways}.");
        if (audience.Segment is not null && audience.Type == NewsKeys.PortalUsers)
            throw new InvalidInputException("audience.segment", $"The users of the portal have no segments: use a list, or everybody. An object type whose ids are users' names has them.");
        if (audience.Objects is { } objects && (objects.Count is 0 or > ObjectsMax || objects.Any(static one => one is not { Length: >= 1 and <= ObjectLengthMax })))
            throw new InvalidInputException("audience.objects", $"A list has 1 to {ObjectsMax:N0} objects, each of 1 to {ObjectLengthMax} characters; make a segment of more.");
    }

    static void CheckTexts(string field, IReadOnlyList<NewsText>? texts)
    {
        if (texts is not { Count: >= 1 and <= TextsMax })
            throw new InvalidInputException(field, $"An article has 1 to {TextsMax} texts, not {texts?.Count ?? 0}.");
        for (int place = 0; place < texts.Count; place++)
        {
            NewsText text = texts[place];
            if (text.Language is not { Length: >= 2 and <= LanguageMax } language || !language.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-') || texts.Take(place).Any(other => other.Language == language))
                throw new InvalidInputException($"{field}[{place}].language", "Each text has a language of its own, such as zh or en.");
            if (text.Title?.Trim() is not { Length: >= 1 and <= TitleMax } title || title.Any(char.IsControl))
                throw new InvalidInputException($"{field}[{place}].title", $"A title has 1 to {TitleMax} characters on one line.");
            if (text.Markdown is null || text.Markdown.Length > MarkdownMax)
                throw new InvalidInputException($"{field}[{place}].markdown", $"The text has {text.Markdown?.Length ?? 0} characters; it can have up to {MarkdownMax}.");
        }
    }

    /// <summary>A file's type by its content.</summary>
    /// <exception cref="InvalidInputException">It cannot be attached.</exception>
    public static string TypeOf(string name, byte[] content)
    {
        if (name.Length is 0 or > NameMax || name.Any(static c => char.IsControl(c) || c is '/' or '\\' or '"' or ':') || name is "." or "..")
            throw new InvalidInputException("name", $"A file's name has 1 to {NameMax} characters without /, \\, \" and :.");
        if (content.Length is 0 or > AttachmentBytesMax)
            throw new InvalidInputException("content", $"'{name}' has {content.Length:N0} bytes; a file has 1 to {AttachmentBytesMax:N0}. Put a link to a larger one into the text.");
        ReadOnlySpan<byte> bytes = content;
        return bytes.StartsWith("%PDF-"u8) ? "application/pdf"
            : bytes.StartsWith(new byte[] { 0x89, 0x50, 0x4E, 0x47 }) ? "image/png"
            : bytes.StartsWith(new byte[] { 0xFF, 0xD8, 0xFF }) ? "image/jpeg"
            : bytes.StartsWith("GIF8"u8) ? "image/gif"
            : bytes.Length > 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? "image/webp"
            : IsText(content) ? "text/plain"
            : throw new InvalidInputException("content", $"'{name}' is no PDF, PNG, JPEG, GIF, WebP or plain text in UTF-8; other files are not taken.");
    }

    static bool IsText(byte[] content)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content).All(static c => !char.IsControl(c) || c is '\n' or '\r' or '\t');
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Characters of texts and lists.</summary>
    public static int Length(NewsDraft draft) => draft.Texts.Concat(draft.Alternative?.Texts ?? []).Sum(static text => text.Title.Length + text.Markdown.Length) + (draft.Audience.Objects?.Sum(static one => one.Length) ?? 0);

    /// <summary>What differs between two versions, texts line by line not taken apart.</summary>
    public static IReadOnlyList<NewsDifference> Differences(NewsDraft from, NewsDraft to)
    {
        Dictionary<string, string> before = Fields(from), after = Fields(to);
        return [.. before.Keys.Union(after.Keys).Where(field => before.GetValueOrDefault(field) != after.GetValueOrDefault(field)).Select(field => new NewsDifference(field, before.GetValueOrDefault(field), after.GetValueOrDefault(field)))];
    }

    static Dictionary<string, string> Fields(NewsDraft draft)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string form, IReadOnlyList<NewsText> texts) in new[] { ("texts", draft.Texts), ("alternative", draft.Alternative?.Texts ?? []) })
            foreach (NewsText text in texts)
                (fields[$"{form}.{text.Language}.title"], fields[$"{form}.{text.Language}.markdown"]) = (text.Title, text.Markdown);
        NewsAudience audience = draft.Audience;
        fields["audience"] = $"{audience.Type}: {(audience.IsEverybody ? "everybody" : audience.Segment ?? string.Join(", ", audience.Objects!.Take(20)))}{(audience.IsFrozen ? ", frozen" : "")}";
        fields["schedule"] = $"{draft.Schedule.At ?? "at once"} {draft.Schedule.Zone}{(draft.Schedule.IsEachZone ? ", each zone" : "")}";
        fields["channels"] = string.Join(", ", draft.Channels);
        fields["alternative.percent"] = $"{draft.Alternative?.Percent ?? 0}";
        fields["isUrgent"] = $"{draft.IsUrgent}";
        return fields;
    }
}

namespace Orrery.Connectors.LogFormats;

/// <summary>
/// Lines of programs that log in their own way: a time in front (ISO, with or without brackets), then in any order within the first words a level, a thread in brackets and a
/// logger. What follows is the message. A record without a time is taken whole as a message.
/// </summary>
sealed class TextLogParser(LogParseOptions options) : LogParser("text", options)
{
    const int WordsMax = 5;

    protected override LogOutcome Read(string text)
    {
        var fields = new FieldList();
        var scan = new TextScanner(text);
        scan.Take('\uFEFF');
        bool bracketed = scan.Take('[');
        if (!LogTimes.Iso(ref scan, Options.ZoneOffset, out DateTimeOffset time))
            return LogOutcome.Of(new LogEntry { Format = Format, Message = text });
        if (bracketed)
            scan.Take(']');
        LogEntryLevel level = LogEntryLevel.Unknown;
        TextScanner body = scan;
        for (int word = 0; word < WordsMax && level == LogEntryLevel.Unknown; word++)
        {
            scan.SkipSpaces();
            if (scan.Peek == '[' && scan.Bracketed('[', ']', out ReadOnlySpan<char> inside))
            {
                level = LogLevels.Of(inside.Trim());
                if (level == LogEntryLevel.Unknown && inside.Length <= 200)
                    fields.Add("thread", inside);
            }
            else
            {
                ReadOnlySpan<char> plain = scan.Word();
                level = LogLevels.Of(plain.Trim(":|-<>"));
                if (level == LogEntryLevel.Unknown && plain.Trim("-|:").Length > 0)
                    break;
            }

            if (level != LogEntryLevel.Unknown)
                body = scan;
        }

        body.SkipSpaces();
        while (body.Peek is '-' or ':' or '|')
        {
            body.Skip(1);
            body.SkipSpaces();
        }

        return fields.Entry(new LogEntry { Format = Format, Time = time, Level = level, Message = body.Rest.ToString() });
    }
}

namespace Orrery.Connectors.LogFormats;

/// <summary>Linux' audit log: <c>type=T msg=audit(seconds:serial): name=value ...</c>, values with blanks in quotes.</summary>
sealed class AuditParser(LogParseOptions options) : LogParser("auditd", options)
{
    protected override LogOutcome Read(string text)
    {
        var fields = new FieldList();
        var scan = new TextScanner(text);
        if (scan.Take("node=") && scan.Word() is { Length: > 0 } node)
        {
            fields.Add("node", node);
            scan.Take(' ');
        }

        if (!scan.Take("type=") || scan.Word() is not { Length: > 0 } type || !scan.Take(" msg=audit(") || !scan.Until(':', out ReadOnlySpan<char> seconds) || !scan.Until("):", out ReadOnlySpan<char> serial))
            return LogOutcome.Reject("no type and msg=audit(time:serial)");
        if (!double.TryParse(seconds, System.Globalization.CultureInfo.InvariantCulture, out double number) || !LogTimes.Epoch(number, out DateTimeOffset time))
            return LogOutcome.Reject("no seconds since 1970 in msg=audit(...)");
        fields.Add("type", type);
        fields.Add("serial", serial);
        int body = scan.Position;
        // The part that repeats the numbers as names follows without a blank, behind a separator character.
        ReadOnlySpan<char> rest = scan.Rest;
        foreach (Range range in rest.Split('\x1d'))
            AddPairs(fields, rest[range]);
        return fields.Entry(new LogEntry { Format = Format, Program = "auditd", Host = fields.Find("node") ?? "", Time = time, Level = LogEntryLevel.Information, Message = text[body..].Trim() });
    }

    static void AddPairs(FieldList fields, ReadOnlySpan<char> text)
    {
        var scan = new TextScanner(text);
        for (scan.SkipSpaces(); !scan.AtEnd; scan.SkipSpaces())
        {
            ReadOnlySpan<char> rest = scan.Rest;
            int equals = rest.IndexOfAny('=', ' ');
            if (equals <= 0 || rest[equals] == ' ')
            {
                scan.Word();
                continue;
            }

            string name = rest[..equals].ToString();
            scan.Skip(equals + 1);
            if (scan.Peek is '"' or '\'')
            {
                char quote = scan.Peek;
                scan.Skip(1);
                if (scan.Until(quote, out ReadOnlySpan<char> value))
                    fields.Add(name, value);
            }
            else
            {
                fields.Add(name, scan.Word());
            }
        }
    }
}

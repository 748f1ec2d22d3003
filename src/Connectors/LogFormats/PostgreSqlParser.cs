namespace Orrery.Connectors.LogFormats;

/// <summary>PostgreSQL's log with common line prefixes: a time with its zone, then in any order process, address, user@database; then <c>LEVEL:  text</c>.</summary>
sealed class PostgreSqlParser(LogParseOptions options) : LogParser("postgresql", options)
{
    static readonly string[] Levels = ["DEBUG1", "DEBUG2", "DEBUG3", "DEBUG4", "DEBUG5", "INFO", "NOTICE", "WARNING", "ERROR", "LOG", "FATAL", "PANIC", "DETAIL", "HINT", "STATEMENT", "CONTEXT", "QUERY"];

    protected override LogOutcome Read(string text)
    {
        var scan = new TextScanner(text);
        if (!LogTimes.Iso(ref scan, Options.ZoneOffset, out DateTimeOffset time))
            return LogOutcome.Reject("no time where PostgreSQL's log has it");
        int start = scan.Position;
        foreach (string level in Levels)
        {
            int at = text.IndexOf(level + ":  ", start, Math.Min(300, text.Length - start), StringComparison.Ordinal);
            if (at <= start || char.IsAsciiLetterOrDigit(text[at - 1]))
                continue;
            var fields = new FieldList();
            AddPrefix(fields, text.AsSpan(start, at - start));
            string message = text[(at + level.Length + 3)..];
            AddAuthentication(fields, message);
            return fields.Entry(new LogEntry { Format = Format, Program = "postgresql", Time = time, Level = LogLevels.Of(level), Message = message });
        }

        return LogOutcome.Reject("no level such as 'LOG:  ' within 300 characters of the time");
    }

    static void AddPrefix(FieldList fields, ReadOnlySpan<char> prefix)
    {
        foreach (Range range in prefix.SplitAny(' ', '\t'))
        {
            // "%t:%r:%u@%d:[%p]:" joins its parts by colons; addresses of version 6 have none around them here.
            ReadOnlySpan<char> word = prefix[range].Trim(':');
            int parenthesis = word.IndexOf('(');
            foreach (Range inner in parenthesis > 0 || word.IndexOf('@') > 0 ? word.Split(':') : word.Split('\0'))
                AddPart(fields, word[inner]);
        }
    }

    static void AddPart(FieldList fields, ReadOnlySpan<char> part)
    {
        if (part.Length >= 3 && part[0] == '[' && part[^1] == ']')
        {
            ReadOnlySpan<char> process = part[1..^1];
            fields.Add("pid", process[..(process.IndexOf('-') is > 0 and var dash ? dash : process.Length)]);
        }
        else if (part.IndexOf('@') is > 0 and var at)
        {
            fields.Add("user", part[..at]);
            fields.Add("database", part[(at + 1)..]);
        }
        else if (part.Length > 2 && part[^1] == ')' && part.IndexOf('(') is > 0 and var open)
        {
            fields.Add("client_ip", part[..open]);
            fields.Add("client_port", part[(open + 1)..^1]);
        }
        else if (part.Contains('.') && System.Net.IPAddress.TryParse(part, out _))
        {
            fields.Add("client_ip", part);
        }
    }

    /// <summary><c>password authentication failed for user "u"</c>.</summary>
    static void AddAuthentication(FieldList fields, string message)
    {
        var scan = new TextScanner(message);
        if (!scan.Until(" authentication failed for user \"", out ReadOnlySpan<char> method) || !scan.Until('"', out ReadOnlySpan<char> user) || method.Length > 40)
            return;
        fields.Add("auth_method", method);
        fields.Add("target_user", user);
    }
}

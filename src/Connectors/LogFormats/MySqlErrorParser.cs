namespace Orrery.Connectors.LogFormats;

/// <summary>
/// Error logs of MySQL 5.1 to 8 and MariaDB (<c>time thread [Level] [MY-n] [Subsystem] text</c>, with the old short times too), and lines of the general log
/// (<c>time thread Command text</c>).
/// </summary>
sealed class MySqlErrorParser(LogParseOptions options) : LogParser("mysql-error", options)
{
    protected override LogOutcome Read(string text)
    {
        var fields = new FieldList();
        var scan = new TextScanner(text);
        bool isShort = !LogTimes.Iso(ref scan, Options.ZoneOffset, out DateTimeOffset time);
        if (isShort)
        {
            scan = new TextScanner(text);
            if (!LogTimes.ShortMySql(ref scan, Options.ZoneOffset, out time))
                return LogOutcome.Reject("no time where MySQL's error log has it");
        }

        if (!scan.AtEnd && scan.Peek is not (' ' or '\t'))
            return LogOutcome.Reject("something follows the time that is not a thread's number");
        scan.SkipSpaces();
        ReadOnlySpan<char> thread = scan.Word();
        bool hasThread = thread.Length > 0 && !thread.ContainsAnyExceptInRange('0', '9');
        if (hasThread)
            fields.Add("thread_id", thread);
        else
            scan = Back(text, thread);
        scan.SkipSpaces();
        LogEntryLevel level = LogEntryLevel.Unknown;
        if (scan.Bracketed('[', ']', out ReadOnlySpan<char> word))
        {
            level = LogLevels.Of(word);
            if (level == LogEntryLevel.Unknown)
                return LogOutcome.Reject($"'{word[..Math.Min(20, word.Length)]}' is no level");
            scan.SkipSpaces();
            if (scan.Rest.StartsWith("[MY-") && scan.Bracketed('[', ']', out ReadOnlySpan<char> code))
            {
                fields.Add("code", code);
                scan.SkipSpaces();
                if (scan.Bracketed('[', ']', out ReadOnlySpan<char> subsystem))
                    fields.Add("subsystem", subsystem);
                scan.SkipSpaces();
            }
        }
        else if (hasThread)
        {
            ReadOnlySpan<char> command = scan.Word();
            if (command.Length is 0 or > 30 || command.ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"))
                return LogOutcome.Reject("no level in brackets and no command after the thread");
            fields.Add("command", command);
            scan.SkipSpaces();
        }

        else if (!isShort)
        {
            return LogOutcome.Reject("no thread and no level in brackets after the time");
        }

        string message = scan.Rest.ToString();
        AddAccess(fields, message);
        return fields.Entry(new LogEntry { Format = Format, Program = "mysql", Time = time, Level = level, Message = message });
    }

    static TextScanner Back(string text, ReadOnlySpan<char> word)
    {
        int at = word.Length == 0 ? text.Length : text.AsSpan().IndexOf(word);
        return new TextScanner(text.AsSpan(Math.Max(0, at)));
    }

    /// <summary><c>Access denied for user 'u'@'h' (using password: YES)</c>.</summary>
    static void AddAccess(FieldList fields, string message)
    {
        var scan = new TextScanner(message);
        if (!scan.Until("user '", out _) || !scan.Until("'@'", out ReadOnlySpan<char> user) || !scan.Until('\'', out ReadOnlySpan<char> host))
            return;
        fields.Add("user", user);
        fields.Add("client_ip", host);
        if (scan.Until("(using password: ", out _) && scan.Until(')', out ReadOnlySpan<char> used))
            fields.Add("using_password", used);
    }
}

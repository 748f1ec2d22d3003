namespace Orrery.Connectors.LogFormats;

/// <summary>SQL Server's error log: <c>time  source  text</c>, columns by blanks. A record of several lines keeps them all.</summary>
sealed class SqlServerErrorParser(LogParseOptions options) : LogParser("mssql-error", options)
{
    protected override LogOutcome Read(string text)
    {
        var fields = new FieldList();
        var scan = new TextScanner(text);
        if (!LogTimes.Iso(ref scan, Options.ZoneOffset, out DateTimeOffset time) || scan.Peek != ' ')
            return LogOutcome.Reject("no time where SQL Server's error log has it");
        scan.SkipSpaces();
        const int sourceWidth = 12;
        int sourceStart = scan.Position;
        ReadOnlySpan<char> source = scan.Word();
        if (source.Length is 0 or > 24 || !char.IsLetter(source[0]) || scan.Peek != ' ')
            return LogOutcome.Reject("no source such as Server, Logon or spid51 after the time");
        scan.SkipSpaces();
        if (scan.Position - sourceStart < sourceWidth)
            return LogOutcome.Reject("the text does not stand in its column after the source");
        fields.Add("source", source);
        string message = scan.Rest.ToString();
        LogEntryLevel level = LogEntryLevel.Information;
        var body = new TextScanner(message);
        if (body.Take("Error: ") && body.Until(", Severity: ", out ReadOnlySpan<char> code) && body.Until(", State: ", out ReadOnlySpan<char> severity) && body.Until('.', out ReadOnlySpan<char> state))
        {
            fields.Add("code", code);
            fields.Add("severity", severity);
            fields.Add("state", state);
            level = int.TryParse(severity, out int number) && number >= 20 ? LogEntryLevel.Critical : number > 10 ? LogEntryLevel.Error : LogEntryLevel.Information;
        }
        else if (message.StartsWith("Login failed for user '", StringComparison.Ordinal))
        {
            level = LogEntryLevel.Warning;
            AddLogin(fields, message);
        }

        return fields.Entry(new LogEntry { Format = Format, Program = "mssql", Time = time, Level = level, Message = message });
    }

    /// <summary><c>Login failed for user 'u'. Reason: r. [CLIENT: a]</c>.</summary>
    static void AddLogin(FieldList fields, string message)
    {
        var scan = new TextScanner(message);
        if (!scan.Until("user '", out _) || !scan.Until("'.", out ReadOnlySpan<char> user))
            return;
        fields.Add("user", user);
        int reason = message.IndexOf("Reason: ", StringComparison.Ordinal), client = message.IndexOf("[CLIENT: ", StringComparison.Ordinal);
        if (client > 0 && message.IndexOf(']', client) is > 0 and var end)
            fields.Add("client_ip", message.AsSpan(client + 9, end - client - 9));
        if (reason > 0)
            fields.Add("reason", message.AsSpan(reason + 8, (client > reason ? client : message.Length) - reason - 8).Trim().TrimEnd('.'));
    }
}

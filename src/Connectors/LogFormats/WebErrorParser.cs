namespace Orrery.Connectors.LogFormats;

/// <summary>Error logs of Apache (<c>[time] [module:level] [pid n:tid n] [client a:p] CODE: text</c>) and nginx (<c>time [level] pid#tid: *connection text, client: a, ...</c>).</summary>
sealed class WebErrorParser(LogParseOptions options) : LogParser("web-error", options)
{
    protected override LogOutcome Read(string text) => text[0] == '[' ? ReadApache(text) : ReadNginx(text);

    LogOutcome ReadApache(string text)
    {
        var fields = new FieldList();
        var scan = new TextScanner(text);
        if (!scan.Bracketed('[', ']', out ReadOnlySpan<char> timeText) || !LogTimes.ApacheError(timeText, Options.ZoneOffset, out DateTimeOffset time))
            return LogOutcome.Reject("no time in brackets where Apache's error log has it");
        scan.SkipSpaces();
        if (!scan.Bracketed('[', ']', out ReadOnlySpan<char> module))
            return LogOutcome.Reject("no level in brackets after the time");
        int colon = module.IndexOf(':');
        ReadOnlySpan<char> level = module[(colon + 1)..];
        if (colon > 0)
            fields.Add("module", module[..colon]);
        for (scan.SkipSpaces(); scan.Peek == '[' && scan.Bracketed('[', ']', out ReadOnlySpan<char> part); scan.SkipSpaces())
            AddPart(fields, part);
        int bodyStart = scan.Position;
        ReadOnlySpan<char> body = scan.Rest;
        // An error of the system below stands in front: "(70014)End of file found: [client ...] AH02006: ...".
        if (scan.Peek == '(' && scan.Bracketed('(', ')', out ReadOnlySpan<char> code) && !code.ContainsAnyExceptInRange('0', '9'))
        {
            int client = scan.Rest.IndexOf(": [client ");
            if (client >= 0)
            {
                fields.Add("system_code", code);
                fields.Add("system_message", scan.Rest[..client]);
                scan.Skip(client + 2);
                if (scan.Bracketed('[', ']', out ReadOnlySpan<char> part))
                    AddPart(fields, part);
                scan.SkipSpaces();
                body = scan.Rest;
                bodyStart = scan.Position;
            }
        }

        if (body.StartsWith("AH") && body.IndexOf(':') is > 2 and < 12 and var end)
        {
            fields.Add("code", body[..end]);
            AddUser(fields, body[(end + 1)..].TrimStart());
        }

        return fields.Entry(new LogEntry { Format = Format, Program = "apache", Time = time, Level = LogLevels.Of(level), Message = text[bodyStart..] });
    }

    LogOutcome ReadNginx(string text)
    {
        var fields = new FieldList();
        var scan = new TextScanner(text);
        if (!LogTimes.Iso(ref scan, Options.ZoneOffset, out DateTimeOffset time))
            return LogOutcome.Reject("no time where an error log has it");
        scan.SkipSpaces();
        if (!scan.Bracketed('[', ']', out ReadOnlySpan<char> level) || !scan.Take(' ') || !scan.Until('#', out ReadOnlySpan<char> process) || !scan.Until(": ", out ReadOnlySpan<char> thread))
            return LogOutcome.Reject("no level, process and thread after the time");
        if (process.Length > 10 || thread.Length > 20 || process.ContainsAnyExceptInRange('0', '9'))
            return LogOutcome.Reject("no process number after the level");
        fields.Add("pid", process);
        fields.Add("tid", thread);
        if (scan.Take('*'))
            fields.Add("connection", scan.Word());
        scan.SkipSpaces();
        int bodyStart = scan.Position;
        foreach ((string mark, string name) in new[] { (", client: ", "client_ip"), (", server: ", "server"), (", request: \"", "request"), (", upstream: \"", "upstream"), (", host: \"", "host"), (", referrer: \"", "referrer") })
        {
            int start = text.IndexOf(mark, bodyStart, StringComparison.Ordinal);
            if (start < 0)
                continue;
            ReadOnlySpan<char> value = text.AsSpan(start + mark.Length);
            int end = value.IndexOf(mark.EndsWith('"') ? "\"" : ", ");
            fields.AddKnown(name, end < 0 ? value : value[..end]);
        }

        if (fields.Find("request")?.Split(' ') is [var method, var path, .. var versions])
        {
            fields.Add("method", method);
            fields.Add("path", path);
            if (versions is [var version] && version.StartsWith("HTTP/", StringComparison.Ordinal))
                fields.Add("http_version", version.AsSpan(5));
        }

        if (text.AsSpan(bodyStart).StartsWith("user \"") && text.IndexOf('"', bodyStart + 6) is > 0 and var quote)
            fields.Add("user", text.AsSpan(bodyStart + 6, quote - bodyStart - 6));
        return fields.Entry(new LogEntry { Format = Format, Program = "nginx", Time = time, Level = LogLevels.Of(level), Message = text[bodyStart..] });
    }

    static void AddPart(FieldList fields, ReadOnlySpan<char> part)
    {
        if (part.StartsWith("client "))
        {
            ReadOnlySpan<char> client = part[7..];
            int colon = client.LastIndexOf(':');
            fields.Add("client_ip", colon > 0 ? client[..colon] : client);
            if (colon > 0)
                fields.Add("client_port", client[(colon + 1)..]);
        }
        else if (part.StartsWith("pid "))
        {
            int thread = part.IndexOf(":tid ");
            fields.Add("pid", thread < 0 ? part[4..] : part[4..thread]);
            if (thread >= 0)
                fields.Add("tid", part[(thread + 5)..]);
        }
    }

    static void AddUser(FieldList fields, ReadOnlySpan<char> message)
    {
        const string notFound = " not found: ";
        int at = message.IndexOf(notFound);
        if (!message.StartsWith("user ") || at < 5)
            return;
        fields.Add("user", message[5..at]);
        fields.Add("path", message[(at + notFound.Length)..]);
    }
}

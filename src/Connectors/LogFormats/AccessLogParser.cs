namespace Orrery.Connectors.LogFormats;

/// <summary>
/// Access logs of nginx and Apache in the common and combined form, with or without the virtual host in front, and those of nginx-proxy-manager. A request that
/// is not HTTP stays whole in the field <c>request</c>.
/// </summary>
sealed class AccessLogParser(LogParseOptions options) : LogParser("access", options)
{
    protected override LogOutcome Read(string text)
    {
        var fields = new FieldList();
        return text[0] == '[' ? ReadProxyManager(text, fields) : ReadCombined(text, fields);
    }

    LogOutcome ReadCombined(string text, FieldList fields)
    {
        var scan = new TextScanner(text);
        if (!scan.Until(" [", out ReadOnlySpan<char> front) || !scan.Until("] ", out ReadOnlySpan<char> timeText) || !LogTimes.Access(timeText, Options.ZoneOffset, out DateTimeOffset time))
            return LogOutcome.Reject("no time in brackets where an access log has it");
        // The user, which clients choose, may hold spaces; host, address and identity do not.
        var names = new TextScanner(front);
        ReadOnlySpan<char> first = names.Word();
        names.SkipSpaces();
        ReadOnlySpan<char> second = names.Word();
        names.SkipSpaces();
        ReadOnlySpan<char> third = names.Peek == '-' || IsAddress(second) ? names.Word() : default;
        bool hasHost = IsAddress(second) && third.Length > 0;
        names.SkipSpaces();
        ReadOnlySpan<char> rest = names.Rest;
        if (hasHost)
            AddHost(fields, first);
        fields.Add("client_ip", hasHost ? second : first);
        fields.AddKnown("ident", hasHost ? third : second);
        fields.AddKnown("user", hasHost ? rest : third.Length > 0 && rest.Length == 0 ? third : third.Length > 0 ? front[front.IndexOf(third)..] : rest);
        if (!scan.Quoted(out ReadOnlySpan<char> request))
            return LogOutcome.Reject("no request in quotes after the time");
        AddRequest(fields, request);
        scan.SkipSpaces();
        ReadOnlySpan<char> status = scan.Word();
        scan.SkipSpaces();
        ReadOnlySpan<char> bytes = scan.Word();
        if (status.Length != 3 || status.ContainsAnyExceptInRange('0', '9'))
            return LogOutcome.Reject("no status of three digits after the request");
        fields.Add("status", status);
        fields.AddKnown("bytes", bytes);
        scan.SkipSpaces();
        if (scan.Quoted(out ReadOnlySpan<char> referrer))
        {
            fields.AddKnown("referrer", referrer);
            scan.SkipSpaces();
            if (scan.Quoted(out ReadOnlySpan<char> agent))
                fields.AddKnown("user_agent", agent);
            scan.SkipSpaces();
            fields.AddKnown("rest", scan.Rest);
        }

        return fields.Entry(new LogEntry { Format = Format, Time = time, Level = LogLevels.OfStatus(status), Message = text });
    }

    /// <summary><c>[time] cache upstream status - METHOD scheme host "path" [Client ip] [Length n] [Gzip r] [Sent-to s] "agent" "referrer"</c>.</summary>
    LogOutcome ReadProxyManager(string text, FieldList fields)
    {
        var scan = new TextScanner(text);
        if (!scan.Bracketed('[', ']', out ReadOnlySpan<char> timeText) || !LogTimes.Access(timeText, Options.ZoneOffset, out DateTimeOffset time) || !scan.Until(" - ", out ReadOnlySpan<char> states))
            return LogOutcome.Reject("no time in brackets where an access log has it");
        if (scan.Rest.StartsWith("- "))
            scan.Skip(2);
        string[] words = states.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // "- 404 404", "HIT 200 200", or the status alone: then the cut fell behind it, and the dash is the cache's.
        if (words.Length == 0)
        {
            words = ["-"];
            if (scan.Until(" - ", out ReadOnlySpan<char> more))
                words = ["-", .. more.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        }

        string status = words[^1];
        if (words.Length >= 3)
        {
            fields.AddKnown("upstream_cache", words[0]);
            fields.AddKnown("upstream_status", words[1]);
        }

        fields.Add("status", status);
        fields.Add("method", scan.Word());
        scan.SkipSpaces();
        fields.Add("scheme", scan.Word());
        scan.SkipSpaces();
        fields.Add("host", scan.Word());
        scan.SkipSpaces();
        if (!scan.Quoted(out ReadOnlySpan<char> path))
            return LogOutcome.Reject("no path in quotes after the host");
        AddPath(fields, path);
        scan.SkipSpaces();
        while (scan.Bracketed('[', ']', out ReadOnlySpan<char> part))
        {
            int space = part.IndexOf(' ');
            if (space > 0)
                fields.AddKnown(part[..space] switch { "Client" => "client_ip", "Length" => "bytes", "Gzip" => "gzip_ratio", "Sent-to" => "target", _ => part[..space].ToString().ToLowerInvariant() }, part[(space + 1)..]);
            scan.SkipSpaces();
        }

        if (scan.Quoted(out ReadOnlySpan<char> agent))
            fields.AddKnown("user_agent", agent);
        scan.SkipSpaces();
        if (scan.Quoted(out ReadOnlySpan<char> referrer))
            fields.AddKnown("referrer", referrer);
        return fields.Find("client_ip") is null
            ? LogOutcome.Reject("no client in brackets after the path")
            : fields.Entry(new LogEntry { Format = Format, Program = "nginx-proxy-manager", Time = time, Level = LogLevels.OfStatus(status), Message = text });
    }

    static void AddHost(FieldList fields, ReadOnlySpan<char> host)
    {
        int colon = host.LastIndexOf(':');
        bool hasPort = colon > 0 && !host[(colon + 1)..].ContainsAnyExceptInRange('0', '9') && host[..colon].IndexOf(':') < 0;
        fields.Add("host", hasPort ? host[..colon] : host);
        if (hasPort)
            fields.Add("port", host[(colon + 1)..]);
    }

    static void AddRequest(FieldList fields, ReadOnlySpan<char> request)
    {
        int first = request.IndexOf(' '), last = request.LastIndexOf(" HTTP/");
        if (first <= 0 || last <= first || request[..first].ContainsAnyExceptInRange('A', 'Z'))
        {
            fields.Add("request", request);
            return;
        }

        fields.Add("method", request[..first]);
        AddPath(fields, request[(first + 1)..last]);
        fields.Add("http_version", request[(last + 6)..]);
    }

    static void AddPath(FieldList fields, ReadOnlySpan<char> target)
    {
        int query = target.IndexOf('?');
        fields.Add("path", query < 0 ? target : target[..query]);
        if (query >= 0)
            fields.Add("query", target[(query + 1)..]);
    }

    static bool IsAddress(ReadOnlySpan<char> word) =>
        word.Length >= 3 && (word.Contains('.') || word.Contains(':')) && System.Net.IPAddress.TryParse(word, out _);
}

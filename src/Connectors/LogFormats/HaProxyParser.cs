namespace Orrery.Connectors.LogFormats;

/// <summary>HAProxy's HTTP log and its connection errors, with or without syslog's head in front.</summary>
sealed class HaProxyParser(LogParseOptions options) : LogParser("haproxy", options)
{
    static readonly string[] Timers = ["time_request_ms", "time_queue_ms", "time_connect_ms", "time_response_ms", "time_total_ms"];
    static readonly string[] Connections = ["connections", "connections_frontend", "connections_backend", "connections_server", "retries"];

    protected override LogOutcome Read(string text)
    {
        int mark = text.IndexOf("haproxy[", StringComparison.Ordinal);
        int start = mark >= 0 && text.IndexOf("]: ", mark, StringComparison.Ordinal) is > 0 and var head ? head + 3 : 0;
        var fields = new FieldList();
        var scan = new TextScanner(text.AsSpan(start));
        if (!scan.Until(" [", out ReadOnlySpan<char> client) || client.LastIndexOf(':') is not (> 0 and var colon) || client.Contains(' ')
            || !scan.Until("] ", out ReadOnlySpan<char> timeText) || !LogTimes.Access(timeText, Options.ZoneOffset, out DateTimeOffset time))
            return LogOutcome.Reject("no address with a port and a time in brackets");
        fields.Add("client_ip", client[..colon]);
        fields.Add("client_port", client[(colon + 1)..]);
        string first = scan.Word().ToString();
        // "frontend/backend: text" is an error of the connection.
        if (first.EndsWith(':') && first.Contains('/'))
        {
            fields.Add("frontend", first.AsSpan(0, first.IndexOf('/')));
            fields.Add("server", first.AsSpan(first.IndexOf('/') + 1).TrimEnd(':'));
            return fields.Entry(new LogEntry { Format = Format, Program = "haproxy", Time = time, Level = LogEntryLevel.Warning, Message = scan.Rest.Trim().ToString() });
        }

        fields.Add("frontend", first);
        scan.Take(' ');
        ReadOnlySpan<char> backend = scan.Word();
        int slash = backend.IndexOf('/');
        fields.Add("backend", slash < 0 ? backend : backend[..slash]);
        if (slash >= 0)
            fields.Add("server", backend[(slash + 1)..]);
        scan.Take(' ');
        if (!AddNumbers(fields, Timers, scan.Word()))
            return LogOutcome.Reject("no five timers after the server");
        scan.Take(' ');
        string status = scan.Word().ToString();
        fields.Add("status", status);
        scan.Take(' ');
        fields.Add("bytes", scan.Word());
        scan.Take(' ');
        fields.AddKnown("request_cookie", scan.Word());
        scan.Take(' ');
        fields.AddKnown("response_cookie", scan.Word());
        scan.Take(' ');
        fields.Add("termination", scan.Word());
        scan.Take(' ');
        if (!AddNumbers(fields, Connections, scan.Word()))
            return LogOutcome.Reject("no five numbers of connections after the state");
        scan.Take(' ');
        AddNumbers(fields, ["queue_server", "queue_backend"], scan.Word());
        if (scan.Until('"', out _) && scan.Until('"', out ReadOnlySpan<char> request) && request.IndexOf(' ') is > 0 and var space)
        {
            fields.Add("method", request[..space]);
            int version = request.LastIndexOf(" HTTP/");
            fields.Add("path", version > space ? request[(space + 1)..version] : request[(space + 1)..]);
            if (version > space)
                fields.Add("http_version", request[(version + 6)..]);
        }

        return fields.Entry(new LogEntry { Format = Format, Program = "haproxy", Time = time, Level = LogLevels.OfStatus(status), Message = text[start..] });
    }

    static bool AddNumbers(FieldList fields, string[] names, ReadOnlySpan<char> text)
    {
        int index = 0;
        foreach (Range range in text.Split('/'))
        {
            ReadOnlySpan<char> number = text[range].TrimStart('+');
            if (index == names.Length || number.Length == 0 || number.ContainsAnyExcept("0123456789-"))
                return false;
            fields.Add(names[index++], number);
        }

        return index == names.Length;
    }
}

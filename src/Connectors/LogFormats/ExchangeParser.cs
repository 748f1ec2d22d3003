namespace Orrery.Connectors.LogFormats;

/// <summary>Exchange's protocol logs without a head line: IMAP and POP (<c>time,session,seq,server,client,user,duration,sizes,command,parameters,context,</c>) and SMTP (<c>time,connector,session,seq,server,client,event,data,context</c>).</summary>
sealed class ExchangeParser(LogParseOptions options) : LogParser("exchange", options)
{
    static readonly string[] Mail = ["session", "sequence", "server", "client", "user", "duration_ms", "request_bytes", "response_bytes", "command", "parameters", "context"];
    static readonly string[] Smtp = ["connector", "session", "sequence", "server", "client", "event", "data", "context"];

    protected override LogOutcome Read(string text)
    {
        if (text[0] == '#' || text.StartsWith("dateTime,", StringComparison.OrdinalIgnoreCase))
            return LogOutcome.Directive;
        if (DelimitedLine.Split(text, ',', 40) is not { Count: >= 8 } values)
            return LogOutcome.Reject("fewer than 8 fields between commas, or a quote that does not end");
        var scan = new TextScanner(values[0]);
        if (!LogTimes.Iso(ref scan, TimeSpan.Zero, out DateTimeOffset time))
            return LogOutcome.Reject("no time in the first field");
        bool isSmtp = values.Count >= 9 && IsEndpoint(values[5]) && IsEndpoint(values[6]) == false && IsEndpoint(values[4]) && values[1].Contains('\\');
        if (!isSmtp && !(values.Count >= 12 && IsEndpoint(values[3]) && IsEndpoint(values[4])))
            return LogOutcome.Reject("no address with a port where server and client stand");
        string[] names = isSmtp ? Smtp : Mail;
        var fields = new FieldList();
        for (int i = 0; i < names.Length && i + 1 < values.Count; i++)
        {
            if (names[i] is not ("server" or "client"))
            {
                fields.AddKnown(names[i], values[i + 1]);
                continue;
            }

            int colon = values[i + 1].LastIndexOf(':');
            fields.Add(names[i] + "_ip", values[i + 1].AsSpan(0, colon).Trim("[]"));
            fields.Add(names[i] + "_port", values[i + 1].AsSpan(colon + 1));
        }

        if (isSmtp)
            AddReply(fields, fields.Find("data") ?? "");
        string message = isSmtp ? fields.Find("data") ?? "" : fields.Find("context") ?? fields.Find("command") ?? "";
        bool failed = isSmtp ? fields.Find("reply_code") is ['4' or '5', ..] : message.Contains("AuthFailed", StringComparison.Ordinal);
        return fields.Entry(new LogEntry { Format = Format, Program = isSmtp ? "exchange-smtp" : "exchange", Time = time, Level = failed ? LogEntryLevel.Warning : LogEntryLevel.Information, Message = message });
    }

    /// <summary><c>535 5.7.3 Authentication unsuccessful</c>.</summary>
    static void AddReply(FieldList fields, string data)
    {
        var scan = new TextScanner(data);
        if (!scan.Number(3, 3, out int code) || !(scan.Take(' ') || scan.Take('-')))
            return;
        fields.Add("reply_code", code.ToString());
        ReadOnlySpan<char> text = scan.Rest;
        ReadOnlySpan<char> status = text[..Math.Max(0, text.IndexOf(' '))];
        if (status.Length >= 5 && !status.ContainsAnyExcept("0123456789."))
        {
            fields.Add("reply_status", status);
            text = text[(status.Length + 1)..];
        }

        fields.Add("reply_text", text);
    }

    static bool IsEndpoint(string text) => text.LastIndexOf(':') is > 0 and var colon && colon < text.Length - 1 && !text.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9');
}

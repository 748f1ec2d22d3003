namespace Orrery.Connectors.LogFormats;

/// <summary>
/// W3C extended logs as IIS writes them: <c>#Fields:</c> names the columns and may change inside of a file; times are UTC; '+' stands for a blank
/// in texts. Also Exchange's protocol logs, which separate by commas.
/// </summary>
sealed class W3cLogParser(LogParseOptions options) : LogParser("w3c", options)
{
    const int ColumnsMax = 400;

    static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["c-ip"] = "client_ip", ["cs-method"] = "method", ["cs-uri-stem"] = "path", ["cs-uri-query"] = "query", ["sc-status"] = "status", ["sc-substatus"] = "substatus",
        ["sc-win32-status"] = "win32_status", ["sc-bytes"] = "bytes", ["cs-bytes"] = "bytes_received", ["time-taken"] = "time_taken_ms", ["s-ip"] = "server_ip", ["s-port"] = "port",
        ["cs-username"] = "user", ["cs(User-Agent)"] = "user_agent", ["cs(Referer)"] = "referrer", ["cs(Cookie)"] = "cookie", ["cs-host"] = "host", ["cs-version"] = "http_version",
        ["s-sitename"] = "site", ["X-Forwarded-For"] = "forwarded_for",
    };

    string[] columns = [];
    bool commas;

    public override string State
    {
        get => columns.Length == 0 ? "" : (commas ? "," : " ") + string.Join(' ', columns);
        set
        {
            commas = value.StartsWith(',');
            columns = value.Length == 0 ? [] : value[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    protected override LogOutcome Read(string text)
    {
        if (text[0] == '#')
            return ReadDirective(text);
        if (columns.Length == 0)
            return LogOutcome.Reject("no #Fields line came before it");
        List<string>? values = commas ? DelimitedLine.Split(text, ',', ColumnsMax) : [.. text.Split(' ')];
        if (values is null || values.Count != columns.Length)
            return LogOutcome.Reject($"it has {values?.Count ?? 0} fields; #Fields names {columns.Length}");
        var fields = new FieldList();
        string date = "", clock = "", host = "", status = "";
        for (int i = 0; i < columns.Length; i++)
        {
            string value = values[i];
            switch (columns[i])
            {
                case "date" or "date-time": date = value; break;
                case "time": clock = value; break;
                case "s-computername": host = value; break;
                default:
                    string name = Names.GetValueOrDefault(columns[i]) ?? Plain(columns[i]);
                    if (name == "status")
                        status = value;
                    fields.AddKnown(name, name is "user_agent" or "referrer" or "cookie" ? value.Replace('+', ' ') : value);
                    break;
            }
        }

        var scan = new TextScanner(clock.Length == 0 ? date : date + " " + clock);
        DateTimeOffset? time = LogTimes.Iso(ref scan, TimeSpan.Zero, out DateTimeOffset at) ? at : null;
        return time is null
            ? LogOutcome.Reject($"'{Short(date)} {Short(clock)}' is no time")
            : fields.Entry(new LogEntry { Format = Format, Program = commas ? "exchange" : "iis", Host = host, Time = time, Level = LogLevels.OfStatus(status), Message = text });
    }

    LogOutcome ReadDirective(string text)
    {
        const string mark = "#Fields:";
        if (!text.StartsWith(mark, StringComparison.OrdinalIgnoreCase))
            return LogOutcome.Directive;
        string list = text[mark.Length..].Trim();
        bool separated = list.Contains(',');
        string[] found = list.Split(separated ? ',' : ' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (found.Length is 0 or > ColumnsMax || found.Any(name => name.Contains(' ')))
            return LogOutcome.Reject($"#Fields names {found.Length} columns; 1 to {ColumnsMax} without blanks can be");
        (columns, commas) = (found, separated);
        return LogOutcome.Directive;
    }

    static string Plain(string name) => string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '_')).Trim('_');

    static string Short(string text) => text.Length <= 40 ? text : text[..40];
}

using System.Globalization;
using System.Text;

namespace Orrery.Connectors.LogFormats;

/// <summary>
/// Slow logs of MySQL, Percona Server and MariaDB; a record is one event with all its lines. Every <c>Name: value</c> of the head is a field in small letters;
/// the message is the statement, without the <c>use</c> and <c>SET timestamp</c> lines in front of it.
/// </summary>
sealed class MySqlSlowParser(LogParseOptions options) : LogParser("mysql-slow", options)
{
    protected override LogOutcome Read(string text)
    {
        var fields = new FieldList();
        var statement = new StringBuilder();
        DateTimeOffset? time = null, stamped = null;
        bool hasHead = false, isBanner = true;
        string use = "";
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> line = raw.TrimEnd();
            if (line.Length == 0 && statement.Length == 0)
                continue;
            if (IsBanner(line))
                continue;
            isBanner = false;
            if (line.StartsWith("# administrator command: "))
                statement.Append(line[2..]).Append('\n');
            else if (line.StartsWith("#") && statement.Length == 0)
                hasHead |= ReadHead(line[1..].Trim(), fields, ref time);
            else if (statement.Length == 0 && line.StartsWith("use ", StringComparison.OrdinalIgnoreCase) && line.EndsWith(";"))
                use = line.ToString();
            else if (statement.Length > 0 || !IsServersOwn(line, ref stamped))
                statement.Append(raw).Append('\n');
        }

        if (isBanner)
            return LogOutcome.Directive;
        if (!hasHead)
            return LogOutcome.Reject("no Query_time in its head: the beginning of the event is missing");
        if (use.Length > 0)
            fields.AddKnown("use", use.AsSpan(4, use.Length - 5).Trim().Trim('`'));
        // The server writes "use" in front of an event's statement; standing alone it is the statement.
        string message = statement.Length > 0 ? statement.ToString().Trim() : use;
        return fields.Entry(new LogEntry
        {
            Format = Format,
            Program = "mysql",
            Time = stamped ?? time,
            Level = fields.Find("last_errno") is not (null or "0") ? LogEntryLevel.Error : LogEntryLevel.Warning,
            Message = message.EndsWith(';') ? message[..^1] : message,
        });
    }

    /// <summary>What the server writes when it starts or rotates, also between two events.</summary>
    static bool IsBanner(ReadOnlySpan<char> line) =>
        (line.EndsWith("started with:") && line.Contains(", Version: ", StringComparison.Ordinal)) || (line.StartsWith("Tcp port: ") && line.Contains("Unix socket: ", StringComparison.Ordinal)) || (line.StartsWith("Time  ") && line.EndsWith("Argument"));

    bool ReadHead(ReadOnlySpan<char> line, FieldList fields, ref DateTimeOffset? time)
    {
        if (line.StartsWith("Time:"))
        {
            int user = line.IndexOf("# User@Host:");
            time = TimeOf(line[5..(user < 0 ? line.Length : user)].Trim()) ?? time;
            if (user < 0)
                return false;
            line = line[(user + 2)..];
        }

        if (line.StartsWith("User@Host:"))
        {
            ReadUser(line[10..].Trim(), fields);
            return false;
        }

        if (line.StartsWith("explain:"))
        {
            fields.Add("explain", (fields.Find("explain") is { } before ? before + "\n" : "") + line[8..].Trim().ToString());
            return false;
        }

        ReadPairs(line, fields);
        return fields.Find("query_time") is not null;
    }

    DateTimeOffset? TimeOf(ReadOnlySpan<char> text)
    {
        var scan = new TextScanner(text);
        if (LogTimes.Iso(ref scan, Options.ZoneOffset, out DateTimeOffset time))
            return time;
        scan = new TextScanner(text);
        return LogTimes.ShortMySql(ref scan, Options.ZoneOffset, out time) ? time : null;
    }

    /// <summary><c>user[user] @ host [address]  Id: 17</c>.</summary>
    static void ReadUser(ReadOnlySpan<char> text, FieldList fields)
    {
        var scan = new TextScanner(text);
        if (!scan.Until('[', out ReadOnlySpan<char> outer) || !scan.Until(']', out ReadOnlySpan<char> inner))
            return;
        fields.AddKnown("user", outer.Trim().Length > 0 ? outer.Trim() : inner);
        scan.SkipSpaces();
        scan.Take('@');
        scan.SkipSpaces();
        if (!scan.Until('[', out ReadOnlySpan<char> host) || !scan.Until(']', out ReadOnlySpan<char> address))
            return;
        fields.AddKnown("host", host.Trim());
        fields.AddKnown("client_ip", address);
        ReadPairs(scan.Rest, fields);
    }

    static void ReadPairs(ReadOnlySpan<char> line, FieldList fields)
    {
        for (var scan = new TextScanner(line); scan.Until(':', out ReadOnlySpan<char> before);)
        {
            ReadOnlySpan<char> name = before.Trim();
            name = name[(name.LastIndexOf(' ') + 1)..];
            if (name.Length is 0 or > 64)
                continue;
            scan.SkipSpaces();
            ReadOnlySpan<char> value = scan.Word();
            // "Schema:   Last_errno: 0": the value is empty, and what follows is the next name.
            if (value.EndsWith(":"))
            {
                scan = new TextScanner(line[(line.Length - scan.Rest.Length - value.Length)..]);
                line = scan.Rest;
                continue;
            }

            fields.AddKnown(name.ToString().ToLowerInvariant(), value);
            line = scan.Rest;
            scan = new TextScanner(line);
        }
    }

    /// <summary>What the server writes in front of a statement so that it can be run again: <c>SET timestamp=...;</c>, <c>SET insert_id=...;</c>.</summary>
    static bool IsServersOwn(ReadOnlySpan<char> line, ref DateTimeOffset? stamped)
    {
        if (!line.StartsWith("SET ", StringComparison.OrdinalIgnoreCase) || !line.EndsWith(";"))
            return false;
        const string mark = "timestamp=";
        int at = line.IndexOf(mark, StringComparison.OrdinalIgnoreCase);
        bool isServers = at >= 0 || line.Contains("insert_id=", StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
        {
            ReadOnlySpan<char> number = line[(at + mark.Length)..];
            int end = number.IndexOfAny(",;");
            if (double.TryParse(number[..end], CultureInfo.InvariantCulture, out double seconds) && LogTimes.Epoch(seconds, out DateTimeOffset time))
                stamped = time;
        }

        return isServers;
    }
}

using System.Net;

namespace Orrery.Connectors.LogFormats;

/// <summary>Syslog in the old form (<c>Nov 21 10:00:00 host program[pid]: text</c>, also with an ISO time) and the new (RFC 5424), with or without a priority. sshd's lines give user and address.</summary>
sealed class SyslogParser(LogParseOptions options) : LogParser("syslog", options)
{
    protected override LogOutcome Read(string text)
    {
        var fields = new FieldList();
        var scan = new TextScanner(text);
        LogEntryLevel level = LogEntryLevel.Unknown;
        if (scan.Peek == '<')
        {
            scan.Skip(1);
            if (!scan.Number(1, 3, out int priority) || priority > 191 || !scan.Take('>'))
                return LogOutcome.Reject("no priority of 0 to 191 between '<' and '>'");
            level = LogLevels.OfSeverity(priority & 7);
            fields.Add("facility", (priority >> 3).ToString());
            if (scan.Take("1 "))
                return ReadNew(ref scan, level, fields);
        }

        TextScanner begin = scan;
        if (!LogTimes.Syslog(ref scan, Options.Reference, Options.ZoneOffset, out DateTimeOffset time))
        {
            scan = begin;
            if (!LogTimes.Iso(ref scan, Options.ZoneOffset, out time))
                return LogOutcome.Reject("no time where syslog has it");
        }

        if (!scan.Take(' '))
            return LogOutcome.Reject("no host after the time");
        scan.SkipSpaces();
        ReadOnlySpan<char> host = scan.Word();
        scan.SkipSpaces();
        ReadOnlySpan<char> rest = scan.Rest;
        int colon = rest.IndexOf(':');
        ReadOnlySpan<char> tag = colon < 0 ? default : rest[..colon];
        if (host.Length == 0 || tag.Length is 0 or > 128 || tag.Contains(' '))
            return LogOutcome.Reject("no host and program with a colon after the time");
        int bracket = tag.IndexOf('[');
        if (bracket > 0 && tag[^1] == ']')
            fields.Add("pid", tag[(bracket + 1)..^1]);
        string program = (bracket > 0 ? tag[..bracket] : tag).ToString(), message = rest[(colon + 1)..].Trim().ToString();
        if (program is "sshd" or "sshd-session")
            AddSsh(fields, message);
        return fields.Entry(new LogEntry { Format = Format, Time = time, Level = level, Host = host.ToString(), Program = program, Message = message });
    }

    /// <summary><c>time host program pid id [data] text</c>, each '-' for none.</summary>
    LogOutcome ReadNew(ref TextScanner scan, LogEntryLevel level, FieldList fields)
    {
        DateTimeOffset? time = null;
        if (scan.Take("- "))
            time = null;
        else if (LogTimes.Iso(ref scan, Options.ZoneOffset, out DateTimeOffset at) && scan.Take(' '))
            time = at;
        else
            return LogOutcome.Reject("no time where RFC 5424 has it");
        ReadOnlySpan<char> host = scan.Word();
        scan.Take(' ');
        ReadOnlySpan<char> program = scan.Word();
        scan.Take(' ');
        fields.AddKnown("pid", scan.Word());
        scan.Take(' ');
        fields.AddKnown("message_id", scan.Word());
        scan.Take(' ');
        if (scan.Take('-'))
            scan.Take(' ');
        else if (!ReadData(ref scan, fields))
            return LogOutcome.Reject("its structured data does not end");
        string message = scan.Rest.TrimStart('\uFEFF').ToString();
        return host.Length == 0 || program.Length == 0
            ? LogOutcome.Reject("no host and program where RFC 5424 has them")
            : fields.Entry(new LogEntry { Format = Format, Time = time, Level = level, Host = host is "-" ? "" : host.ToString(), Program = program is "-" ? "" : program.ToString(), Message = message });
    }

    static bool ReadData(ref TextScanner scan, FieldList fields)
    {
        while (scan.Take('['))
        {
            string id = scan.Rest[..Math.Max(0, scan.Rest.IndexOfAny(' ', ']'))].ToString();
            scan.Skip(id.Length);
            while (scan.Take(' '))
            {
                if (!scan.Until('=', out ReadOnlySpan<char> name) || name.Length > 64)
                    return false;
                string full = $"{id}.{name}";
                if (!scan.Quoted(out ReadOnlySpan<char> value))
                    return false;
                fields.Add(full, value.ToString().Replace("\\\"", "\"").Replace("\\]", "]").Replace("\\\\", "\\"));
            }

            if (!scan.Take(']'))
                return false;
        }

        scan.Take(' ');
        return true;
    }

    static void AddSsh(FieldList fields, string message)
    {
        string[] words = message.Split(' ', 64, StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            string? next = i + 1 < words.Length ? words[i + 1] : null;
            if (word is "user" or "User" && next is not null and not "from")
                fields.Add("user", next);
            else if (word == "for" && i > 0 && words[i - 1] is "password" or "publickey" && next is not "invalid" and not null)
                fields.Add("user", next);
            else if (word == "port" && next is not null)
                fields.Add("client_port", next.TrimEnd(':'));
            else if (word.StartsWith("rhost=", StringComparison.Ordinal))
                fields.AddKnown("client_ip", word.AsSpan(6));
            else if (word.StartsWith("user=", StringComparison.Ordinal))
                fields.AddKnown("user", word.AsSpan(5));
            else if (Address(word) is { } address)
                fields.Add("client_ip", address);
        }
    }

    static string? Address(string word)
    {
        string bare = word.Trim('(', ')', ',', ';');
        if (bare.StartsWith("::ffff:", StringComparison.Ordinal))
            bare = bare[7..];
        return bare.Count(letter => letter is '.' or ':') >= 2 && (char.IsAsciiHexDigit(bare[0]) || bare[0] == ':') && IPAddress.TryParse(bare.TrimEnd(':'), out _) ? bare : null;
    }
}

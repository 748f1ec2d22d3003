namespace Orrery.Connectors.LogFormats;

/// <summary>Comma, semicolon or tab separated values whose first record names the columns. Names such as time, level, host, program and message fill the entry; the others are fields.</summary>
sealed class CsvLogParser(LogParseOptions options) : LogParser("csv", options)
{
    const int ColumnsMax = 400;

    static readonly char[] Separators = [',', ';', '\t', '|'];

    string head = "";
    string[] names = [];
    char separator;

    public override string State
    {
        get => head;
        set => SetHead(value);
    }

    protected override LogOutcome Read(string text)
    {
        if (names.Length == 0)
            return SetHead(text) ? LogOutcome.Directive : LogOutcome.Reject("the first record does not name columns: names of letters, digits, blanks, '_', '-', '.' that differ");
        if (text == head)
            return LogOutcome.Directive;
        if (DelimitedLine.Split(text, separator, ColumnsMax) is not { } values)
            return LogOutcome.Reject("a quote does not end, or something follows one");
        if (values.Count != names.Length)
            return LogOutcome.Reject($"it has {values.Count} fields; the head line names {names.Length}");
        var fields = new FieldList();
        DateTimeOffset? time = null;
        LogEntryLevel level = LogEntryLevel.Unknown;
        string host = "", program = "", message = text;
        for (int i = 0; i < names.Length; i++)
        {
            switch (names[i].ToLowerInvariant())
            {
                case "time" or "timestamp" or "datetime" or "date" or "ts" or "created_at" when time is null && TimeOf(values[i]) is { } at: time = at; break;
                case "level" or "severity" or "loglevel" when level == LogEntryLevel.Unknown && LogLevels.Of(values[i]) is var known and not LogEntryLevel.Unknown: level = known; break;
                case "host" or "hostname" or "computer" or "server" when host.Length == 0: host = values[i]; break;
                case "program" or "app" or "application" or "source" or "logger" when program.Length == 0: program = values[i]; break;
                case "message" or "msg" or "text" when ReferenceEquals(message, text): message = values[i]; break;
                default: fields.Add(names[i], values[i]); break;
            }
        }

        return fields.Entry(new LogEntry { Format = Format, Time = time, Level = level, Host = host, Program = program, Message = message });
    }

    bool SetHead(string text)
    {
        if (text.Length == 0)
        {
            (head, names) = ("", []);
            return true;
        }

        text = text.TrimEnd('\r', '\n');
        char found = Separators.MaxBy(letter => text.Count(other => other == letter));
        string[] columns = [.. (DelimitedLine.Split(text, found, ColumnsMax) ?? []).Select(name => name.Trim())];
        if (columns.Length < 2 || columns.Any(name => name.Length is 0 or > 100 || !(char.IsLetter(name[0]) || name[0] == '_') || !name.All(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '_' or '-' or '.')) || columns.Distinct().Count() != columns.Length)
            return false;
        (head, names, separator) = (text, columns, found);
        return true;
    }

    DateTimeOffset? TimeOf(string text)
    {
        var scan = new TextScanner(text);
        if (LogTimes.Iso(ref scan, Options.ZoneOffset, out DateTimeOffset time))
            return time;
        return double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double number) && LogTimes.Epoch(number, out time) ? time : null;
    }
}

using System.Text;
using System.Text.Json;

namespace Orrery.Connectors.LogFormats;

/// <summary>
/// One JSON object a record. Time, level, host, program and message are found under the names that common loggers use (Serilog, NLog, Logback, pino,
/// zap, docker, Windows events by Winlogbeat and NXLog); everything else is a field, inner objects by names joined with '.', arrays as their text.
/// </summary>
sealed class JsonLogParser(LogParseOptions options) : LogParser("json", options)
{
    const int DepthMax = 16;

    static readonly Dictionary<string, string> Roles = Make(
        ("time", "@timestamp timestamp time ts @t datetime date eventtime event_time timecreated event.created systemtime eventreceivedtime t"),
        ("level", "level severity lvl loglevel log_level log.level @l levelname severitytext levelname event.level"),
        ("host", "host hostname computer computername host.name machine machinename winlog.computer_name"),
        ("program", "program app application service logger loggername service.name sourcename providername provider source winlog.provider_name channel log.logger"),
        ("message", "message msg log @m short_message body text renderedmessage"));

    protected override LogOutcome Read(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var fields = new FieldList();
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = DepthMax, AllowTrailingCommas = true });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return LogOutcome.Reject("it is not a JSON object");
            ReadObject(ref reader, bytes, "", fields, found);
            if (reader.Read())
                return LogOutcome.Reject("something follows the JSON object");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return LogOutcome.Reject($"it is not JSON at byte {(error as JsonException)?.BytePositionInLine ?? 0}");
        }

        LogEntryLevel level = found.TryGetValue("level", out string? word) ? LevelOf(word, fields) : LogEntryLevel.Unknown;
        DateTimeOffset? time = found.TryGetValue("time", out string? at) && TimeOf(at) is { } known ? known : null;
        if (at is not null && time is null)
            fields.Add("time_text", at);
        return fields.Entry(new LogEntry
        {
            Format = Format,
            Time = time,
            Level = level,
            Host = found.GetValueOrDefault("host", ""),
            Program = found.GetValueOrDefault("program", ""),
            Message = found.TryGetValue("message", out string? message) ? message.TrimEnd('\n', '\r') : text,
        });
    }

    static void ReadObject(ref Utf8JsonReader reader, byte[] bytes, string prefix, FieldList fields, Dictionary<string, string> found)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = prefix + reader.GetString();
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                ReadObject(ref reader, bytes, name + ".", fields, found);
                continue;
            }

            string? value = Value(ref reader, bytes);
            if (value is null)
                continue;
            if (Roles.TryGetValue(name.ToLowerInvariant(), out string? role) && found.TryAdd(role, value))
                continue;
            fields.Add(name, value);
        }
    }

    static string? Value(ref Utf8JsonReader reader, byte[] bytes)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String: return reader.GetString();
            case JsonTokenType.Null: return null;
            case JsonTokenType.True: return "true";
            case JsonTokenType.False: return "false";
            default:
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                return Encoding.UTF8.GetString(bytes, start, (int)reader.BytesConsumed - start);
        }
    }

    /// <summary>Words, pino's tens (30 is information) and Windows' or syslog's digits.</summary>
    static LogEntryLevel LevelOf(string word, FieldList fields)
    {
        if (!int.TryParse(word, out int number))
            return LogLevels.Of(word);
        if (number >= 10)
            return number switch { < 20 => LogEntryLevel.Trace, < 30 => LogEntryLevel.Debug, < 40 => LogEntryLevel.Information, < 50 => LogEntryLevel.Warning, < 60 => LogEntryLevel.Error, _ => LogEntryLevel.Critical };
        return fields.Find("EventID") is null ? LogLevels.OfSeverity(number) : WindowsEventParser.LevelOf(number);
    }

    DateTimeOffset? TimeOf(string text)
    {
        var scan = new TextScanner(text);
        if (LogTimes.Iso(ref scan, Options.ZoneOffset, out DateTimeOffset time) || LogTimes.Access(text, Options.ZoneOffset, out time))
            return time;
        return double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out double number) && LogTimes.Epoch(number, out time) ? time : null;
    }

    static Dictionary<string, string> Make(params (string Role, string Names)[] roles) =>
        roles.SelectMany(role => role.Names.Split(' ').Distinct().Select(name => (name, role.Role))).ToDictionary(pair => pair.name, pair => pair.Role, StringComparer.Ordinal);
}

using System.Xml;

namespace Orrery.Connectors.LogFormats;

/// <summary>Windows events as XML, one &lt;Event&gt; a record, also with the dashes that the event viewer copies along. Data by their names are fields.</summary>
sealed class WindowsEventParser(LogParseOptions options) : LogParser("windows-xml", options)
{
    static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = LengthMax,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CheckCharacters = false,
    };

    public static LogEntryLevel LevelOf(int level) => level switch
    {
        1 => LogEntryLevel.Critical,
        2 => LogEntryLevel.Error,
        3 => LogEntryLevel.Warning,
        0 or 4 => LogEntryLevel.Information,
        5 => LogEntryLevel.Debug,
        _ => LogEntryLevel.Unknown,
    };

    protected override LogOutcome Read(string text)
    {
        int start = text.IndexOf("<Event", StringComparison.Ordinal);
        if (start < 0 || text.AsSpan(0, start).ContainsAnyExcept(" -\t\r\n\uFEFF"))
            return LogOutcome.Reject("it does not begin with <Event>");
        try
        {
            using var reader = XmlReader.Create(new StringReader(text[start..]), Settings);
            return ReadEvent(reader);
        }
        catch (XmlException error)
        {
            return LogOutcome.Reject($"it is not XML at character {error.LinePosition}");
        }
    }

    LogOutcome ReadEvent(XmlReader reader)
    {
        var fields = new FieldList();
        string channel = "", provider = "", host = "", message = "", section = "";
        DateTimeOffset? time = null;
        LogEntryLevel level = LogEntryLevel.Unknown;
        int unnamed = 0;
        const int depthMax = 32;
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.Depth == 0)
                continue;
            if (reader.Depth > depthMax)
                return LogOutcome.Reject($"it is nested deeper than {depthMax}");
            if (reader.Depth == 1)
            {
                section = reader.LocalName;
                continue;
            }

            string name = reader.LocalName;
            switch (section, name)
            {
                case ("System", "Provider"): provider = reader.GetAttribute("Name") ?? reader.GetAttribute("EventSourceName") ?? ""; break;
                case ("System", "TimeCreated"): time = TimeOf(reader.GetAttribute("SystemTime")); break;
                case ("System", "Execution"):
                    fields.AddKnown("pid", reader.GetAttribute("ProcessID"));
                    fields.AddKnown("tid", reader.GetAttribute("ThreadID"));
                    break;
                case ("System", "Security"): fields.AddKnown("user_sid", reader.GetAttribute("UserID")); break;
                case ("System", "Correlation"): fields.AddKnown("activity_id", reader.GetAttribute("ActivityID")); break;
                case ("EventData", "Data"):
                    string label = reader.GetAttribute("Name") ?? $"data{++unnamed}";
                    fields.AddKnown(label, Content(reader));
                    break;
                default:
                    string value = Content(reader);
                    switch (section, name)
                    {
                        case ("System", "Channel"): channel = value; break;
                        case ("System", "Computer"): host = value; break;
                        case ("System", "Level"): level = int.TryParse(value, out int number) ? LevelOf(number) : level; break;
                        case ("System", "EventID"): fields.AddKnown("event_id", value); break;
                        case ("System", "EventRecordID"): fields.AddKnown("record_id", value); break;
                        case ("System", "Keywords"): fields.AddKnown("keywords", value); break;
                        case ("RenderingInfo", "Message"): message = value; break;
                        default: fields.AddKnown(section == "System" ? name.ToLowerInvariant() : name, value); break;
                    }

                    break;
            }
        }

        if (fields.Find("event_id") is not { } id)
            return LogOutcome.Reject("it has no EventID");
        // Failed audits say so in their keywords, not in their level.
        if (fields.Find("keywords") is { } words && words.StartsWith("0x801", StringComparison.OrdinalIgnoreCase))
            level = LogEntryLevel.Warning;
        fields.AddKnown("channel", channel);
        return fields.Entry(new LogEntry { Format = Format, Time = time, Level = level, Host = host, Program = provider, Message = message.Length > 0 ? message : $"{provider} event {id}" });
    }

    /// <summary>The text of an element that holds only text; its inner elements are read on as elements of their own.</summary>
    static string Content(XmlReader reader)
    {
        if (reader.IsEmptyElement)
            return "";
        return reader.Read() && reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA ? reader.Value.Trim() : "";
    }

    DateTimeOffset? TimeOf(string? text)
    {
        var scan = new TextScanner(text);
        return text is not null && LogTimes.Iso(ref scan, TimeSpan.Zero, out DateTimeOffset time) ? time : null;
    }
}

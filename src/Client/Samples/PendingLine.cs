using Orrery.Client.Json;

namespace Orrery.Client.Samples;

/// <summary>A log line on its way to the pump.</summary>
internal readonly record struct PendingLine(string Id, DateTimeOffset At, LogLevel Level, string Source, string Text, IReadOnlyDictionary<string, string>? Attributes)
{
    static readonly string[] Levels = ["trace", "debug", "information", "warning", "error", "critical"];

    public void Write(JsonBuffer json)
    {
        json.BeginObject().Name("id").String(Id).Name("at").Time(At).Name("level").String(Levels[Math.Max(0, Math.Min(5, (int)Level))])
            .Name("source").String(Source).Name("text").String(Text).Name("attributes");
        if (Attributes is null)
            json.String(null);
        else
            json.Strings(Attributes);
        json.EndObject();
    }
}

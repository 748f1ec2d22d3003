using System.Globalization;
using System.Text.Json;
using Orrery.Cli.Migrate;

namespace Orrery.Cli.Jobs;

/// <summary>A job of the API in lines of text.</summary>
static class JobText
{
    const int HandWorkShown = 20;

    /// <summary>Where it is and how far.</summary>
    public static string Line(JsonElement job)
    {
        string line = $"{Text(job, "kind"),-8} {Text(job, "state"),-10}";
        if (job.GetProperty("progress") is { ValueKind: JsonValueKind.Object } progress)
        {
            long rows = progress.GetProperty("rows").GetInt64(), total = progress.GetProperty("rowsTotal").GetInt64();
            line += string.Create(CultureInfo.InvariantCulture, $" {rows:N0} of {total:N0} rows, {progress.GetProperty("rowsPerSecond").GetDouble():N0}/s");
            if (progress.GetProperty("secondsLeft") is { ValueKind: JsonValueKind.Number } left && Text(job, "state") == "running")
                line += $", {ProgressLine.Span(TimeSpan.FromSeconds(left.GetDouble()))} left";
            if (Text(job, "state") == "running")
                line += $", {Text(progress, "phase")} {Text(progress, "table")}";
            if (progress.TryGetProperty("follow", out JsonElement follow) && follow.ValueKind == JsonValueKind.Object)
                line += string.Create(CultureInfo.InvariantCulture, $", {follow.GetProperty("changes").GetInt64():N0} changes applied, {follow.GetProperty("lagChanges").GetInt64():N0} and {follow.GetProperty("lagSeconds").GetDouble():N1} s behind");
        }

        if (Text(job, "worker") is { Length: > 0 } worker)
            line += $", by {worker}";
        return Text(job, "reason") is { Length: > 0 } reason ? $"{line}: {reason}" : line;
    }

    /// <summary>What came of it.</summary>
    public static IEnumerable<string> Ending(JsonElement job)
    {
        yield return Line(job);
        if (Text(job, "state") != "assessed" || job.GetProperty("assessment") is not { ValueKind: JsonValueKind.Object } assessment)
            yield break;
        JsonElement findings = assessment.GetProperty("findings");
        yield return Text(findings, "summary");
        foreach (JsonElement blocker in findings.GetProperty("blockers").EnumerateArray())
            yield return $"In the way: {blocker.GetString()}";
        foreach (JsonElement work in findings.GetProperty("handWork").EnumerateArray().Take(HandWorkShown))
            yield return $"By hand: {Text(work, "kind")} {Text(work, "name")}";
    }

    static string Text(JsonElement element, string property) => element.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}

/// <summary>A line that is written over on a terminal; elsewhere one for each state.</summary>
sealed class WatchLine : IDisposable
{
    string? last;

    public void Write(string text, string state)
    {
        if (!Console.IsOutputRedirected)
        {
            int width = Math.Max(20, Console.WindowWidth - 1);
            Console.Write($"\r{(text.Length > width ? text[..width] : text)}\e[K");
        }
        else if (last != state)
        {
            Console.WriteLine(text);
        }

        last = state;
    }

    public void Dispose()
    {
        if (last is not null && !Console.IsOutputRedirected)
            Console.Write("\r\e[K");
        last = null;
    }
}

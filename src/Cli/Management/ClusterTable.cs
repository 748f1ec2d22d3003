using System.Globalization;
using System.Text.Json;

namespace Orrery.Cli.Management;

/// <summary>What the management API tells, as lines of text.</summary>
static class ClusterTable
{
    public static IEnumerable<string> Status(JsonElement summary)
    {
        JsonElement shards = summary.GetProperty("shards"), totals = summary.GetProperty("totals");
        yield return $"Cluster   {Text(summary, "cluster", "one silo without a cluster")}, {totals.GetProperty("live")} live silos, {totals.GetProperty("answering")} of them answer";
        yield return $"Shards    {shards.GetProperty("owned")} of {shards.GetProperty("all")} owned, {shards.GetProperty("free")} on their way, {shards.GetProperty("orphaned")} of ended silos";
        yield return $"Grains    {totals.GetProperty("activations")} active, {totals.GetProperty("callsPerSecond")} calls/s, {totals.GetProperty("failedPerSecond")} failed/s";
        if (summary.GetProperty("storeError") is { ValueKind: JsonValueKind.String } error)
            yield return $"Store     {error.GetString()}";
        yield return "";
        foreach (string line in Members(summary.GetProperty("silos"), liveOnly: true))
            yield return line;
    }

    public static IEnumerable<string> Members(JsonElement silos, bool liveOnly)
    {
        string[][] rows =
        [
            ["SILO", "STATE", "SHARDS", "ADDRESS", "PROCESS", "SINCE", "WHY"],
            .. silos.EnumerateArray().Where(silo => !liveOnly || Text(silo, "state", "") is not ("left" or "dead")).Select(Row),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        return rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    static string[] Row(JsonElement silo) =>
    [
        Text(silo, "id", ""), Text(silo, "state", ""), silo.GetProperty("shards").ToString(), Text(silo, "address", ""),
        silo.GetProperty("figures") is { ValueKind: JsonValueKind.Object } figures ? $"{figures.GetProperty("processId")} on {Text(figures, "machine", "")}" : "-",
        silo.GetProperty("changedAt").GetDateTimeOffset().ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        Text(silo, "problem", Text(silo, "reason", "")),
    ];

    static string Text(JsonElement element, string property, string fallback) =>
        element.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : fallback;
}

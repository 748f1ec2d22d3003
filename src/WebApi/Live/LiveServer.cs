using System.Text.Json;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Servers;
using Orrery.WebApi.Servers;

namespace Orrery.WebApi.Live;

/// <summary>What one stream has sent of a server, and so what is new.</summary>
internal sealed class LiveServer(IServerGrain server, IServerHealthGrain samples, IAlarmBookGrain alarms, string key, IReadOnlyList<LabelMatcher> metrics)
{
    Dictionary<string, long> sentAt = [];
    byte[] sentHealth = [];
    DateTimeOffset? sentProcesses;
    int? sentAlarms;

    public async Task AskAsync(EventWriter events)
    {
        // Asked first: a server that does not exist has no samples either.
        await server.Get();
        Task<IReadOnlyList<LatestValue>> latest = samples.GetLatest(metrics);
        Task<HealthSummary> health = samples.GetHealth();
        Task<ProcessTable?> processes = server.GetProcesses();
        Task<Page<Alarm>> open = alarms.List(new AlarmQuery(Open: true, Server: key), new PageRequest(1));
        await Task.WhenAll(latest, health, processes, open);
        WriteValues(events, await latest);
        WriteHealth(events, await health);
        if (await processes is { } table && table.At != sentProcesses)
        {
            sentProcesses = table.At;
            events.Write("processes", table);
        }
        int count = (await open).Total ?? (await open).Items.Count;
        if (count != sentAlarms)
        {
            sentAlarms = count;
            events.Write("alarms", count);
        }
    }

    void WriteValues(EventWriter events, IReadOnlyList<LatestValue> latest)
    {
        var changed = new List<LatestView>();
        var next = new Dictionary<string, long>(latest.Count);
        foreach (LatestValue value in latest)
        {
            string series = NameOf(value.Labels);
            next[series] = value.AtMilliseconds;
            if (!sentAt.TryGetValue(series, out long at) || at != value.AtMilliseconds)
                changed.Add(LatestView.Of(value));
        }
        // Series that ended are forgotten here too.
        sentAt = next;
        if (changed.Count > 0)
            events.Write("values", changed);
    }

    void WriteHealth(EventWriter events, HealthSummary health)
    {
        byte[] compared = JsonSerializer.SerializeToUtf8Bytes(health with { ComputedAt = default }, JsonText.Options);
        if (compared.AsSpan().SequenceEqual(sentHealth))
            return;
        sentHealth = compared;
        events.Write("health", health);
    }

    static string NameOf(IReadOnlyDictionary<string, string> labels) =>
        labels.Count == 1 ? labels.Values.First() : string.Join('\u0001', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}\u0002{label.Value}"));
}

using System.Text.Json;
using Orrery.Interfaces.Errors;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.WebApi.Live;

namespace Orrery.WebApi.Cluster;

/// <summary>What one stream has sent of the cluster, and so what is new. Shards are looked at with every question, silos once a period.</summary>
internal sealed class LiveCluster(ClusterWatch watch, ReminderBooks books, IReadOnlySet<string> parts)
{
    static readonly string[] Known = ["grains", "methods", "reminders", "history"];

    ClusterReading? sent;
    IReadOnlyList<ShardRow> sentShards = [];
    byte[] sentHistory = [];

    /// <exception cref="InvalidInputException">A part that is not known.</exception>
    public static IReadOnlySet<string> ReadParts(string? text)
    {
        string[] parts = text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        return parts.FirstOrDefault(part => !Known.Contains(part)) is { } unknown
            ? throw new InvalidInputException("parts", $"'{unknown}' is no part of the stream. Parts are {string.Join(", ", Known)}.")
            : parts.ToHashSet();
    }

    public async Task AskAsync(EventWriter events)
    {
        WriteShards(events, watch.Management.Read());
        ClusterReading reading = await watch.ReadAsync();
        if (ReferenceEquals(reading, sent))
            return;
        sent = reading;
        events.Write("cluster", ClusterPictures.Summary(reading));
        if (parts.Contains("grains"))
            events.Write("grains", ClusterPictures.Grains(reading.Silos));
        if (parts.Contains("methods"))
            events.Write("methods", ClusterPictures.Methods(reading.Silos, durations: false));
        if (parts.Contains("reminders"))
            events.Write("reminders", await books.ReadAsync(reading));
        if (parts.Contains("history"))
            WriteHistory(events, reading.View);
    }

    void WriteShards(EventWriter events, ClusterView view)
    {
        if (ReferenceEquals(view.Shards, sentShards) || view.Shards.SequenceEqual(sentShards))
            return;
        sentShards = [.. view.Shards];
        events.Write("shards", ClusterPictures.Shards(view));
    }

    void WriteHistory(EventWriter events, ClusterView view)
    {
        byte[] now = JsonSerializer.SerializeToUtf8Bytes(ClusterPictures.History(view), JsonText.Options);
        if (now.AsSpan().SequenceEqual(sentHistory))
            return;
        sentHistory = now;
        events.WriteJson("history", now);
    }
}

using Orrery.Interfaces;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Keys;

namespace Orrery.WebApi.Intake;

/// <summary>What the doors know of one API key: its servers, its series, and the bytes it holds at the moment.</summary>
/// <remarks>A series that was seen is found without a lock and without an allocation. A new one is checked, named and added under the lock.</remarks>
internal sealed class KeyIntake(ApiKeyInfo key, SeriesDirectory directory, OrreryApiOptions bounds, IntakeOptions intake)
{
    readonly Lock writing = new();
    readonly SeriesTable series = new();
    readonly Dictionary<string, ServerSlot> servers = [];
    readonly string siteKey = EntityKeys.Site(key.Tenant, key.Site);
    long bytesHeld;
    int sweptMinute = -1;

    public ApiKeyInfo Info { get; } = key;

    /// <summary>The server of samples that name none.</summary>
    public string DefaultServer { get; } = EntityKeys.ToPart(key.Name);

    /// <summary>The minute of the last request.</summary>
    public int UsedMinute { get; set; }

    public int SeriesCount => series.Count;

    /// <summary>Takes part of the memory for bodies, or answers false where this key or all keys have taken all.</summary>
    public bool TryHold(long bytes)
    {
        if (Interlocked.Add(ref bytesHeld, bytes) <= bounds.IntakeBytesPerKeyMax && directory.TryHold(bytes))
            return true;
        Interlocked.Add(ref bytesHeld, -bytes);
        return false;
    }

    public void Release(long bytes)
    {
        Interlocked.Add(ref bytesHeld, -bytes);
        directory.Release(bytes);
    }

    public SeriesEntry? Find(ReadOnlySpan<byte> sent, ulong hash, int minute)
    {
        SeriesEntry? entry = series.Find(sent, hash);
        if (entry is not null && entry.SeenMinute != minute)
            entry.SeenMinute = minute;
        return entry;
    }

    /// <summary>Adds a series that <see cref="Find"/> did not find.</summary>
    /// <param name="sent">The bytes as sent.</param>
    /// <param name="hash">Their hash.</param>
    /// <param name="server">The server's id within the site.</param>
    /// <param name="seriesKey">The canonical key; empty where <paramref name="reason"/> says why there is none.</param>
    /// <param name="reason">Why its samples are to be dropped, or none.</param>
    /// <param name="minute">Now.</param>
    /// <returns>The entry, or one that stands for nothing with <see cref="DropReason.OverLimit"/>, which is not kept.</returns>
    public SeriesEntry Add(ReadOnlySpan<byte> sent, ulong hash, string server, ReadOnlySpan<byte> seriesKey, DropReason reason, int minute)
    {
        lock (writing)
        {
            if (series.Find(sent, hash) is { } there)
                return there;
            if (SlotOf(server) is not { } slot)
                return Beyond;
            if (series.Count >= bounds.SeriesPerKeyMax)
                Sweep(minute);
            var entry = new SeriesEntry(sent.ToArray(), hash, slot, seriesKey.ToArray(), SeriesKey.Hash(seriesKey), reason) { SeenMinute = minute };
            if (series.Count >= bounds.SeriesPerKeyMax || !directory.TryKeep(entry.Bytes, this, minute))
                return Beyond;
            series.Add(entry);
            return entry;
        }
    }

    /// <summary>The server's slot, or null where the key has as many as it may.</summary>
    public ServerSlot? FindSlot(string server)
    {
        lock (writing)
            return SlotOf(server);
    }

    /// <summary>Forgets everything that can be learned again. Used where memory is short and the key is idle.</summary>
    public void Forget()
    {
        lock (writing)
        {
            directory.Drop(series.Sweep(static _ => false));
            servers.Clear();
        }
    }

    ServerSlot? SlotOf(string server)
    {
        if (servers.TryGetValue(server, out ServerSlot? slot))
            return slot;
        if (servers.Count >= bounds.ServersPerKeyMax)
            return null;
        string serverKey = $"{siteKey}/{server}";
        return servers[server] = new ServerSlot(serverKey, servers.Count, intake.PartitionOf(serverKey));
    }

    void Sweep(int minute)
    {
        // Once a minute: while the key stays beyond its bound, each new series would otherwise look at all.
        if (sweptMinute == minute)
            return;
        sweptMinute = minute;
        int oldest = minute - (int)Math.Max(1, bounds.SeriesActiveFor.TotalMinutes);
        directory.Drop(series.Sweep(entry => entry.SeenMinute >= oldest));
    }

    static SeriesEntry Beyond { get; } = new([], 0, new ServerSlot("", 0, 0), [], 0, DropReason.OverLimit);
}

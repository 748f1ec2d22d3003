namespace Orrery.WebApi;

/// <summary>Bounds of the HTTP edge. Every one has a default that fits a machine of two cores and 2 GB.</summary>
public sealed class OrreryApiOptions
{
    /// <summary>The folder with the portal's built files (<c>index.html</c> and <c>assets/</c>), or null to serve the API alone.</summary>
    public string? PortalDirectory { get; set; }

    /// <summary>The folder whose sizes <c>GET /about</c> tells to the vendor's people, or null for none.</summary>
    public string? DataDirectory { get; set; }

    /// <summary>The folder with packages of the agent's versions (<c>VERSION.zip</c>, <c>VERSION.sig</c>), or null for none. The same for all web processes of a cluster.</summary>
    public string? AgentPackageDirectory { get; set; }

    /// <summary>How long a checked session is trusted without asking its grain: how late a sign-out elsewhere or a changed role may be noticed. 0 to 5 s. Default 5 s.</summary>
    public TimeSpan SessionCacheDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Sessions remembered at most; beyond it the oldest are asked again. Default 10,000.</summary>
    public int SessionCacheEntriesMax { get; set; } = 10_000;

    /// <summary>How long a verified API key is trusted without asking its grain: how late a revocation may be noticed. 0 to 60 s. Default 10 s.</summary>
    public TimeSpan KeyCacheDuration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>API keys remembered at most. Default 10,000.</summary>
    public int KeyCacheEntriesMax { get; set; } = 10_000;

    /// <summary>Wrong passwords, tokens and keys that one address may send a minute before it is refused unread. Default 60.</summary>
    public int FailedSignInsPerMinute { get; set; } = 60;

    /// <summary>Requests a minute of one signed-in person. Default 1,200.</summary>
    public int PersonRequestsPerMinute { get; set; } = 1_200;

    /// <summary>Requests that a person may send at once before the rate holds. Default 300.</summary>
    public int PersonRequestsBurst { get; set; } = 300;

    /// <summary>Requests a minute of one API key, which may stand for a Prometheus that watches hundreds of servers. Default 60,000.</summary>
    public int KeyRequestsPerMinute { get; set; } = 60_000;

    /// <summary>Requests that a key may send at once before the rate holds. Default 10,000.</summary>
    public int KeyRequestsBurst { get; set; } = 10_000;

    /// <summary>Requests of one key that are worked on at the same time. Default 64.</summary>
    public int KeyRequestsAtOnceMax { get; set; } = 64;

    /// <summary>Requests a minute from one address without a sign-in (the sign-in itself, the portal's fallback page). Default 600.</summary>
    public int AddressRequestsPerMinute { get; set; } = 600;

    /// <summary>Reviews a minute from one address, an office perhaps. Default 60.</summary>
    public int PublicWritesPerMinute { get; set; } = 60;

    /// <summary>Addresses are counted in this many buckets, chosen by a hash with a secret of the process, so that many addresses take no more memory than few. Default 4,096.</summary>
    public int AddressBuckets { get; set; } = 4_096;

    /// <summary>Bytes of one request's body as sent. Default 16 MiB.</summary>
    public int BodyBytesMax { get; set; } = 16 << 20;

    /// <summary>Bytes of one request's body when unpacked. Default 64 MiB.</summary>
    public int UnpackedBytesMax { get; set; } = 64 << 20;

    /// <summary>How many times larger than as sent a body may become, looked at beyond the first MiB. Default 200.</summary>
    public int UnpackRatioMax { get; set; } = 200;

    /// <summary>Bytes of one request's body where people send it (everything but the doors of sites). Default 1 MiB.</summary>
    public int PersonBodyBytesMax { get; set; } = 1 << 20;

    /// <summary>Bytes of all bodies that the doors hold at the same time, packed and unpacked. Beyond it the answer is 503. Default 256 MiB.</summary>
    public long IntakeBytesMax { get; set; } = 256L << 20;

    /// <summary>The part of <see cref="IntakeBytesMax"/> that one API key may hold. Default 128 MiB.</summary>
    public long IntakeBytesPerKeyMax { get; set; } = 128L << 20;

    /// <summary>A door's body must be there as a whole within this time, or the request ends with 408. Default 60 s.</summary>
    public TimeSpan BodyTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A body must arrive at least this fast once <see cref="SlowBodyGrace"/> is over, in bytes a second, or the connection ends with 408. Default 1,000.</summary>
    public double SlowBodyBytesPerSecond { get; set; } = 1_000;

    /// <summary>How long a body may be slow. More than 1 s. Default 5 s.</summary>
    public TimeSpan SlowBodyGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may take to send a request's headers. Default 15 s.</summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Open connections: each server that is given its configuration holds one. Default 25,000.</summary>
    public int ConnectionsMax { get; set; } = 25_000;

    /// <summary>Streams of configuration of one key. Default 1,000.</summary>
    public int ConfigurationStreamsPerKeyMax { get; set; } = 1_000;

    /// <summary>Streams of configuration of all. Default 20,000.</summary>
    public int ConfigurationStreamsMax { get; set; } = 20_000;

    /// <summary>Live streams of one person. Default 16.</summary>
    public int StreamsPerPersonMax { get; set; } = 16;

    /// <summary>Live streams of all who look through one public link. Default 64.</summary>
    public int StreamsPerLinkMax { get; set; } = 64;

    /// <summary>Live streams of all. Default 1,000.</summary>
    public int StreamsMax { get; set; } = 1_000;

    /// <summary>How often live streams ask the grains. Default 1 s.</summary>
    public TimeSpan StreamPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a live stream may say nothing before a comment shows that it is alive. Default 15 s.</summary>
    public TimeSpan StreamHeartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Samples in one request of a door. Default 1,000,000.</summary>
    public int SamplesPerRequestMax { get; set; } = 1_000_000;

    /// <summary>Active series of one API key; samples of further ones are dropped and counted as <c>over_limit</c>. Default 200,000.</summary>
    public int SeriesPerKeyMax { get; set; } = 200_000;

    /// <summary>Servers that one API key may send samples of. Default 2,000.</summary>
    public int ServersPerKeyMax { get; set; } = 2_000;

    /// <summary>After how long without samples a series no longer counts as active. Default 1 h.</summary>
    public TimeSpan SeriesActiveFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Memory for the series that the doors know, of all keys together, in bytes. Default 256 MiB.</summary>
    public long SeriesBytesMax { get; set; } = 256L << 20;

    /// <summary>Characters (as UTF-8 bytes) of a label's name. Default 128.</summary>
    public int LabelNameBytesMax { get; set; } = 128;

    /// <summary>Bytes of a label's value and of a metric's name. Default 1,024.</summary>
    public int LabelValueBytesMax { get; set; } = 1_024;

    /// <summary>Series of one query's answer, at most and where the query does not say. Default 5,000.</summary>
    public int QuerySeriesMax { get; set; } = 5_000;

    /// <summary>Values (series times points) of one query's answer. Default 4,000,000: 32 MB of memory.</summary>
    public int QueryValuesMax { get; set; } = 4_000_000;

    /// <summary>Queries worked on at the same time; further ones wait in a line of eight times as many. Default: four a core.</summary>
    public int QueriesAtOnceMax { get; set; } = 4 * Environment.ProcessorCount;

    /// <summary>Collects every bound that cannot hold.</summary>
    internal IEnumerable<string> Problems()
    {
        if (SessionCacheDuration < TimeSpan.Zero || SessionCacheDuration > TimeSpan.FromSeconds(5))
            yield return $"{nameof(SessionCacheDuration)} is {SessionCacheDuration}; choose 0 to 5 s, because an ended session must not live longer.";
        if (KeyCacheDuration < TimeSpan.Zero || KeyCacheDuration > TimeSpan.FromMinutes(1))
            yield return $"{nameof(KeyCacheDuration)} is {KeyCacheDuration}; choose 0 to 60 s, because a revoked key must not live longer.";
        if (SlowBodyGrace <= TimeSpan.FromSeconds(1))
            yield return $"{nameof(SlowBodyGrace)} is {SlowBodyGrace}; choose more than 1 s, which is how often the server looks.";
        if (UnpackedBytesMax < BodyBytesMax)
            yield return $"{nameof(UnpackedBytesMax)} ({UnpackedBytesMax}) is less than {nameof(BodyBytesMax)} ({BodyBytesMax}).";
        if (IntakeBytesPerKeyMax > IntakeBytesMax)
            yield return $"{nameof(IntakeBytesPerKeyMax)} ({IntakeBytesPerKeyMax}) is more than {nameof(IntakeBytesMax)} ({IntakeBytesMax}).";
        if (BodyTimeout <= TimeSpan.Zero)
            yield return $"{nameof(BodyTimeout)} is {BodyTimeout}; choose more than zero.";
        if (IntakeBytesPerKeyMax < (long)BodyBytesMax + UnpackedBytesMax)
            yield return $"{nameof(IntakeBytesPerKeyMax)} ({IntakeBytesPerKeyMax}) cannot hold one body as sent and unpacked ({(long)BodyBytesMax + UnpackedBytesMax}).";
        (string Name, long Value)[] counts =
        [
            (nameof(SessionCacheEntriesMax), SessionCacheEntriesMax), (nameof(KeyCacheEntriesMax), KeyCacheEntriesMax), (nameof(FailedSignInsPerMinute), FailedSignInsPerMinute),
            (nameof(PersonRequestsPerMinute), PersonRequestsPerMinute), (nameof(PersonRequestsBurst), PersonRequestsBurst), (nameof(KeyRequestsPerMinute), KeyRequestsPerMinute),
            (nameof(KeyRequestsBurst), KeyRequestsBurst), (nameof(KeyRequestsAtOnceMax), KeyRequestsAtOnceMax), (nameof(AddressRequestsPerMinute), AddressRequestsPerMinute), (nameof(PublicWritesPerMinute), PublicWritesPerMinute),
            (nameof(AddressBuckets), AddressBuckets), (nameof(BodyBytesMax), BodyBytesMax), (nameof(UnpackRatioMax), UnpackRatioMax), (nameof(PersonBodyBytesMax), PersonBodyBytesMax),
            (nameof(ConnectionsMax), ConnectionsMax), (nameof(ConfigurationStreamsPerKeyMax), ConfigurationStreamsPerKeyMax), (nameof(ConfigurationStreamsMax), ConfigurationStreamsMax), (nameof(StreamsPerPersonMax), StreamsPerPersonMax), (nameof(StreamsMax), StreamsMax), (nameof(StreamsPerLinkMax), StreamsPerLinkMax), (nameof(SamplesPerRequestMax), SamplesPerRequestMax),
            (nameof(SeriesPerKeyMax), SeriesPerKeyMax), (nameof(SeriesBytesMax), SeriesBytesMax), (nameof(LabelNameBytesMax), LabelNameBytesMax), (nameof(LabelValueBytesMax), LabelValueBytesMax),
            (nameof(ServersPerKeyMax), ServersPerKeyMax), (nameof(QuerySeriesMax), QuerySeriesMax), (nameof(QueryValuesMax), QueryValuesMax), (nameof(QueriesAtOnceMax), QueriesAtOnceMax),
        ];
        foreach ((string name, long value) in counts)
            if (value < 1)
                yield return $"{name} is {value}; choose at least 1.";
        if (PortalDirectory is { } directory && !File.Exists(Path.Combine(directory, "index.html")))
            yield return $"{nameof(PortalDirectory)} is '{directory}', where no index.html is; build the portal or leave the option out.";
    }
}

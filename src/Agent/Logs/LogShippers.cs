using Orrery.Client;
using Orrery.Connectors.Hdfs;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Agent.Logs;

/// <summary>The shippers of a destination, and the store that they share.</summary>
internal sealed class LogShippers : IDisposable
{
    readonly IObjectStore? store;
    readonly HttpClient? http;

    LogShippers(IObjectStore? store, HttpClient? http, IReadOnlyList<ILogShipper> all)
    {
        this.store = store;
        this.http = http;
        All = all;
    }

    /// <summary>Each takes every batch.</summary>
    public IReadOnlyList<ILogShipper> All { get; }

    /// <param name="options">Where to, and as whom.</param>
    /// <param name="client">For the newest lines.</param>
    /// <param name="shared">A shared HTTP client, or null for one of its own.</param>
    /// <param name="time">The clock.</param>
    public static LogShippers Open(AgentOptions options, OrreryClient client, HttpClient? shared, TimeProvider time)
    {
        LogDestination destination = options.Logs.Destination;
        IObjectStore? store = destination switch
        {
            { S3: { } s3 } => new S3ObjectStore(s3),
            { Hdfs: { } hdfs } => new WebHdfsObjectStore(hdfs, time),
            { Folder: { } folder } => new FolderObjectStore(folder, time),
            _ => null,
        };
        var all = new List<ILogShipper>();
        if (store is not null)
            all.Add(new ObjectLogShipper(store, destination.Prefix));
        HttpClient? own = null;
        if (destination.Channel is { } channel)
            all.Add(new ChannelLogShipper(shared ?? (own = MakeHttp()), options.Server!, options.Key, channel));
        if (destination.NewestLines)
            all.Add(new ApiLogShipper(client));
        return new LogShippers(store, own, all);
    }

    public void Dispose()
    {
        store?.Dispose();
        http?.Dispose();
    }

    /// <summary>Each request brings its own deadline.</summary>
    static HttpClient MakeHttp() => new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10), ConnectTimeout = TimeSpan.FromSeconds(10), UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };
}

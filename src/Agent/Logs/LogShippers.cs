using Orrery.Client;
using Orrery.Connectors.Hdfs;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Agent.Logs;

/// <summary>The shippers of a destination, and the store that they share.</summary>
internal sealed class LogShippers : IDisposable
{
    readonly IObjectStore? store;

    LogShippers(IObjectStore? store, IReadOnlyList<ILogShipper> all)
    {
        this.store = store;
        All = all;
    }

    /// <summary>Each takes every batch.</summary>
    public IReadOnlyList<ILogShipper> All { get; }

    public static LogShippers Open(LogDestination destination, OrreryClient client, TimeProvider time)
    {
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
        if (destination.NewestLines)
            all.Add(new ApiLogShipper(client));
        return new LogShippers(store, all);
    }

    public void Dispose() => store?.Dispose();
}

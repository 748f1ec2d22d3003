using Orrery.Connectors.LogObjects;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Agent.Logs;

/// <summary>Ships batches as objects: the lines, then the manifest that makes them count.</summary>
/// <param name="store">Where to.</param>
/// <param name="prefix">Under which prefix; empty: at the root.</param>
internal sealed class ObjectLogShipper(IObjectStore store, string prefix) : ILogShipper
{
    public async ValueTask ShipAsync(OutboxBatch batch, CancellationToken cancellationToken)
    {
        LogObjectManifest manifest = batch.Manifest;
        if (!batch.Content.IsEmpty)
            await store.PutAsync(manifest.ObjectNameUnder(prefix), batch.Content.ToArray(), cancellationToken);
        if (await store.PutIfAbsentAsync(manifest.Name(prefix), manifest.ToBytes(), cancellationToken))
            return;
        byte[] standing = await store.ReadAllAsync(manifest.Name(prefix), LogObjectManifest.BytesMax, cancellationToken);
        if (!standing.AsSpan().SequenceEqual(manifest.ToBytes()))
            throw new ObjectStoreException($"'{manifest.Name(prefix)}' in {store.Address} holds another batch: two agents ship as {manifest.Origin} from copies of one state folder. Delete the folder of one.", mayPass: false);
    }
}

using Microsoft.Extensions.Options;
using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;
using Orrery.Grains.Secrets;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Log;

namespace Orrery.Grains.Channels.Landing;

/// <summary>The landed files as a hop of a channel: says which records they hold, read from the files themselves. Key: the channel's.</summary>
sealed class LanderHopGrain : Grain, IHopGrain
{
    readonly ILandingStores stores;
    readonly SecretBox secrets;
    readonly ChannelOptions options;

    public LanderHopGrain(ILandingStores stores, SecretBox secrets, IOptions<ChannelOptions> options)
    {
        this.stores = stores;
        this.secrets = secrets;
        this.options = options.Value;
    }

    string Key => this.GetPrimaryKeyString();

    public async Task<UInt128[]> Hashes(HashQuery query)
    {
        (ChannelSpec spec, byte[]? secret) = await GrainFactory.GetGrain<IChannelOrders>(Key).LandingOrder();
        using IObjectStore store = stores.Open(secret is null ? "" : secrets.Open(secret, ChannelSpecs.StorePurpose));
        string topic = ChannelKeys.Topic(Key), own = query.Origin == topic ? "" : query.Origin;
        var hashes = new List<UInt128>();
        for (int partition = 0; partition < spec.Partitions; partition++)
        {
            var reader = new ManifestReader(store, topic, partition, RecordHash.Compute);
            await foreach (LandingManifest manifest in reader.CommitsAsync(0))
                await AddAsync(reader, manifest, query, own, hashes);
            await foreach (LandingManifest manifest in reader.RepairsAsync())
                await AddAsync(reader, manifest, query, own, hashes);
        }

        return [.. hashes];
    }

    public Task<int> SendAgain(HashQuery query, string hop, UInt128[] hashes) =>
        throw new ConflictException($"Nothing takes from the files of channel '{Key}', so they have nobody to send records to.");

    async Task AddAsync(ManifestReader reader, LandingManifest manifest, HashQuery query, string own, List<UInt128> hashes)
    {
        if (!manifest.Windows.Any(window => window.Origin == own && query.Covers(window.Stamp)))
            return;
        await foreach (LandingRecord record in reader.RecordsAsync(manifest))
        {
            if (record.Origin != own || !query.Covers(LedgerKeys.Stamp(record.TimestampMilliseconds, (int)options.Window.TotalSeconds)))
                continue;
            UInt128 hash = RecordHash.Compute(record.Key.Span, record.Value.Span, record.TimestampMilliseconds);
            if (!query.Holds(hash))
                continue;
            if (hashes.Count == HashQuery.HashesMax)
                throw new LimitReachedException($"The window {query.Stamp} of {Key} holds more than {HashQuery.HashesMax} records in slice {query.Slice} of {query.Slices}: ask in more slices.");
            hashes.Add(hash);
        }
    }
}

using System.Runtime.CompilerServices;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.Landing;

/// <summary>
/// Reads what a <see cref="FileLander"/> landed, by its manifests: lists commits, proves their files, and gives the records back in the order of
/// their offsets, exactly as they were, so that a topic can be filled again. Sees a commit whole or not at all, also one that a crash left unpublished.
/// </summary>
public sealed class ManifestReader
{
    readonly IObjectStore store;
    readonly LandingNames names;
    readonly RecordHasher hasher;

    /// <param name="store">Where the files are.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The topic's partition.</param>
    /// <param name="hasher">The channel's record hash.</param>
    public ManifestReader(IObjectStore store, string topic, int partition, RecordHasher hasher)
    {
        this.store = store;
        this.hasher = hasher;
        names = new LandingNames(topic, partition);
    }

    /// <summary>The commits that begin at or after an offset, by offset.</summary>
    /// <exception cref="LandingDamageException">A manifest cannot be read, or a commit is missing between two others.</exception>
    public async IAsyncEnumerable<LandingManifest> CommitsAsync(long from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        LandingManifest? before = null;
        await foreach (ObjectEntry entry in store.AllAsync(names.Commits, from <= 0 ? null : names.Manifest(from - 1), cancellationToken))
        {
            LandingManifest manifest = await ReadAsync(entry.Name, cancellationToken);
            if (before is not null && manifest.From != before.To)
                throw new LandingDamageException($"The commit that ends at offset {before.To} in {store.Address} is followed by '{entry.Name}', which begins at {manifest.From}: the manifest in between is missing.");
            before = manifest;
            yield return manifest;
        }
    }

    /// <summary>The repairs, by name.</summary>
    public async IAsyncEnumerable<LandingManifest> RepairsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (ObjectEntry entry in store.AllAsync(names.Repairs, null, cancellationToken))
            yield return await ReadAsync(entry.Name, cancellationToken);
    }

    /// <summary>Reads all of a commit's files and proves them against the manifest.</summary>
    /// <returns>What was found, which equals the manifest's sum.</returns>
    /// <exception cref="LandingDamageException">Something is not what the manifest says.</exception>
    public async ValueTask<LandingSum> VerifyAsync(LandingManifest manifest, CancellationToken cancellationToken = default)
    {
        var sum = LandingSum.Empty;
        await foreach (LandingRecord record in RecordsAsync(manifest, cancellationToken))
            sum += LandingSum.Of(record, hasher);
        return sum;
    }

    /// <summary>The records of a commit by rising offset. Damage is found at the latest after the last record: verify first where nothing doubtful may pass.</summary>
    /// <exception cref="LandingDamageException">Something is not what the manifest says.</exception>
    public async IAsyncEnumerable<LandingRecord> RecordsAsync(LandingManifest manifest, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var open = new List<LandingFileReader>();
        try
        {
            var next = new PriorityQueue<LandingFileReader, long>();
            for (int i = 0; i < manifest.Files.Count; i++)
            {
                LandingFileReader reader = await OpenAsync(manifest, i, cancellationToken);
                open.Add(reader);
                if (await reader.MoveNextAsync(cancellationToken))
                    next.Enqueue(reader, reader.Current.Offset);
            }

            var sum = LandingSum.Empty;
            while (next.TryDequeue(out LandingFileReader? reader, out _))
            {
                sum += LandingSum.Of(reader.Current, hasher);
                yield return reader.Current;
                if (await reader.MoveNextAsync(cancellationToken))
                    next.Enqueue(reader, reader.Current.Offset);
            }

            if (sum != manifest.Sum)
                throw new LandingDamageException($"The files of the commit from offset {manifest.From} in {store.Address} hold {sum.Records} records with the hash sum {sum.Hash:x32}; its manifest says {manifest.Sum.Records} with {manifest.Sum.Hash:x32}.");
        }
        finally
        {
            foreach (LandingFileReader reader in open)
                await reader.DisposeAsync();
        }
    }

    /// <summary>All records whose event time lies in a range, in the order of commits and offsets, repairs last: for a replay.</summary>
    /// <param name="firstMilliseconds">From here on, Unix milliseconds.</param>
    /// <param name="endMilliseconds">Up to before this.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<LandingRecord> RecordsAsync(long firstMilliseconds, long endMilliseconds, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (LandingManifest manifest in CommitsAsync(0, cancellationToken))
            await foreach (LandingRecord record in WithinAsync(manifest, firstMilliseconds, endMilliseconds, cancellationToken))
                yield return record;
        await foreach (LandingManifest manifest in RepairsAsync(cancellationToken))
            await foreach (LandingRecord record in WithinAsync(manifest, firstMilliseconds, endMilliseconds, cancellationToken))
                yield return record;
    }

    async IAsyncEnumerable<LandingRecord> WithinAsync(LandingManifest manifest, long firstMilliseconds, long endMilliseconds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (manifest.Sum.LastMilliseconds < firstMilliseconds || manifest.Sum.FirstMilliseconds >= endMilliseconds)
            yield break;
        await foreach (LandingRecord record in RecordsAsync(manifest, cancellationToken))
            if (record.TimestampMilliseconds >= firstMilliseconds && record.TimestampMilliseconds < endMilliseconds)
                yield return record;
    }

    async ValueTask<LandingFileReader> OpenAsync(LandingManifest manifest, int index, CancellationToken cancellationToken)
    {
        LandingFile file = manifest.Files[index];
        LandingEncoding encoding = manifest.Encoding == LandingNames.Ending(LandingEncoding.Csv) ? LandingEncoding.Csv : LandingEncoding.JsonLines;
        // Its name, then where it waits, then its name again: it may have been published between the first two.
        foreach (string name in (string[])[file.Name, names.Pending(manifest, index), file.Name])
        {
            try
            {
                return new LandingFileReader(file, await store.OpenReadAsync(name, cancellationToken), store.Address, encoding, hasher);
            }
            catch (ObjectMissingException)
            {
                continue;
            }
        }

        throw new LandingDamageException($"File '{file.Name}' of the commit from offset {manifest.From} is not in {store.Address}.");
    }

    async ValueTask<LandingManifest> ReadAsync(string name, CancellationToken cancellationToken) =>
        LandingManifest.Read(await store.ReadAllAsync(name, LandingManifest.BytesMax, cancellationToken), name, store.Address);
}

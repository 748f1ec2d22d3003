using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.Landing;

/// <summary>
/// Writes a partition of a topic into partitioned files of an object store, each range of offsets once.
/// </summary>
/// <remarks>
/// <para><em>The data.</em> Commits form a chain: each begins at the offset where the one before ended. Its manifest is named after that
/// first offset alone, so there is one place for it, and whoever puts a manifest there first has made the commit.</para>
/// <para><em>The normal path.</em> (1) The files are written into <c>_pending</c>, in a folder of this attempt. (2) The manifest is put if there is
/// none: the commit. (3) Each file is moved to its name under <c>day=/hour=</c>. File names are made of partition and offsets, so the replay of a
/// range gives the same names and bytes.</para>
/// <para><em>A crash</em> before (2) leaves nothing that a reader sees: a manifest's absence hides the files, and the next owner begins at the same
/// offset. A crash after (2) leaves the whole commit: readers by manifest find each file under its name or still in <c>_pending</c>, and
/// <see cref="OpenAsync"/> moves the rest. Readers that list folders instead see the files of one commit appear one by one during (3), only ever after the commit.</para>
/// <para><em>Two owners.</em> One of them gets the manifest; the other is told by <see cref="LandingConflictException"/> and its files stay hidden. Unpublished
/// files are removed only once the place they were written for is taken, so a slow owner that wins still has its files. Each owner needs
/// an attempt number of its own: its term.</para>
/// <para><em>Not guaranteed:</em> more than the store promises. On S3 without conditional writes two owners at the same moment are not told apart.</para>
/// <para>Not thread-safe: one caller at a time.</para>
/// </remarks>
public sealed class FileLander : IDisposable
{
    const int RecoveredMax = 1000;

    readonly IObjectStore store;
    readonly LandingOptions options;
    readonly RecordHasher hasher;
    readonly TimeProvider time;
    readonly LandingNames names;
    readonly long attempt;
    LandingBatch batch;
    LandingManifest? frozen;
    (LandingFile File, MemoryStream Content)[] frozenFiles = [];

    FileLander(IObjectStore store, LandingOptions options, RecordHasher hasher, TimeProvider time, long attempt, long next)
    {
        this.store = store;
        this.options = options;
        this.hasher = hasher;
        this.time = time;
        this.attempt = attempt;
        names = new LandingNames(options.Topic, options.Partition);
        batch = new LandingBatch(options, hasher);
        Next = next;
    }

    /// <summary>Where the commit that now gathers begins: the first offset that is not landed.</summary>
    public long Next { get; private set; }

    /// <summary>Commits found beyond the offset given to <see cref="OpenAsync"/>, in order: made, but perhaps not yet reported by the caller.</summary>
    public IReadOnlyList<LandingManifest> Recovered { get; private set; } = [];

    /// <summary>What has gathered since the last commit.</summary>
    public LandingSum Gathered => batch.Sum;

    /// <summary>Takes up a partition: finds what was committed at or after an offset, publishes what a crash left unpublished, and removes what it left undone.</summary>
    /// <param name="store">Where the files go.</param>
    /// <param name="options">Topic, partition and shape.</param>
    /// <param name="hasher">The channel's record hash.</param>
    /// <param name="time">Stamps manifests.</param>
    /// <param name="attempt">Unique to this owner, such as its term; at least 0.</param>
    /// <param name="next">The first offset that the caller does not know to be landed; the beginning of a commit. For a new chain, where it shall begin.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LandingException">The chain has a hole, or more than 1000 commits lie beyond <paramref name="next"/>: open again at <see cref="Next"/> of the last one.</exception>
    /// <exception cref="ObjectStoreException">The store refused or cannot be reached.</exception>
    public static async ValueTask<FileLander> OpenAsync(
        IObjectStore store, LandingOptions options, RecordHasher hasher, TimeProvider time, long attempt, long next, CancellationToken cancellationToken = default)
    {
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(attempt);
        ArgumentOutOfRangeException.ThrowIfNegative(next);
        var lander = new FileLander(store, options, hasher, time, attempt, next);
        await lander.RecoverAsync(cancellationToken);
        return lander;
    }

    /// <summary>Takes a record, unless a bound of the options would be passed: then commit first. The first record of a commit is always taken.</summary>
    /// <exception cref="ArgumentException">Its offset is not above the last one's, or below <see cref="Next"/>.</exception>
    /// <exception cref="InvalidOperationException">A commit was begun and has not succeeded: commit again.</exception>
    public bool TryAdd(in LandingRecord record)
    {
        if (frozen is not null)
            throw new InvalidOperationException($"The commit from offset {Next} to {frozen.To} of {options.Topic}/{options.Partition} has not succeeded; commit again before records are added.");
        if (record.Offset < Next || record.Offset <= batch.LastOffset)
            throw new ArgumentException($"Offset {record.Offset} of {options.Topic}/{options.Partition} was added after {Math.Max(Next - 1, batch.LastOffset)}; offsets must rise.");
        return batch.TryAdd(record);
    }

    /// <summary>
    /// Commits what has gathered as the range from <see cref="Next"/> to an offset, and returns once it is published. May be tried again after a
    /// failure, with the same end.
    /// </summary>
    /// <param name="to">The offset after the range: above the last record's; further if the partition has no records in between.</param>
    /// <param name="cancellationToken">Ends the wait; the commit may or may not have been made.</param>
    /// <exception cref="LandingConflictException">Another owner has committed other records here.</exception>
    /// <exception cref="ObjectStoreException">The store refused or cannot be reached.</exception>
    public async ValueTask<LandingManifest> CommitAsync(long to, CancellationToken cancellationToken = default)
    {
        if (frozen is null)
            Freeze(Next, to, repair: null);
        if (frozen!.To != to)
            throw new ArgumentException($"The commit from offset {Next} of {options.Topic}/{options.Partition} was begun up to {frozen.To}; it cannot be finished up to {to}.");
        LandingManifest made = await CommitFrozenAsync(names.Manifest(Next), cancellationToken);
        Next = to;
        Forget();
        return made;
    }

    /// <summary>
    /// Commits records that were missing from a landed range, outside of the chain. The same id again is the same repair and is not landed twice.
    /// Nothing else may have gathered.
    /// </summary>
    /// <param name="id">Names the repair, such as origin and stamp.</param>
    /// <param name="records">By rising offset; within the options' bounds.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LandingConflictException">A repair of that id holds other records.</exception>
    public async ValueTask<LandingManifest> CommitRepairAsync(string id, IReadOnlyList<LandingRecord> records, CancellationToken cancellationToken = default)
    {
        if (frozen is not null || batch.Sum.Records > 0)
            throw new InvalidOperationException($"{batch.Sum.Records} records of {options.Topic}/{options.Partition} have gathered; commit them before a repair.");
        ArgumentOutOfRangeException.ThrowIfZero(records.Count);
        try
        {
            foreach (LandingRecord record in records)
                if (record.Offset <= batch.LastOffset || !batch.TryAdd(record))
                    throw new ArgumentException($"Repair '{id}' of {options.Topic}/{options.Partition}: the record at offset {record.Offset} does not rise, or is one too many for the bounds.");
            Freeze(records[0].Offset, batch.LastOffset + 1, id);
            return await CommitFrozenAsync(names.RepairManifest(id), cancellationToken);
        }
        finally
        {
            Forget();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => batch.Dispose();

    void Freeze(long from, long to, string? repair)
    {
        if (to <= batch.LastOffset || to <= from)
            throw new ArgumentException($"A commit from offset {from} of {options.Topic}/{options.Partition} cannot end at {to}: its last record is at {batch.LastOffset}.");
        frozenFiles = batch.Finish(names, from, to, repair);
        frozen = new LandingManifest
        {
            Topic = options.Topic,
            Partition = options.Partition,
            From = from,
            To = to,
            Repair = repair,
            Attempt = attempt,
            WrittenAt = time.GetUtcNow(),
            Encoding = LandingNames.Ending(options.Encoding),
            Columns = options.Projection?.Columns ?? [],
            Sum = batch.Sum,
            Windows = batch.Windows(),
            WindowMilliseconds = (long)options.Window.TotalMilliseconds,
            Files = [.. frozenFiles.Select(pair => pair.File)],
        };
    }

    void Forget()
    {
        batch.Dispose();
        batch = new LandingBatch(options, hasher);
        frozen = null;
        frozenFiles = [];
    }

    async ValueTask<LandingManifest> CommitFrozenAsync(string manifestName, CancellationToken cancellationToken)
    {
        LandingManifest mine = frozen!;
        for (int i = 0; i < frozenFiles.Length; i++)
        {
            frozenFiles[i].Content.Position = 0;
            await store.PutAsync(names.Pending(mine, i), frozenFiles[i].Content, cancellationToken);
        }

        if (await store.PutIfAbsentAsync(manifestName, mine.ToBytes(), cancellationToken))
        {
            await PublishAsync(mine, cancellationToken);
            return mine;
        }

        LandingManifest standing = await ReadManifestAsync(manifestName, cancellationToken);
        if (!standing.SaysTheSameAs(mine))
            throw new LandingConflictException(
                $"{options.Topic}/{options.Partition} was committed from offset {standing.From} to {standing.To} by attempt {standing.Attempt} ({standing.Sum.Records} records), while attempt {attempt} tried {mine.From} to {mine.To} ({mine.Sum.Records} records). Open the lander again.",
                standing);
        await PublishAsync(standing, cancellationToken);
        if (standing.Attempt != attempt)
            for (int i = 0; i < mine.Files.Count; i++)
                await store.DeleteAsync(names.Pending(mine, i), cancellationToken);
        return standing;
    }

    /// <summary>Moves a commit's files to their names. Any owner may do it, several times and at the same time as another.</summary>
    async ValueTask PublishAsync(LandingManifest manifest, CancellationToken cancellationToken)
    {
        for (int i = 0; i < manifest.Files.Count; i++)
        {
            LandingFile file = manifest.Files[i];
            try
            {
                await store.MoveAsync(names.Pending(manifest, i), file.Name, cancellationToken);
            }
            catch (ObjectMissingException)
            {
                if (await store.FindAsync(file.Name, cancellationToken) is not { } found || found.Length != file.Length)
                    throw new LandingDamageException($"File '{file.Name}' of the commit from offset {manifest.From} in {store.Address} is neither there with {file.Length} bytes nor waiting as '{names.Pending(manifest, i)}': somebody removed it. Land the range again under another name.");
            }
        }
    }

    async ValueTask RecoverAsync(CancellationToken cancellationToken)
    {
        var recovered = new List<LandingManifest>();
        string? after = Next == 0 ? null : names.Manifest(Next - 1);
        await foreach (ObjectEntry entry in store.AllAsync(names.Commits, after, cancellationToken))
        {
            LandingManifest manifest = await ReadManifestAsync(entry.Name, cancellationToken);
            if (manifest.From != Next && (recovered.Count > 0 || Next != 0))
                throw new LandingException($"After offset {Next} of {options.Topic}/{options.Partition} the next commit in {store.Address} is '{entry.Name}', which begins at {manifest.From}: a commit is missing in between, or the offset {Next} is not where one begins.");
            if (recovered.Count == RecoveredMax)
                throw new LandingException($"More than {RecoveredMax} commits of {options.Topic}/{options.Partition} lie beyond the offset given. Take them from the manifests up to {Next}, then open at {Next}.");
            await PublishAsync(manifest, cancellationToken);
            recovered.Add(manifest);
            Next = manifest.To;
        }

        Recovered = recovered;
        await foreach (ObjectEntry entry in store.AllAsync(names.Repairs, null, cancellationToken))
            if (await HasPendingRepairAsync(entry.Name, cancellationToken) is { } repair)
                await PublishAsync(repair, cancellationToken);
        await foreach (ObjectEntry entry in store.AllAsync(names.AllPending, null, cancellationToken))
            if (names.FromOfPending(entry.Name) is { } from && from < Next)
                await store.DeleteAsync(entry.Name, cancellationToken);
    }

    /// <summary>Repairs are few and kept for ever; only those with files still waiting are read.</summary>
    async ValueTask<LandingManifest?> HasPendingRepairAsync(string manifestName, CancellationToken cancellationToken)
    {
        string id = manifestName[names.Repairs.Length..^".json".Length];
        ObjectPage page = await store.ListAsync($"{names.AllPending}r-{id}-", null, 1, cancellationToken);
        return page.Objects.Count == 0 ? null : await ReadManifestAsync(manifestName, cancellationToken);
    }

    async ValueTask<LandingManifest> ReadManifestAsync(string name, CancellationToken cancellationToken) =>
        LandingManifest.Read(await store.ReadAllAsync(name, LandingManifest.BytesMax, cancellationToken), name, store.Address);
}

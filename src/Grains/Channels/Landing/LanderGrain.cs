using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Channels.Landing;

/// <summary>
/// Carries one partition of the channel's topic into files, each record once.
/// <para>The files' manifests say what is landed, and the ledger says what of it was reported; so a new activation asks the ledger where reports end, finds the
/// commits beyond, reports them, and lands on from there. What an activation had gathered and not committed is read again.</para>
/// <para>A repair lands records that a gap lacks as a commit of its own, named by its place in the repairs' own range of reports, so that one that was landed and
/// not reported is found the same way.</para>
/// </summary>
[Reentrant]
sealed partial class LanderGrain : Grain, ILanderGrain
{
    static readonly TimeSpan ReadWait = TimeSpan.FromSeconds(1);

    readonly IPersistentState<LanderState> stored;
    readonly ILandingStores stores;
    readonly SecretBox secrets;
    readonly ChannelOptions options;
    readonly TimeProvider time;
    readonly ILogger<LanderGrain> logger;
    readonly WorkLoop loop;
    readonly SemaphoreSlim gate = new(1); // the file lander: the loop and repairs take turns
    FileLander? lander;
    LandedSchemas? schemas; // null: no columns are written
    long landed, end, files, reached, gatheringSince;
    int drill;

    readonly ChannelInstruments instruments;

    public LanderGrain(
        [PersistentState("lander")] IPersistentState<LanderState> stored, ILandingStores stores, SecretBox secrets, IOptions<ChannelOptions> options, TimeProvider time,
        ChannelInstruments instruments, ILogger<LanderGrain> logger)
    {
        this.stored = stored;
        this.stores = stores;
        this.secrets = secrets;
        this.options = options.Value;
        this.time = time;
        this.instruments = instruments;
        this.logger = logger;
        loop = new WorkLoop(this.options, time, LandAsync, () => landed, (pause, failure) =>
        {
            instruments.Failed(ChannelInstruments.Lander, pause is not null);
            ChannelMessages.LandingFailed(logger, Channel, Partition, landed, pause ?? TimeSpan.Zero, failure);
        });
    }

    string Channel => EntityKeys.SiteOf(this.GetPrimaryKeyString());

    string Instance => EntityKeys.Leaf(this.GetPrimaryKeyString());

    int Partition => int.Parse(Instance, System.Globalization.CultureInfo.InvariantCulture);

    string HoldName => $"landing of {Channel}";

    public Task<LandingStatus> Wake(ChannelOrder newOrder)
    {
        loop.Follow(newOrder, newOrder.Spec.Landing is not null);
        return Task.FromResult(new LandingStatus(Partition, loop.Phase, landed, end, files, loop.Problem, loop.ProblemAt));
    }

    public Task Drill(int records)
    {
        drill += records;
        return Task.CompletedTask;
    }

    public async Task Forget()
    {
        await loop.EndAsync();
        await GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(ChannelKeys.Topic(Channel), Partition)).Release(HoldName);
        await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => loop.EndAsync();

    async Task LandAsync(ChannelOrder running, CancellationToken cancellationToken)
    {
        LandingSpec spec = running.Spec.Landing!;
        stored.State.Term++;
        await stored.WriteStateAsync(cancellationToken);
        await Ledger.Define(ChannelHops.Definition(Channel, running.Spec, (int)options.Window.TotalSeconds));
        ITopicPartitionGrain partition = GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(running.Topic, Partition));
        using IObjectStore store = stores.Open(running.Secret is null ? "" : secrets.Open(running.Secret, ChannelSpecs.StorePurpose));
        long from = await Ledger.LastOf(ChannelHops.Lander, Instance) ?? (await partition.Info()).Start;
        schemas = spec.Columns && running.Spec.Source is { } source && ChannelSpecs.GivesChanges(source) ? new LandedSchemas(GrainFactory.GetGrain<ICatalogGrain>(EntityKeys.TenantOf(Channel))) : null;
        using FileLander opened = await FileLander.OpenAsync(store, Shape(running.Topic, spec, schemas), RecordHash.Compute, time, stored.State.Term, from, cancellationToken);
        foreach (LandingManifest found in opened.Recovered)
            await ReportAsync(found);
        await ReportRepairsAsync(new ManifestReader(store, running.Topic, Partition, RecordHash.Compute), cancellationToken);
        landed = reached = opened.Next;
        await partition.Hold(HoldName, landed);
        ChannelMessages.LandingOpened(logger, Channel, Partition, landed);
        lander = opened;
        try
        {
            await LandOnAsync(opened, partition, spec, cancellationToken);
        }
        finally
        {
            await gate.WaitAsync(CancellationToken.None);
            lander = null;
            gate.Release();
        }
    }

    async Task LandOnAsync(FileLander into, ITopicPartitionGrain partition, LandingSpec spec, CancellationToken cancellationToken)
    {
        long heldAt = time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TopicRead read = await partition.Read(reached, options.ReadBytes, ReadWait);
            end = read.End;
            loop.Runs();
            await gate.WaitAsync(cancellationToken);
            try
            {
                foreach (LogBatch batch in LogBatches.Parse(read.EncodedBatches))
                    await TakeAsync(into, batch, spec);
                reached = Math.Max(reached, read.Next);
                bool isDue = into.Gathered.Records > 0 ? time.GetElapsedTime(gatheringSince).TotalSeconds >= spec.RollSeconds : reached > into.Next;
                if (isDue)
                    await CommitAsync(into);
                else if (reached == into.Next)
                    await StateProgressAsync(into.Next);
            }
            finally
            {
                gate.Release();
            }

            if (time.GetElapsedTime(heldAt) >= options.ReportPeriod)
            {
                heldAt = time.GetTimestamp();
                await partition.Hold(HoldName, landed);
            }
        }
    }

    async Task TakeAsync(FileLander into, LogBatch batch, LandingSpec spec)
    {
        LogBatch.Enumerator records = batch.GetEnumerator();
        while (records.MoveNext())
        {
            if (records.Offset < reached)
                continue;
            if (drill > 0)
            {
                drill--;
                ChannelMessages.Drilled(logger, Channel, Partition, 1, records.Offset);
            }
            else
            {
                await AddAsync(into, LandingRecords.Of(records.Offset, records.Current), spec);
            }

            reached = records.Offset + 1;
        }
    }

    async Task AddAsync(FileLander into, LandingRecord record, LandingSpec spec)
    {
        if (schemas is not null)
            await schemas.LearnAsync(record);
        if (into.Gathered.Records >= spec.RollRecords || !into.TryAdd(record))
        {
            reached = record.Offset;
            await CommitAsync(into);
            if (!into.TryAdd(record))
                throw new InvalidOperationException($"The record at offset {record.Offset} of {this.GetPrimaryKeyString()}, of {record.Key.Length + record.Value.Length} bytes, does not fit into a file of its own.");
        }

        if (into.Gathered.Records == 1)
            gatheringSince = time.GetTimestamp();
    }

    /// <summary>Finishes what has gathered. Called within the gate.</summary>
    async Task CommitAsync(FileLander into)
    {
        if (reached <= into.Next)
            return;
        LandingManifest made = await into.CommitAsync(reached, loop.Ending);
        files += made.Files.Count;
        instruments.Finished(made.Files.Count);
        instruments.Carried(ChannelInstruments.Lander, made.Sum.Records);
        landed = made.To;
        ChannelMessages.Landed(logger, Channel, Partition, made.From, made.To);
        await ReportAsync(made);
    }

    LandingOptions Shape(string topic, LandingSpec spec, LandedSchemas? known) => new()
    {
        Topic = topic,
        Partition = Partition,
        Encoding = spec.Format == "csv" ? LandingEncoding.Csv : LandingEncoding.JsonLines,
        Window = options.Window,
        RecordsMax = spec.RollRecords,
        Projection = known is null ? null : new ChangeColumns(known.Find),
    };
}

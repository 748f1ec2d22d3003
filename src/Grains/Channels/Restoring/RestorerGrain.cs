using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;
using Orrery.Grains.Channels.Landing;
using Orrery.Grains.Ledger;
using Orrery.Grains.Secrets;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Channels.Restoring;

/// <summary>
/// Fills a channel's topic again from what another one landed: every record as it was, in its old partition and order; then what repairs had landed. The channel's ledger proves it: what the
/// files' manifests say was given, and the log took.
/// <para>It keeps nothing. A batch's sequence is the offset behind its last record, so the partitions know how far they were filled; the ledger knows what was reported. Both are asked
/// at the start, and files do not change, so whatever an earlier activation left undone is done from there.</para>
/// </summary>
[Reentrant]
sealed class RestorerGrain : Grain, IRestorerGrain
{
    readonly ILandingStores stores;
    readonly SecretBox secrets;
    readonly ChannelOptions options;
    readonly TimeProvider time;
    readonly RateMeter rate = new();
    readonly WorkLoop loop;
    readonly ChannelInstruments instruments;
    PartitionAppender appender = null!;
    long restored;
    string position = "";

    public RestorerGrain(ILandingStores stores, SecretBox secrets, IOptions<ChannelOptions> options, TimeProvider time, ChannelInstruments instruments, ILogger<RestorerGrain> logger)
    {
        this.stores = stores;
        this.secrets = secrets;
        this.options = options.Value;
        this.time = time;
        this.instruments = instruments;
        loop = new WorkLoop(this.options, time, RestoreAsync, () => restored, (pause, failure) =>
        {
            instruments.Failed(ChannelInstruments.Restorer, pause is not null);
            ChannelMessages.SourceFailed(logger, Key, pause ?? TimeSpan.Zero, failure);
        });
    }

    string Key => this.GetPrimaryKeyString();

    int WindowSeconds => (int)options.Window.TotalSeconds;

    ILedgerGrain Ledger => GrainFactory.GetGrain<ILedgerGrain>(Key);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        appender = new PartitionAppender(GrainFactory, Key, time, loop.Ending);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => loop.EndAsync();

    public Task<SourceStatus> Wake(ChannelOrder newOrder)
    {
        loop.Follow(newOrder, newOrder.Spec.Source?.Kind == ChannelSpecs.Landed);
        return Task.FromResult(new SourceStatus(loop.Phase, position, null, restored, rate.PerSecond(time.GetUtcNow()), loop.Problem, loop.ProblemAt, 0));
    }

    public async Task Forget()
    {
        await loop.EndAsync();
        DeactivateOnIdle();
    }

    async Task RestoreAsync(ChannelOrder running, CancellationToken cancellationToken)
    {
        await Ledger.Define(ChannelHops.Definition(Key, running.Spec, WindowSeconds));
        using IObjectStore store = stores.Open(running.Secret is null ? "" : secrets.Open(running.Secret, ChannelSpecs.SourcePurpose));
        string landed = running.Spec.Source!.Tables[0];
        await foreach (LandingManifest beyond in new ManifestReader(store, landed, running.Spec.Partitions, RecordHash.Compute).CommitsAsync(0, cancellationToken))
            throw new InvalidOperationException($"Topic '{landed}' landed {beyond.Partition + 1} partitions and more; channel '{Key}' has {running.Spec.Partitions}. Give it as many.");
        var newest = new Dictionary<string, long>();
        restored = 0;
        for (int partition = 0; partition < running.Spec.Partitions; partition++)
        {
            var reader = new ManifestReader(store, landed, partition, RecordHash.Compute);
            string instance = partition.ToString(CultureInfo.InvariantCulture), repairs = $"{instance}-repair";
            long reported = await Ledger.LastOf(ChannelHops.Source, instance) ?? 0, repaired = await Ledger.LastOf(ChannelHops.Source, repairs) ?? 0;
            await foreach (LandingManifest commit in reader.CommitsAsync(0, cancellationToken))
                await RestoreAsync(reader, commit, partition, instance, reported, commit.From, commit.To, placeOf: null, newest, cancellationToken);
            await foreach (LandingManifest repair in reader.RepairsAsync(cancellationToken))
            {
                long from = LandingRepairs.From(repair.Repair!);
                await RestoreAsync(reader, repair, partition, repairs, repaired, from, from + repair.Sum.Records, index => from + index, newest, cancellationToken);
            }
        }

        foreach ((string origin, long stamp) in newest)
            await Ledger.Seal(origin, stamp);
        position = "everything is restored";
    }

    /// <summary>Restores one commit.</summary>
    /// <param name="reported">How far the instance's reports reach: a commit below was restored and reported.</param>
    /// <param name="from">Where the commit begins in the instance's range of reports.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="placeOf">A record's place in that range by its index; null: its offset.</param>
    /// <param name="newest">The newest window of each origin, added to.</param>
    async Task RestoreAsync(
        ManifestReader reader, LandingManifest manifest, int partition, string instance, long reported, long from, long to, Func<long, long>? placeOf,
        Dictionary<string, long> newest, CancellationToken cancellationToken)
    {
        string topic = ChannelKeys.Topic(Key);
        foreach (LandingWindow window in manifest.Windows)
        {
            string origin = window.Origin.Length > 0 ? window.Origin : topic;
            newest[origin] = Math.Max(newest.GetValueOrDefault(origin, long.MinValue), LedgerKeys.Stamp(window.Sum.LastMilliseconds, WindowSeconds));
        }

        if (to <= reported)
        {
            restored += manifest.Sum.Records;
            return;
        }

        long producer = ChannelKeys.Producer($"{Key}/{instance}");
        ITopicPartitionGrain into = GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, partition));
        long had = (await into.LastOf(producer))?.Sequence ?? long.MinValue;
        var windows = new Dictionary<(string Origin, long Stamp), Receipt>();
        var batch = new LogBatchEncoder();
        long index = 0, place = from;
        await foreach (LandingRecord record in reader.RecordsAsync(manifest, cancellationToken))
        {
            place = (placeOf is null ? record.Offset : placeOf(index)) + 1;
            index++;
            var window = (record.Origin.Length > 0 ? record.Origin : topic, LedgerKeys.Stamp(record.TimestampMilliseconds, WindowSeconds));
            windows[window] = windows.GetValueOrDefault(window, Receipt.Empty)
                + Receipt.Of(RecordHash.Compute(record.Key.Span, record.Value.Span, record.TimestampMilliseconds), record.Key.Length + record.Value.Length, record.TimestampMilliseconds);
            if (place <= had)
                continue;
            batch.Add(record.Key.Span, record.Value.Span, record.TimestampMilliseconds, record.Headers.Span);
            if (batch.Bytes >= options.BatchBytes)
                await AppendAsync(partition, batch, new LogProducer(producer, 1, place));
        }

        if (batch.Records > 0)
            await AppendAsync(partition, batch, new LogProducer(producer, 1, place));
        await Ledger.Report([new HopReport(ChannelHops.Source, instance, from, to, [.. windows.Select(window => new HopEntry(window.Key.Origin, window.Key.Stamp, HopSide.Gave, window.Value))])]);
        instruments.Carried(ChannelInstruments.Restorer, manifest.Sum.Records);
        restored += manifest.Sum.Records;
        rate.Add(manifest.Sum.Records, time.GetUtcNow());
        position = string.Create(CultureInfo.InvariantCulture, $"partition {partition}, offset {manifest.To}");
        loop.Runs();
    }

    async Task AppendAsync(int partition, LogBatchEncoder batch, LogProducer producer)
    {
        await appender.AppendAsync(ChannelKeys.Topic(Key), partition, batch.Finish(producer).ToArray());
        batch.Reset();
    }
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Connectors.LogObjects;
using Orrery.Connectors.ObjectStores;
using Orrery.Grains.Channels.Landing;
using Orrery.Grains.Ledger;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Channels.Collecting;

/// <summary>
/// Collects the batches of log lines that agents shipped into an object store: reads, proves and parses each, and appends its entries to the channel's topic once.
/// <para>For each batch: write which one is next; read it; append its parts, each with the batch's number as the producer's sequence; append what could not be read to the
/// topic of dead letters; report what the agent gave and what became of it; count it as done with the next write. All of it follows from the batch alone, so after a crash the
/// same batch is collected again and nothing is there twice.</para>
/// <para>Dead letters are read again in between, see <c>CollectorGrain.Replay.cs</c>: a portion of them is numbered as a batch is.</para>
/// </summary>
[Reentrant]
sealed partial class CollectorGrain : Grain, ICollectorGrain
{
    const string Instance = "0";
    const int BatchesPerOriginPerRound = 100;

    readonly IPersistentState<CollectorState> stored;
    readonly StateWriter writer;
    readonly ILandingStores stores;
    readonly SecretBox secrets;
    readonly ChannelOptions options;
    readonly TimeProvider time;
    readonly ILogger<CollectorGrain> logger;
    readonly RateMeter rate = new();
    readonly HopProgress progress = new();
    readonly WorkLoop loop;
    PartitionAppender appender = null!;

    public CollectorGrain(
        [PersistentState("collector")] IPersistentState<CollectorState> stored, ILandingStores stores, SecretBox secrets, IOptions<ChannelOptions> options, TimeProvider time,
        ILogger<CollectorGrain> logger)
    {
        this.stored = stored;
        this.stores = stores;
        this.secrets = secrets;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
        loop = new WorkLoop(this.options, time, CollectAsync, () => State.Batches, (pause, failure) => ChannelMessages.SourceFailed(logger, Key, pause ?? TimeSpan.Zero, failure));
    }

    string Key => this.GetPrimaryKeyString();

    CollectorState State => stored.State;

    int WindowSeconds => (int)options.Window.TotalSeconds;

    ILedgerGrain Ledger => GrainFactory.GetGrain<ILedgerGrain>(Key);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        appender = new PartitionAppender(GrainFactory, Key, time, loop.Ending);
        return Task.CompletedTask;
    }

    public Task<SourceStatus> Wake(ChannelOrder newOrder)
    {
        loop.Follow(newOrder, newOrder.Spec.Source?.Kind == ChannelSpecs.Objects);
        string position = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{State.Batches} batches of {State.Origins.Count} origins");
        return Task.FromResult(new SourceStatus(loop.Phase, position, null, State.Records, rate.PerSecond(time.GetUtcNow()), loop.Problem, loop.ProblemAt, State.Rejected));
    }

    public async Task Forget()
    {
        await loop.EndAsync();
        await writer.ClearAsync();
        DeactivateOnIdle();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => loop.EndAsync();

    async Task CollectAsync(ChannelOrder running, CancellationToken cancellationToken)
    {
        await Ledger.Define(ChannelHops.Definition(Key, running.Spec, WindowSeconds));
        using IObjectStore store = stores.Open(secrets.Open(running.Secret, ChannelSpecs.SourcePurpose));
        var reader = new LogObjectReader(store, "");
        if (State.Replay is { PortionEnd: > 0 })
            await ReplayAsync(running);
        if (State.Intent is { } begun)
            await foreach (LogObjectManifest manifest in reader.BatchesAsync(begun.Origin, begun.Incarnation, begun.Sequence - 1, cancellationToken))
            {
                await CollectAsync(running, reader, manifest, begun, cancellationToken);
                break;
            }

        while (true)
        {
            bool any = await ReplayAsync(running);
            await foreach (string name in reader.OriginsAsync(cancellationToken))
                any |= await CollectOriginAsync(running, reader, Uri.UnescapeDataString(name), cancellationToken);
            loop.Runs();
            if (any)
                continue;
            await TellAsync(State.Batches, [], []);
            await Task.Delay(options.ReportPeriod, time, cancellationToken);
        }
    }

    /// <returns>Whether there was anything.</returns>
    async Task<bool> CollectOriginAsync(ChannelOrder running, LogObjectReader reader, string origin, CancellationToken cancellationToken)
    {
        int taken = 0;
        await foreach (string incarnation in reader.IncarnationsAsync(origin, cancellationToken))
        {
            OriginProgress known = State.Origins.GetValueOrDefault(origin) ?? new OriginProgress();
            int order = string.CompareOrdinal(incarnation, known.Incarnation);
            if (order < 0)
                continue;
            await foreach (LogObjectManifest manifest in reader.BatchesAsync(origin, incarnation, order == 0 ? known.Sequence : 0, cancellationToken))
            {
                await CollectAsync(running, reader, manifest, begun: null, cancellationToken);
                if (++taken == BatchesPerOriginPerRound)
                    return true;
            }
        }

        return taken > 0;
    }

    async Task CollectAsync(ChannelOrder running, LogObjectReader reader, LogObjectManifest manifest, BatchKey? begun, CancellationToken cancellationToken)
    {
        BatchKey intent = begun ?? new BatchKey(manifest.Origin, manifest.Incarnation, manifest.Sequence, running.Spec.Source!.Format, running.Spec.Partitions);
        State.Intent = intent;
        await writer.WriteAsync();
        IReadOnlyList<ReadOnlyMemory<byte>> lines = await reader.LinesAsync(manifest, cancellationToken);
        if (!State.Origins.TryGetValue(manifest.Origin, out OriginProgress? origin))
            State.Origins[manifest.Origin] = origin = new OriginProgress();
        CollectedBatch batch = CollectedBatch.Read(manifest, lines, origin, intent.Format, intent.Partitions, WindowSeconds);
        var producer = new LogProducer(ChannelKeys.Producer($"{Key}/{manifest.Origin}/{manifest.Incarnation}"), 1, manifest.Sequence);
        await Task.WhenAll(batch.Partitions.Select(partition => appender.AppendAsync(running.Topic, partition, batch.Encoded(partition, producer))));
        if (batch.Dead.Records > 0)
            await appender.AppendAsync(ChannelKeys.DeadTopic(Key), 0, batch.Dead.Finish(producer).ToArray());
        await TellAsync(State.Batches + 1, batch.AgentEntries, batch.Entries);
        await SealAsync(manifest, origin);
        (origin.Incarnation, origin.Sequence) = (manifest.Incarnation, manifest.Sequence);
        State.Batches++;
        State.Records += batch.Records;
        State.Rejected += batch.Rejected;
        State.Intent = null;
        rate.Add(batch.Records, time.GetUtcNow());
    }

    /// <summary>Reports a batch, or, without entries, only how far the collector has seen.</summary>
    /// <param name="letters">Dead letters that were given again; null: none.</param>
    async Task TellAsync(long to, IEnumerable<HopEntry> agent, IEnumerable<HopEntry> own, IEnumerable<HopEntry>? letters = null)
    {
        long from = State.Batches;
        var reports = new List<HopReport> { new(ChannelHops.Source, Instance, from, to, [.. agent]) };
        if (letters is not null)
            reports.Add(new HopReport(ChannelHops.Letters, Instance, State.Portions, State.Portions + 1, [.. letters]));
        reports.Add(new HopReport(ChannelHops.Collector, Instance, from, to, [.. own], progress.PassedAt(to)));
        ReportAnswer[] answers = await Ledger.Report([.. reports]);
        progress.Learn(answers[^1].Sequence, to);
    }

    async Task SealAsync(LogObjectManifest manifest, OriginProgress origin)
    {
        long complete = LedgerKeys.Stamp(manifest.CompleteMilliseconds, WindowSeconds) - 1;
        if (complete <= origin.Sealed)
            return;
        await Ledger.Seal(manifest.Origin, complete);
        origin.Sealed = complete;
    }
}

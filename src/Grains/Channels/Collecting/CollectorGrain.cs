using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Connectors.LogObjects;
using Orrery.Connectors.ObjectStores;
using Orrery.Grains.Channels.Landing;
using Orrery.Grains.Channels.Letters;
using Orrery.Grains.Ledger;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Channels.Collecting;

/// <summary>
/// Collects the batches of log lines that agents shipped, into an object store or straight to the API: proves and parses each, and appends its entries to the channel's topic once.
/// <para>For each batch: write down that it is begun, and as what it is read; append its parts, each with the batch's number in its origin's producer's sequence, and what could not be read to
/// the topic of dead letters; count it as done, in one write with all that is to be told of it; tell the ledger. What is appended follows from the batch and what was written before it, so
/// after a crash the same batch, listed or sent again, gives the same appends, which the partitions know; what was not told yet is told before anything else, and the ledger knows what it
/// was told. One batch at a time, whoever brings it.</para>
/// <para>Dead letters are read again in between, see <c>CollectorGrain.Replay.cs</c>; what agents send is met in <c>CollectorGrain.Door.cs</c>.</para>
/// </summary>
[Reentrant]
sealed partial class CollectorGrain : Grain, ICollectorGrain, IBatchDoorGrain
{
    const string Instance = "0";
    const int BatchesPerOriginPerRound = 100, OriginsMax = 10_000;

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
    readonly SemaphoreSlim gate = new(1); // one batch, or one portion of letters, at a time
    readonly ChannelInstruments instruments;
    PartitionAppender appender = null!;
    ChannelOrder? order;

    public CollectorGrain(
        [PersistentState("collector")] IPersistentState<CollectorState> stored, ILandingStores stores, SecretBox secrets, IOptions<ChannelOptions> options, TimeProvider time,
        ChannelInstruments instruments, ILogger<CollectorGrain> logger)
    {
        this.stored = stored;
        this.stores = stores;
        this.secrets = secrets;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        this.instruments = instruments;
        writer = new StateWriter(stored, DeactivateOnIdle);
        loop = new WorkLoop(this.options, time, CollectAsync, () => State.Batches, (pause, failure) =>
        {
            instruments.Failed(ChannelInstruments.Collector, pause is not null);
            ChannelMessages.SourceFailed(logger, Key, pause ?? TimeSpan.Zero, failure);
        });
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
        if (order is null || newOrder.Version > order.Version)
            order = newOrder;
        loop.Follow(newOrder, newOrder.Spec.Source is { } source && ChannelSpecs.IsCollected(source));
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
        using IObjectStore? store = running.Spec.Source!.Kind == ChannelSpecs.Objects ? stores.Open(secrets.Open(running.Secret, ChannelSpecs.SourcePurpose)) : null;
        LogObjectReader? reader = store is null ? null : new LogObjectReader(store, "");
        while (true)
        {
            bool any = await InTurnAsync(() => ReplayAsync(running), cancellationToken);
            if (reader is not null)
                await foreach (string name in reader.OriginsAsync(cancellationToken))
                    any |= await CollectOriginAsync(running, reader, Uri.UnescapeDataString(name), cancellationToken);
            loop.Runs();
            if (any)
                continue;
            await InTurnAsync(TellProgressAsync, cancellationToken);
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
            int age = string.CompareOrdinal(incarnation, known.Incarnation);
            if (age < 0)
                continue;
            await foreach (LogObjectManifest manifest in reader.BatchesAsync(origin, incarnation, age == 0 ? known.Sequence : 0, cancellationToken))
            {
                IReadOnlyList<ReadOnlyMemory<byte>> lines = await reader.LinesAsync(manifest, cancellationToken);
                await InTurnAsync(() => CollectAsync(running, manifest, manifest.Origin, lines), cancellationToken);
                if (++taken == BatchesPerOriginPerRound)
                    return true;
            }
        }

        return taken > 0;
    }

    /// <summary>Collects one batch, behind the last one of its origin. Called in turn.</summary>
    async Task<bool> CollectAsync(ChannelOrder running, LogObjectManifest manifest, string name, IReadOnlyList<ReadOnlyMemory<byte>> lines)
    {
        OriginProgress known = State.Origins.GetValueOrDefault(name) ?? NewOrigin(name);
        BatchIntent intent = known.Intent is { } begun && begun.Incarnation == manifest.Incarnation && begun.Sequence == manifest.Sequence
            ? begun
            : new BatchIntent(manifest.Incarnation, manifest.Sequence, running.Spec.Source!.Format, running.Spec.Partitions);
        var origin = new OriginProgress
        {
            Incarnation = manifest.Incarnation, Sequence = manifest.Sequence, Sha256 = manifest.Sha256, Sealed = known.Sealed, Heads = new Dictionary<string, string>(known.Heads),
        };
        CollectedBatch batch = await Task.Run(() => CollectedBatch.Read(manifest, name, lines, origin, intent.Format, intent.Partitions, WindowSeconds));
        if (lines.Count > 0)
        {
            known.Intent = intent;
            State.Origins[name] = known;
            await writer.WriteAsync();
            await AppendAsync(running.Topic, batch, ChannelKeys.Producer($"{Key}/{name}/{manifest.Incarnation}"), manifest.Sequence);
        }

        long complete = LedgerKeys.Stamp(manifest.CompleteMilliseconds, WindowSeconds) - 1;
        bool seals = complete > origin.Sealed;
        origin.Sealed = Math.Max(origin.Sealed, complete);
        State.Origins[name] = origin;
        State.Rejected += batch.Rejected;
        instruments.Carried(ChannelInstruments.Collector, batch.Records);
        instruments.Rejected(ChannelInstruments.Collector, batch.Rejected);
        await FinishAsync(batch, batch.AgentEntries, letters: null, seals ? name : null, complete);
        return true;
    }

    /// <summary>Counts a batch as done, in one write with what is to be told of it, and tells it.</summary>
    async Task FinishAsync(CollectedBatch batch, IEnumerable<HopEntry> agent, IEnumerable<HopEntry>? letters, string? sealedOrigin, long sealedTo)
    {
        State.News = new CollectorNews(Reports(State.Batches + 1, agent, batch.Entries, letters), sealedOrigin, sealedTo, [.. batch.Settled]);
        State.Batches++;
        if (letters is not null)
            State.Portions++;
        State.Records += batch.Records;
        await writer.WriteAsync();
        rate.Add(batch.Records, time.GetUtcNow());
        await TellNewsAsync();
    }

    async Task AppendAsync(string topic, CollectedBatch batch, long producer, long sequence)
    {
        await Task.WhenAll(batch.Partitions.Select(partition => AppendAsync(topic, partition, batch.Encoded(partition, producer, sequence))));
        await AppendAsync(ChannelKeys.DeadTopic(Key), 0, batch.Dead.Encoded(producer, sequence));
    }

    async Task AppendAsync(string topic, int partition, IEnumerable<byte[]> parts)
    {
        foreach (byte[] part in parts)
            await appender.AppendAsync(topic, partition, part);
    }

    OriginProgress NewOrigin(string name) => State.Origins.Count < OriginsMax
        ? new OriginProgress()
        : throw new LimitReachedException($"Channel '{Key}' collects from {OriginsMax} origins, the most there may be; '{name}' is one more. Make another channel for some of them.");

    /// <summary>Runs work while no batch is under way, after what is left to tell was told.</summary>
    async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            await TellNewsAsync();
            return await work();
        }
        finally
        {
            gate.Release();
        }
    }

    HopReport[] Reports(long to, IEnumerable<HopEntry> agent, IEnumerable<HopEntry> own, IEnumerable<HopEntry>? letters)
    {
        long from = State.Batches;
        var reports = new List<HopReport> { new(ChannelHops.Source, Instance, from, to, [.. agent]) };
        if (letters is not null)
            reports.Add(new HopReport(ChannelHops.Letters, Instance, State.Portions, State.Portions + 1, [.. letters]));
        reports.Add(new HopReport(ChannelHops.Collector, Instance, from, to, [.. own], progress.PassedAt(to)));
        return [.. reports];
    }

    async Task TellNewsAsync()
    {
        // A write that failed leaves more in memory than is stored: it is neither told nor built upon, the activation ends.
        await writer.Pending;
        if (State.News is not { } news)
            return;
        ReportAnswer[] answers = await Ledger.Report(news.Reports);
        progress.Learn(answers[^1].Sequence, State.Batches);
        if (news.Origin is { } origin)
            await Ledger.Seal(origin, news.Sealed);
        foreach (IGrouping<string, long> row in news.Settled.GroupBy(offset => LetterMarks.Key(Key, offset)))
            await GrainFactory.GetGrain<ILetterMarksGrain>(row.Key).Settle([.. row.Select(static offset => (int)(offset % LetterMarks.RowLength))]);
        State.News = null;
    }

    /// <summary>While nothing comes, the ledger still wants to know how far the collector has seen.</summary>
    async Task<bool> TellProgressAsync()
    {
        ReportAnswer[] answers = await Ledger.Report(Reports(State.Batches, [], [], letters: null));
        progress.Learn(answers[^1].Sequence, State.Batches);
        return true;
    }
}

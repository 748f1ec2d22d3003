using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Grains.Ledger;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Channels.Sources;

/// <summary>
/// Carries a database's changes into the channel's topic, each exactly once.
/// <para>Normal path, for each batch of the source: cut it by partition; write the intent (what each partition is to be given, and the checkpoint behind it); append
/// all parts; count them as given. While a batch is appended the next one is read. The write of the next intent stores that the one before is done.</para>
/// <para>After a crash the partitions say which parts of the intent they have (<c>LastOf</c>): those are counted as given, and if all are there the source goes
/// on behind the batch. Otherwise it is read again from the checkpoint before it, and what a partition has already is left out, since sequences follow from the
/// source's own positions. A snapshot's rows are read anew, later: the same row may be given again as it is by then.</para>
/// <para>Windows: a record's timestamp is the source's, never below one given before. A window is sealed when a newer timestamp was given, or by the clock when the
/// source has been idle; then later records are raised above it.</para>
/// </summary>
[Reentrant]
sealed partial class SourceGrain : Grain, ISourceGrain
{
    readonly IPersistentState<SourceState> stored;
    readonly StateWriter writer;
    readonly ISourceFactory factory;
    readonly SecretBox secrets;
    readonly ChannelOptions options;
    readonly TimeProvider time;
    readonly ILogger<SourceGrain> logger;
    readonly RateMeter rate = new();
    PartitionAppender appender = null!;
    readonly WorkLoop loop;
    readonly ChannelInstruments instruments;
    double? lagSeconds;
    string? reachedAt;
    SourceReach? reach;

    public SourceGrain(
        [PersistentState("source")] IPersistentState<SourceState> stored, ISourceFactory factory, SecretBox secrets, IOptions<ChannelOptions> options, TimeProvider time,
        ChannelInstruments instruments, ILogger<SourceGrain> logger)
    {
        this.stored = stored;
        this.factory = factory;
        this.secrets = secrets;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        this.instruments = instruments;
        writer = new StateWriter(stored, DeactivateOnIdle);
        loop = new WorkLoop(this.options, time, CarryAsync, () => State.Given, (pause, failure) =>
        {
            instruments.Failed(ChannelInstruments.Source, pause is not null);
            if (pause is { } length) ChannelMessages.SourceFailed(logger, Key, length, failure);
            else ChannelMessages.SourceStopped(logger, Key, failure.Message);
        });
    }

    string Key => this.GetPrimaryKeyString();

    SourceState State => stored.State;

    int WindowSeconds => (int)options.Window.TotalSeconds;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        appender = new PartitionAppender(GrainFactory, Key, time, loop.Ending);
        return Task.CompletedTask;
    }

    public Task<SourceStatus> Wake(ChannelOrder newOrder)
    {
        loop.Follow(newOrder, newOrder.Spec.Source is { } source && ChannelSpecs.IsDatabase(source));
        return Task.FromResult(new SourceStatus(loop.Phase, Checkpoints.ForPeople(State.Checkpoint), lagSeconds, State.Given, rate.PerSecond(time.GetUtcNow()), loop.Problem, loop.ProblemAt, State.Rejected));
    }

    public Task<SourceReach?> Reach()
    {
        if (!ReferenceEquals(reachedAt, State.Checkpoint))
            (reachedAt, reach) = (State.Checkpoint, Checkpoints.ReachOf(State.Checkpoint));
        return Task.FromResult(reach);
    }

    public async Task Forget()
    {
        await loop.EndAsync();
        await writer.ClearAsync();
        DeactivateOnIdle();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => loop.EndAsync();

    async Task CarryAsync(ChannelOrder running, CancellationToken cancellationToken)
    {
        SourceSpec spec = running.Spec.Source!;
        string connection = secrets.Open(running.Secret, ChannelSpecs.SourcePurpose);
        int partitions = running.Spec.Partitions;
        var splitter = new ChangeSplitter(partitions, WindowSeconds, spec.Format == "canal" ? new CanalWriter(time) : null);
        await ResolveIntentAsync(splitter, partitions);
        await DefineLedgerAsync(running);
        IChangeSource source = factory.Open(Key, spec, connection, State.Checkpoint);
        await using (source.ConfigureAwait(true))
        {
            ChannelMessages.SourceOpened(logger, Key, State.Checkpoint.Length == 0 ? "its beginning" : State.Checkpoint);
            (ChangeBatch filling, ChangeBatch giving) = (new ChangeBatch(), new ChangeBatch());
            Task<bool> reading = ReadAsync(source, filling, cancellationToken);
            while (true)
            {
                if (!await WaitAsync(reading))
                {
                    await ReportAsync(isIdle: true);
                    continue;
                }

                (filling, giving) = (giving, filling);
                reading = ReadAsync(source, filling, cancellationToken);
                try
                {
                    await GiveAsync(running, splitter, giving);
                }
                catch
                {
                    await StateWriter.Settled(reading);
                    throw;
                }

                lagSeconds = source.Lag?.TotalSeconds;
                loop.Runs();
                if (time.GetElapsedTime(reportedAt) >= options.ReportPeriod)
                {
                    await ReportAsync(isIdle: false);
                    await source.ConfirmAsync(State.Checkpoint, cancellationToken);
                }
            }
        }
    }

    /// <summary>Reads beside the grain's turns: decoding is work of its own.</summary>
    static Task<bool> ReadAsync(IChangeSource source, ChangeBatch batch, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            await source.ReadAsync(batch, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Whether the read ended; false once the source has been idle for a while.</summary>
    async Task<bool> WaitAsync(Task<bool> reading)
    {
        try
        {
            return await reading.WaitAsync(options.IdleSeal, time);
        }
        catch (TimeoutException) when (!reading.IsCompleted)
        {
            return false;
        }
    }

    async Task GiveAsync(ChannelOrder running, ChangeSplitter splitter, ChangeBatch batch)
    {
        await AnnounceSchemasAsync(running, batch);
        SourceIntent intent = await Task.Run(() => splitter.Split(batch, State.Checkpoint, State.NewestMilliseconds));
        State.Intent = intent;
        await writer.WriteAsync();
        var producer = new LogProducer(ChannelKeys.Producer(Key), State.Epoch, intent.Sequence);
        await Task.WhenAll(intent.Parts.Select(part => appender.AppendAsync(running.Topic, part.Partition, splitter.Encoded(part.Partition, producer))));
        long records = 0;
        foreach (PartitionIntent part in intent.Parts)
        {
            State.Fold(part);
            records += part.Windows.Values.Sum(static receipt => receipt.Records);
        }

        Finish(intent);
        rate.Add(records, time.GetUtcNow());
        instruments.Carried(ChannelInstruments.Source, records);
    }

    void Finish(SourceIntent intent)
    {
        State.Checkpoint = intent.Behind.ApplyTo(State.Checkpoint);
        State.NewestMilliseconds = intent.NewestMilliseconds;
        State.Intent = null;
    }

    /// <summary>After a crash: counts what partitions have of the last intent, and learns what each one has.</summary>
    async Task ResolveIntentAsync(ChangeSplitter splitter, int partitions)
    {
        long producer = ChannelKeys.Producer(Key);
        ProducerPosition?[] positions = await Task.WhenAll(Enumerable.Range(0, partitions).Select(partition =>
            GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(ChannelKeys.Topic(Key), partition)).LastOf(producer)));
        // A channel that was deleted and made again, of a database whose log began anew, has lower positions than before: they must not be taken for repeats.
        if (State is { Epoch: 0 })
            State.Epoch = 1 + positions.Max(static position => position?.Epoch ?? 0);
        long[] last = [.. positions.Select(position => position is { } known && known.Epoch == State.Epoch ? known.Sequence : long.MinValue)];
        splitter.Know(last);
        if (State.Intent is not { } intent)
            return;
        PartitionIntent[] had = [.. intent.Parts.Where(part => last[part.Partition] >= intent.Sequence)];
        foreach (PartitionIntent part in had)
            State.Fold(part);
        // Without the place behind it, as an earlier version stored it, the batch is read again, and what partitions have is left out.
        if (had.Length == intent.Parts.Length && intent.Behind is not null)
            Finish(intent);
        State.Intent = null;
        await writer.WriteAsync();
    }
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Connectors.ChangeCapture;
using Orrery.Grains.Ledger;
using Orrery.Grains.Secrets;
using Orrery.Grains.Storing;
using Orrery.Grains.Topics;
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
    static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(10);

    readonly IPersistentState<SourceState> stored;
    readonly StateWriter writer;
    readonly ISourceFactory factory;
    readonly SecretBox secrets;
    readonly ChannelOptions options;
    readonly TimeProvider time;
    readonly ILogger<SourceGrain> logger;
    readonly RateMeter rate = new();
    TopicRetries retries = null!;
    readonly CancellationTokenSource deactivating = new();
    ChannelOrder? order;
    Task work = Task.CompletedTask;
    CancellationTokenSource? working;
    string phase = "stopped";
    string? problem;
    DateTimeOffset? problemAt;
    double? lagSeconds;

    public SourceGrain(
        [PersistentState("source")] IPersistentState<SourceState> stored, ISourceFactory factory, SecretBox secrets, IOptions<ChannelOptions> options, TimeProvider time,
        ILogger<SourceGrain> logger)
    {
        this.stored = stored;
        this.factory = factory;
        this.secrets = secrets;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    string Key => this.GetPrimaryKeyString();

    SourceState State => stored.State;

    int WindowSeconds => (int)options.Window.TotalSeconds;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        retries = new TopicRetries(new TopicWriterOptions(), time, new Random(unchecked((int)ChannelKeys.Producer(Key))));
        return Task.CompletedTask;
    }

    public Task<SourceStatus> Wake(ChannelOrder newOrder)
    {
        if (order is null || newOrder.Version > order.Version || (newOrder.IsRunning && work.IsCompleted && phase is not "failed"))
        {
            order = newOrder;
            work = ChangeOver(work, working, newOrder);
        }

        return Task.FromResult(new SourceStatus(phase, State.Checkpoint, lagSeconds, State.Given, rate.PerSecond(time.GetUtcNow()), problem, problemAt, State.Rejected));
    }

    public async Task Forget()
    {
        working?.Cancel();
        await StateWriter.Settled(work);
        await writer.ClearAsync();
        DeactivateOnIdle();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await deactivating.CancelAsync();
        await StateWriter.Settled(work.WaitAsync(StopPatience, time, cancellationToken));
    }

    async Task ChangeOver(Task earlier, CancellationTokenSource? stopping, ChannelOrder newOrder)
    {
        stopping?.Cancel();
        await StateWriter.Settled(earlier);
        if (!newOrder.IsRunning || newOrder.Spec.Source is null)
        {
            phase = "stopped";
            return;
        }

        working = CancellationTokenSource.CreateLinkedTokenSource(deactivating.Token);
        await RunAsync(newOrder, newOrder.Spec.Source, working.Token);
    }

    /// <summary>Carries until it is told to stop; failures are tried again, unless nothing but a person can mend them.</summary>
    async Task RunAsync(ChannelOrder running, SourceSpec spec, CancellationToken cancellationToken)
    {
        TimeSpan pause = options.RetryPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            phase = "starting";
            long before = State.Given;
            try
            {
                await CarryAsync(running, spec, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (ChangeSourceException fault) when (fault.Fault is not ChangeSourceFault.Unreachable)
            {
                Fail("failed", fault);
                ChannelMessages.SourceStopped(logger, Key, fault.Message);
                return;
            }
            catch (Exception failure)
            {
                Fail("waiting", failure);
                ChannelMessages.SourceFailed(logger, Key, pause, failure);
            }

            if (State.Given > before)
                pause = options.RetryPause;
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.RetryPauseMax.Ticks));
        }

        phase = "stopped";
    }

    async Task CarryAsync(ChannelOrder running, SourceSpec spec, CancellationToken cancellationToken)
    {
        string connection = secrets.Open(running.Secret, ChannelSpecs.SourcePurpose);
        int partitions = running.Spec.Partitions;
        if (State.Epoch == 0)
            State.Epoch = 1;
        var splitter = new ChangeSplitter(partitions, WindowSeconds);
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
                phase = "running";
                problem = null;
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
        SourceIntent intent = await Task.Run(() => splitter.Split(batch, State.NewestMilliseconds));
        State.Intent = intent;
        await writer.WriteAsync();
        var producer = new LogProducer(ChannelKeys.Producer(Key), State.Epoch, intent.Sequence);
        await Task.WhenAll(intent.Parts.Select(part => AppendAsync(running.Topic, part.Partition, splitter.Encoded(part.Partition, producer))));
        long records = 0;
        foreach (PartitionIntent part in intent.Parts)
        {
            State.Fold(part);
            records += part.Windows.Values.Sum(static receipt => receipt.Records);
        }

        Finish(intent);
        rate.Add(records, time.GetUtcNow());
    }

    void Finish(SourceIntent intent)
    {
        State.Checkpoint = intent.Checkpoint;
        State.NewestMilliseconds = intent.NewestMilliseconds;
        State.Intent = null;
    }

    /// <summary>Appends until the partition has it, wherever it lives by then: a repeat is recognised there.</summary>
    Task AppendAsync(string topic, int partition, byte[] encoded) => retries.RunAsync(
        () => GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, partition)).Append(encoded), deactivating.Token);

    /// <summary>After a crash: counts what partitions have of the last intent, and learns what each one has.</summary>
    async Task ResolveIntentAsync(ChangeSplitter splitter, int partitions)
    {
        long producer = ChannelKeys.Producer(Key);
        ProducerPosition?[] positions = await Task.WhenAll(Enumerable.Range(0, partitions).Select(partition =>
            GrainFactory.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(ChannelKeys.Topic(Key), partition)).LastOf(producer)));
        long[] last = [.. positions.Select(position => position is { } known && known.Epoch == State.Epoch ? known.Sequence : long.MinValue)];
        splitter.Know(last);
        if (State.Intent is not { } intent)
            return;
        PartitionIntent[] had = [.. intent.Parts.Where(part => last[part.Partition] >= intent.Sequence)];
        foreach (PartitionIntent part in had)
            State.Fold(part);
        if (had.Length == intent.Parts.Length)
            Finish(intent);
        State.Intent = null;
        await writer.WriteAsync();
    }

    void Fail(string newPhase, Exception failure)
    {
        phase = newPhase;
        problem = failure.Message;
        problemAt = time.GetUtcNow();
    }
}

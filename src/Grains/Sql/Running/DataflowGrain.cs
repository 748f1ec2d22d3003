using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Dataflow.Checkpoints;
using Orrery.Grains.Channels;
using Orrery.Grains.Secrets;
using Orrery.Grains.Sql.Checkpoints;
using Orrery.Grains.Sql.Cuts;
using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Sql.Sinks;
using Orrery.Grains.Sql.Sources;
using Orrery.Grains.Storing;
using Orrery.Interfaces;

namespace Orrery.Grains.Sql.Running;

/// <summary>
/// Keeps a tenant's views true, in epochs. One epoch: take what sources have ready; write into the journal which offsets these are, and the clock; carry them through the graph; tell the sinks. Nothing of an
/// epoch leaves before its entry is durable.
/// <para>After a crash: a new term fences the earlier activation off the journal; the newest checkpoint is restored; then the journal's epochs behind it are done again, with the same records at the same clocks,
/// so the same changes come out, and sinks know them by their epoch. A change of the schema is an epoch of its own.</para>
/// <para>The graph is used by one at a time, beside the grain's turns, under the gate: epochs, queries, reports. So a query sees a cut between two epochs.</para>
/// </summary>
[Reentrant]
sealed partial class DataflowGrain : Grain, IDataflowGrain
{
    static readonly TimeSpan IdleLook = TimeSpan.FromSeconds(1);

    readonly IPersistentState<DataflowState> stored;
    readonly SqlOptions options;
    readonly Func<SinkOpener> openSinks;
    readonly ICheckpointPlaces places;
    readonly SqlInstruments instruments;
    readonly TimeProvider time;
    readonly ILogger<DataflowGrain> logger;
    readonly CancellationTokenSource ending = new();
    readonly SemaphoreSlim wakeUp = new(0);
    readonly HashSet<SourceCursor> awaited = [];
    TaskCompletionSource passed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    SchemaOrder? order;
    DataflowEngine? engine;
    Journal journal = null!;
    Task running = Task.CompletedTask, storing = Task.CompletedTask;
    long nextTimer = long.MaxValue;
    long epoch, clock, version, told, stateTold;
    string phase = "stopped";
    string? problem;

    public DataflowGrain(
        [PersistentState("dataflow")] IPersistentState<DataflowState> stored, IOptions<SqlOptions> options, IOptions<ChannelOptions> channels, SecretBox secrets, ICheckpointPlaces places, SqlInstruments instruments,
        TimeProvider time, ILogger<DataflowGrain> logger)
    {
        this.stored = stored;
        openSinks = () => new SinkOpener(GrainFactory, secrets, channels.Value, time);
        this.options = options.Value;
        this.places = places;
        holds = new TopicHolds(() => GrainFactory, () => HoldName, stored, () => StoreAsync());
        this.instruments = instruments;
        this.time = time;
        this.logger = logger;
        copies = new CutCopies(time);
    }

    string Key => this.GetPrimaryKeyString();

    string Tenant => EntityKeys.TenantOf(Key);

    long NowMicroseconds => time.GetUtcNow().Ticks / TimeSpan.TicksPerMicrosecond - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond);

    public Task Wake(SchemaOrder newOrder)
    {
        if (ending.IsCancellationRequested || (order is not null && newOrder.Version < order.Version))
            return Task.CompletedTask;
        order = newOrder;
        if (running.IsCompleted)
            running = RunAsync(ending.Token);
        wakeUp.Release();
        WakeOthers(newOrder);
        return Task.CompletedTask;
    }

    public async Task Forget(long last)
    {
        if (!await UntilAsync(() => engine is not null && epoch >= last, StartPatience))
            throw new TimeoutException($"The dataflow of '{Key}' stands at epoch {epoch}, and {last} was asked for{(problem is null ? "" : $": {problem}")}. Ask again in a moment.");
        for (int other = 1; Number == 0 && other < Count; other++)
            await Partition(other).Forget(epoch);
        await EndAsync();
        // Epochs, terms and versions go on from here: sinks and the log know what was before by them.
        stored.State.Beginning = new DataflowPosition(epoch, clock, version, journal.Next) { ExchangeOffset = exchange?.Next ?? 0 }.Encode(ReadOnlyMemory<byte>.Empty);
        await StoreAsync();
        if (places.Of(Key) is { } store)
            await GraphCheckpoints.Clear(store, CancellationToken.None);
        await holds.ReleaseAllAsync();
        DeactivateOnIdle();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => EndAsync();

    async Task EndAsync()
    {
        await ending.CancelAsync();
        await StateWriter.Settled(running);
    }

    async Task RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = options.RetryPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            phase = "starting";
            long before = epoch;
            try
            {
                await CarryAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (SupersededException other)
            {
                SqlMessages.Superseded(logger, Key, other.Message);
                DeactivateOnIdle();
                break;
            }
            catch (Exception failure)
            {
                (phase, problem) = ("waiting", failure.Message);
                if (epoch > before)
                    pause = options.RetryPause;
                SqlMessages.Failed(logger, Key, epoch, pause, failure);
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.RetryPauseMax.Ticks));
            }
        }

        phase = "stopped";
    }

    /// <summary>Stores the grain's state. Calls and the loop come between each other, and two writes at once would refuse each other.</summary>
    async Task StoreAsync(CancellationToken cancellationToken = default)
    {
        while (!storing.IsCompleted)
            await storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await (storing = stored.WriteStateAsync(cancellationToken));
    }

    async Task CarryAsync(CancellationToken cancellationToken)
    {
        CheckCount();
        stored.State.Term++;
        await StoreAsync(cancellationToken);
        journal = new Journal(GrainFactory, Tenant, stored.State.Term, options.TrimmedAge, time);
        await journal.CreateAsync();
        await OpenExchangeAsync(cancellationToken);
        // The entry that says nothing fences off whoever wrote before; what is in the journal now is all that was.
        if (Number == 0)
            await journal.AppendAsync(new JournalRecord(0, stored.State.Term, 0), cancellationToken);
        var opener = new SourceOpener(GrainFactory, Tenant, options, time);
        DataflowEngine? made = null;
        try
        {
            awaited.Clear();
            made = await RestoreAsync(opener, cancellationToken);
            await ReplayAsync(made, cancellationToken);
            SqlMessages.Began(logger, Key, stored.State.Term, epoch);
            engine = made;
            (phase, problem) = ("running", null);
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (Number == 0)
                    made = await LeadAsync(made, opener, cancellationToken);
                else
                    await FollowAsync(made, cancellationToken);
                await CheckpointAsync(made, cancellationToken);
            }
        }
        finally
        {
            engine = null;
            await EndBackfillAsync();
            await CloseSinksAsync();
            await EndCheckpointAsync();
            if (made is not null)
                await DisposeAsync(made);
            instruments.State(-stateTold);
            stateTold = 0;
        }
    }

    /// <summary>Changes the schema where that is ordered, does an epoch where there is something to do, or waits for it.</summary>
    /// <returns>What runs from now on.</returns>
    async Task<DataflowEngine> LeadAsync(DataflowEngine into, SourceOpener opener, CancellationToken cancellationToken)
    {
        if (backfill is { Work.IsCompleted: true } filled)
            into = await SwitchAsync(into, filled, cancellationToken);
        else if (order!.Version > version && backfill is null)
            await ChangeSchemaAsync(into, opener, cancellationToken);
        IReadOnlyList<TableSlice> slices = await GatherAsync(into, cancellationToken);
        if (slices.Count > 0 || nextTimer <= NowMicroseconds)
            await EpochAsync(into, slices, cancellationToken);
        else
            await WaitAsync(cancellationToken);
        return into;
    }

    static async Task DisposeAsync(DataflowEngine made)
    {
        await made.Gate.WaitAsync(CancellationToken.None);
        made.Dispose();
        made.Gate.Release();
    }

    async Task ReplayAsync(DataflowEngine into, JournalRecord record, CancellationToken cancellationToken)
    {
        IReadOnlyList<TableSlice> slices = await AgainAsync(into, record, null, cancellationToken);
        if (Number > 0 && record.Schema is { } change)
            await HoldNewAsync(into, change);
        await StepAsync(into, record, slices, null, cancellationToken);
        await CheckpointAsync(into, cancellationToken);
    }

    /// <summary>Reads what an entry of the journal says again.</summary>
    /// <param name="except">Tables whose ranges are of others that had their names before.</param>
    static async Task<IReadOnlyList<TableSlice>> AgainAsync(DataflowEngine into, JournalRecord record, IReadOnlyDictionary<string, long[]>? except, CancellationToken cancellationToken)
    {
        var slices = new List<TableSlice>();
        for (int index = 0; index < record.Ranges.Length; index++)
        {
            OffsetRange range = record.Ranges[index];
            if (except?.ContainsKey(range.Table) == true || into.FindTable(range.Table) is not { } table)
                continue;
            SourceCursor cursor = table.Cursors[range.Partition];
            if (into.Reads(range.Partition))
            {
                await foreach (SourceSlice slice in cursor.AgainAsync(range.From, range.To, cancellationToken))
                {
                    await table.Decoder.PrepareAsync(slice);
                    slices.Add(new TableSlice(range.Table, slice, index));
                }
            }

            cursor.MoveTo(range.To);
        }

        return slices;
    }

    async Task EpochAsync(DataflowEngine into, IReadOnlyList<TableSlice> slices, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        var record = new JournalRecord(epoch + 1, stored.State.Term, Math.Max(clock, NowMicroseconds))
        {
            Ranges = [.. slices.Select(static piece => new OffsetRange(piece.Table, piece.Slice.Partition, piece.Slice.From, piece.Slice.To))],
        };
        long bad = await OnceAsync(into, record, slices, cancellationToken);
        await NoteSourcesAsync(into);
        long? newest = slices.Max(static piece => piece.Slice.NewestMilliseconds);
        instruments.Epoch(
            time.GetElapsedTime(started), slices.Sum(static piece => piece.Slice.To - piece.Slice.From), bad, newest is { } at ? Math.Max(0, (time.GetUtcNow().ToUnixTimeMilliseconds() - at) / 1000.0) : null);
        if (time.GetElapsedTime(told) < options.WakePeriod)
            return;
        told = time.GetTimestamp();
        await UseAsync(into, graph =>
        {
            graph.EndIdle(options.SubscriptionIdle);
            instruments.State(graph.StateBytes - stateTold);
            stateTold = graph.StateBytes;
            return true;
        }, cancellationToken);
    }

    async Task ChangeSchemaAsync(DataflowEngine into, SourceOpener opener, CancellationToken cancellationToken)
    {
        SchemaOrder wanted = order!;
        (string[] drop, SqlDefinition[] make) = await UseAsync(into, graph => SchemaDifference.Of(graph.Catalog, wanted.Definitions), cancellationToken);
        var next = new SchemaCatalog(wanted.Definitions);
        var starts = new Dictionary<string, long[]>(StringComparer.OrdinalIgnoreCase);
        var rewinds = new List<RewoundTable>();
        foreach (SqlDefinition definition in make)
        {
            if (definition.Kind != DefinitionKind.Table || next.TryBind(definition)?.Relation is not { } table)
                continue;
            starts[definition.Name] = definition.Rewound?.ToOffsets() ?? await opener.StartsAsync(table);
            // Held before the journal says that it is read from there.
            await holds.AddAsync(PartitionsOf(opener.HeldTopicOf(table), starts[definition.Name]));
            if (definition.Rewound is null)
                continue;
            // What was deleted before it was held is not there to be read.
            starts[definition.Name] = await opener.NotBeforeAsync(table, starts[definition.Name]);
            if (into.RewoundOf(definition, opener.HeldTopicOf(table), starts[definition.Name]) is { } rewound)
                rewinds.Add(rewound);
        }

        var change = new SchemaChange(wanted.Version, drop, make, starts)
        {
            Fills = [.. rewinds.SelectMany(static rewound => rewound.Fills)],
            Keeps = [.. rewinds.Where(static rewound => rewound.KeepsRows).Select(static rewound => rewound.Table)],
        };
        if (await UseAsync(into, graph => graph.RowsToFill(change, next), cancellationToken) > options.FillRowsMax && BeginBackfill(change, opener))
            return;
        await OnceAsync(into, new JournalRecord(epoch + 1, stored.State.Term, Math.Max(clock, NowMicroseconds)) { Schema = change }, [], cancellationToken);
        await ForgetSourcesAsync(into, change);
    }

    /// <summary>Does an epoch that the journal has; returns how many records could not be read.</summary>
    /// <param name="filled">Of an epoch that changes the schema: where that has been done already; null: nowhere.</param>
    async Task<long> StepAsync(DataflowEngine into, JournalRecord record, IReadOnlyList<TableSlice> slices, Backfill? filled, CancellationToken cancellationToken)
    {
        EngineStep step = await UseAsync(into, async graph =>
        {
            if (filled is not null)
                graph.Begin(filled);
            else if (record.Schema is { } change)
                await graph.ApplyAsync(change, record.Epoch, record.Clock, isEmpty: false, cancellationToken);
            EngineStep done = await graph.StepAsync(record.Epoch, record.Clock, slices, cancellationToken);
            graph.Pass(record.Ranges);
            (epoch, clock) = (record.Epoch, record.Clock);
            return done;
        }, cancellationToken);
        LeaveCut();
        if (record.Schema is { } applied)
        {
            await EndSinksAsync(applied, cancellationToken);
            version = applied.Version;
            awaited.RemoveWhere(cursor => !into.Tables.Any(table => table.Cursors.Contains(cursor)));
        }

        schedule.Note(slices.Sum(static piece => (long)piece.Slice.Bytes));
        await EmitAsync(into, record.Epoch, step, cancellationToken);
        TaskCompletionSource done = passed;
        passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        done.SetResult();
        return step.Rejected.Count;
    }

    /// <summary>What sources have ready, up to the bound of an epoch.</summary>
    async Task<IReadOnlyList<TableSlice>> GatherAsync(DataflowEngine into, CancellationToken cancellationToken)
    {
        var slices = new List<TableSlice>();
        // Tables over one topic share what was read.
        var counted = new HashSet<object>(ReferenceEqualityComparer.Instance);
        long bytes = 0;
        // Another table is the first each time: where more comes than an epoch takes, none is always the last.
        SourceTable[] tables = [.. into.Tables];
        for (int index = 0; index < tables.Length; index++)
        {
            SourceTable table = tables[(int)((index + epoch) % tables.Length)];
            foreach (SourceCursor cursor in table.Cursors)
            {
                if (IsHeld(table, cursor) || Sources.IsHeld(table.Name, cursor.Partition))
                    continue;
                if (bytes < options.EpochBytesMax && cursor.IsReady && await TakeAsync(table, cursor) is { } taken && await AllowedAsync(table, cursor, taken) is { } slice)
                {
                    slices.Add(new TableSlice(table.Name, slice, slices.Count));
                    bytes += counted.Add(slice.Batches) ? slice.Bytes : 0;
                }

                if (awaited.Add(cursor))
                    Await(cursor, cancellationToken);
            }
        }

        return slices;
    }

    /// <summary>Wakes the loop when a source has something.</summary>
    async void Await(SourceCursor cursor, CancellationToken cancellationToken)
    {
        await cursor.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (cancellationToken.IsCancellationRequested)
            return;
        awaited.Remove(cursor);
        wakeUp.Release();
    }

    async Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan due = nextTimer == long.MaxValue ? IdleLook : TimeSpan.FromMicroseconds(Math.Clamp(nextTimer - NowMicroseconds, 1_000, (long)IdleLook.TotalMicroseconds));
        await wakeUp.WaitAsync(due, cancellationToken);
        while (wakeUp.Wait(0, CancellationToken.None))
        {
            // One look serves all that woke it.
        }
    }

    /// <summary>Uses the graph beside the grain's turns, one at a time.</summary>
    Task<T> UseAsync<T>(DataflowEngine into, Func<DataflowEngine, T> use, CancellationToken cancellationToken) => UseAsync(into, graph => Task.FromResult(use(graph)), cancellationToken);

    /// <summary>Uses another than the one that runs.</summary>
    static async Task<T> UseAsideAsync<T>(DataflowEngine into, Func<DataflowEngine, Task<T>> use, CancellationToken cancellationToken)
    {
        await into.Gate.WaitAsync(cancellationToken);
        try
        {
            return await LongWork.RunAsync(() => use(into));
        }
        finally
        {
            into.Gate.Release();
        }
    }

    async Task<T> UseAsync<T>(DataflowEngine into, Func<DataflowEngine, Task<T>> use, CancellationToken cancellationToken)
    {
        while (true)
        {
            await into.Gate.WaitAsync(cancellationToken);
            try
            {
                if (!into.IsDisposed)
                {
                    return await Task.Run(async () =>
                    {
                        T result = await use(into);
                        nextTimer = into.NextTimer;
                        return result;
                    }, CancellationToken.None);
                }
            }
            finally
            {
                into.Gate.Release();
            }

            // Another has taken its place, or will have.
            if (engine is not { IsDisposed: false } next)
                throw new TimeoutException($"The views of '{Tenant}' are being restored. Ask again in a moment.");
            into = next;
        }
    }
}

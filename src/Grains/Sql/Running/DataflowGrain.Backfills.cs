using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Sql.Schemas;
using Orrery.Grains.Storing;
using Orrery.Sql.Binding;

namespace Orrery.Grains.Sql.Running;

/// <summary>
/// Views whose filling takes long are filled beside those that run.
/// <code>
/// restore   the newest checkpoint into a second engine; the first writes none meanwhile
/// replay    the journal behind it, as after a crash; nothing goes to sinks
/// change    the schema there: views are filled, those that are replaced give way
/// follow    the journal's newer epochs, until what is left takes no longer than a moment
/// switch    between two epochs: the last ones; the entry that changes the schema; the second takes the place of the first, and sinks hear what is new
/// </code>
/// Before the entry is durable there is nothing to take back. Behind it a crash makes the views in place, from the same rows at the same epoch: what they give is the same, so sinks know it.
/// If anything fails beside, the change is made in place, too. Of several partitions it always is.
/// </summary>
sealed partial class DataflowGrain
{
    /// <summary>What is left of the journal is done while others wait if the last part took no longer.</summary>
    static readonly TimeSpan SwitchPatience = TimeSpan.FromMilliseconds(50);

    /// <summary>Parts of the journal that are followed; if it still grows as fast, the others wait for the last part.</summary>
    const int FollowedMax = 50;

    Backfill? backfill;
    long madeInPlace;

    /// <summary>Begins to make a change beside. False: it is made in place.</summary>
    bool BeginBackfill(SchemaChange change, SourceOpener opener)
    {
        // A table that keeps its rows while it is read again has taken in more beside than the change says; and an insert that is paused beside has not given all that its sink gets until the switch.
        if (Count > 1 || change.Version == madeInPlace || change.Keeps.Length > 0 || change.Make.Any(static made => made is { Kind: DefinitionKind.Insert, IsPaused: true }))
            return false;
        SqlMessages.BackfillBegan(logger, Key, change.Version, string.Join(", ", change.Make.Select(static made => made.Name)));
        var begun = new Backfill(change, new Journal(GrainFactory, Tenant, stored.State.Term, options.TrimmedAge, time), time.GetTimestamp());
        backfill = begun;
        begun.Work = FillAsync(begun, opener, begun.Ending);
        return true;
    }

    async Task FillAsync(Backfill into, SourceOpener opener, CancellationToken cancellationToken)
    {
        try
        {
            if (completing is { } last)
                await StateWriter.Settled(last);
            RestoredDataflow restored = await ReadCheckpointAsync(opener, cancellationToken);
            (into.Engine, into.Checkpoints, into.Epoch) = (restored.Engine, restored.Checkpoints, restored.Position?.Epoch ?? 0);
            await FollowAsync(into, restored.Position?.JournalOffset ?? 0, cancellationToken);
            into.Note = $"{into.Change.Make.Length} tables and views are being made";
            await UseAsideAsync(restored.Engine, async graph =>
            {
                await graph.ApplyAsync(into.Change, into.Epoch, clock, isEmpty: false, cancellationToken);
                return true;
            }, cancellationToken);
            into.IsChanged = true;
            bool areFollowed = false;
            for (int part = 0; part < FollowedMax; part++)
            {
                long started = time.GetTimestamp();
                await FollowAsync(into, into.Journal.Next, cancellationToken);
                if (time.GetElapsedTime(started) > SwitchPatience)
                    continue;
                if (areFollowed)
                    break;
                await FollowQueriesAsync(into, cancellationToken);
                areFollowed = true;
            }
        }
        finally
        {
            wakeUp.Release();
        }
    }

    /// <summary>Does what the journal has more.</summary>
    async Task FollowAsync(Backfill into, long from, CancellationToken cancellationToken) => await into.Journal.ReplayAsync(from, into.Epoch, async record =>
    {
        into.Note = $"epoch {record.Epoch} of {epoch} is being done again";
        IReadOnlyList<TableSlice> slices = await AgainAsync(into.Engine!, record, into.IsChanged ? into.Change.Starts : null, cancellationToken);
        await UseAsideAsync(into.Engine!, async graph =>
        {
            if (record.Schema is { } change)
                await graph.ApplyAsync(change, record.Epoch, record.Clock, isEmpty: false, cancellationToken);
            EngineStep step = await graph.StepAsync(record.Epoch, record.Clock, slices, cancellationToken);
            graph.Pass(record.Ranges);
            if (into.IsChanged)
                into.Take(step.Rejected);
            return true;
        }, cancellationToken);
        into.Epoch = record.Epoch;
    }, cancellationToken);

    /// <summary>Queries that people follow go on over the new state.</summary>
    async Task FollowQueriesAsync(Backfill into, CancellationToken cancellationToken)
    {
        if (engine is not { } running)
            return;
        FollowedView[] views = await UseAsync(running, static graph => graph.FollowedViews(), cancellationToken);
        foreach (FollowedView view in views)
        {
            await UseAsideAsync(into.Engine!, graph =>
            {
                graph.Prepare(view, into.Change);
                return Task.FromResult(true);
            }, cancellationToken);
        }
    }

    /// <summary>Lets the second engine take the place of the first.</summary>
    async Task<DataflowEngine> SwitchAsync(DataflowEngine from, Backfill filled, CancellationToken cancellationToken)
    {
        try
        {
            await filled.Work;
            // What came in the last moment.
            await FollowAsync(filled, filled.Journal.Next, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            SqlMessages.BackfillFailed(logger, Key, filled.Change.Version, failure);
            madeInPlace = filled.Change.Version;
            await EndBackfillAsync();
            return from;
        }

        DataflowEngine to = filled.Engine!;
        filled.Given = await UseAsync(from, graph => graph.Given(filled.Change), cancellationToken);
        await UseAsync(from, graph =>
        {
            to.TakeFollowers(graph);
            return true;
        }, cancellationToken);
        var record = new JournalRecord(epoch + 1, stored.State.Term, Math.Max(clock, NowMicroseconds)) { Schema = filled.Change };
        await journal.AppendAsync(record, cancellationToken);
        checkpoints = filled.Checkpoints;
        engine = to;
        await StepAsync(to, record, [], filled, cancellationToken);
        await ForgetSourcesAsync(to, filled.Change);
        backfill = null;
        await filled.DisposeAsync();
        await DisposeAsync(from);
        SqlMessages.BackfillDone(logger, Key, filled.Change.Version, time.GetElapsedTime(filled.BegunAt), epoch);
        return to;
    }

    async Task EndBackfillAsync()
    {
        if (backfill is not { } left)
            return;
        backfill = null;
        await left.DisposeAsync();
        if (left.Engine is { } unused)
            await DisposeAsync(unused);
    }

    /// <summary>What is being filled and is not there yet.</summary>
    IEnumerable<RelationStatus> Filling(SchemaCatalog now) => backfill is not { } filling ? [] : filling.Change.Make
        .Where(made => made is { Kind: DefinitionKind.MaterializedView, IsPaused: false } && now.Find(made.Name) is null)
        .Select(made => new RelationStatus(made.Name, null, null, null, "backfilling", $"It is being filled beside the views that run: {filling.Note}.", 0, 0));
}

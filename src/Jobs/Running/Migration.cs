using System.Data.Common;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Running;

/// <summary>
/// A migration of one database into another: assess, make tables, copy chunks, make keys. Every step can be broken off at any point and is gone on with by a run of the same job's name:
/// the target's own tables say what it has (<see cref="ChunkTokens"/>). Calls block; run it on a thread of its own. A state that lasts longer than its bound ends with an error that says so.
/// </summary>
public sealed class Migration(DatabaseAddress from, DatabaseAddress to, MigrationOptions options, JobControl control, TimeProvider time, IProgress<JobProgress>? progress)
{
    const string Making = "making", Copying = "copying", Keys = "keys", Done = "done";
    /// <summary>What else is done between the steps; null: nothing.</summary>
    internal IMigrationSteps? Steps { get; init; }

    /// <summary>The run's token, once it has begun.</summary>
    internal ChunkTokens? Tokens { get; private set; }

    readonly Dictionary<string, TableCounter> tableCounters = [];
    RunState? run;
    MigrationPlan? plan;
    RejectFile? rejects;

    /// <summary>What would be done. Nothing is changed but a probe table in the target.</summary>
    /// <exception cref="DbException">A side cannot be reached.</exception>
    public MigrationPlan Assess()
    {
        options.Validate();
        using IDatabase source = from.Open(), target = to.Open();
        return new MigrationPlanner(source, target, options, time).Make(static _ => false, isResumed: false);
    }

    /// <summary>Runs the job to its end.</summary>
    /// <exception cref="MigrationBlockedException">It cannot begin.</exception>
    /// <exception cref="RejectQuotaException">The target refuses rows.</exception>
    /// <exception cref="TokenOverruledException">It was started again elsewhere.</exception>
    /// <exception cref="TimeoutException">A side was away, or a state lasted, for longer than its bound.</exception>
    /// <exception cref="OperationCanceledException">It was ended from outside.</exception>
    public MigrationReport Run(CancellationToken cancellationToken = default)
    {
        options.Validate();
        long started = time.GetTimestamp();
        run = new RunState(options.Job, control, time, progress) { RowsEstimate = () => plan?.RowsEstimate ?? 0, Rejects = () => rejects?.Count ?? 0, Tables = Tables };
        using Sides sides = Open();
        // What cannot be reached at the beginning is told at once; what goes away later is waited for.
        _ = (sides.Source, sides.Target);
        using ITimer? telling = run.Telling();
        run.Enter(JobPhase.Assessing, options.StepMax);
        IReadOnlyList<DoneChunk> done = [];
        ChunkTokens? tokens = null;
        sides.Retry("The assessment", () => (tokens, done) = Begin(sides, cancellationToken), cancellationToken);
        bool isResumed = IsResumed(tokens!);
        if (tokens!.State == Done)
        {
            run.Report();
            return new MigrationReport(plan!, run.RowsBefore, rejects!.Count, time.GetElapsedTime(started), 0, []) { WasDone = true };
        }

        if (!isResumed)
        {
            run.Enter(JobPhase.MakingTables, options.StepMax);
            if (!options.IsDataOnly) sides.Retry("The tables", () => MakeTables(sides.Target, tokens, cancellationToken), cancellationToken);
            SetState(sides, tokens, Copying, cancellationToken);
        }

        TimeSpan copying = TimeSpan.Zero;
        if (!options.IsSchemaOnly && tokens.State != Keys)
        {
            run.Enter(JobPhase.Copying, options.CopyMax);
            long copyStarted = time.GetTimestamp();
            CopyRows(done, tokens, cancellationToken);
            copying = time.GetElapsedTime(copyStarted);
        }

        SetState(sides, tokens, Keys, cancellationToken);
        run.Enter(JobPhase.MakingKeys, options.CopyMax);
        IReadOnlyList<HandWork> undone = [];
        sides.Retry("The keys", () => undone = MakeKeys(sides, tokens, cancellationToken), cancellationToken);
        SetState(sides, tokens, Done, cancellationToken);
        run.Enter(JobPhase.Done, options.StepMax);
        run.Report();
        return new MigrationReport(plan!, run.RowsBefore + run.Counters.Rows - (rejects!.Count - done.Sum(chunk => chunk.Rejects)), rejects.Count, time.GetElapsedTime(started), run.Counters.Rows, undone) { Copying = copying };
    }

    /// <summary>Takes the job over and finds out what is to be done. May come again: the token rises once more.</summary>
    (ChunkTokens Tokens, IReadOnlyList<DoneChunk> Done) Begin(Sides sides, CancellationToken cancellationToken)
    {
        run!.Check(cancellationToken);
        var tokens = ChunkTokens.Take(sides.Target, options.Job, time);
        Tokens = tokens;
        IReadOnlyList<DoneChunk> done = tokens.Done(sides.Target);
        HashSet<string> own = Made(done);
        plan = new MigrationPlanner(sides.Source, sides.Target, options, time).Make(name => own.Contains(ChunkTokens.NameOf(name)) || own.Contains(name.Name), IsResumed(tokens));
        if (plan.Blockers.Count > 0) throw new MigrationBlockedException(plan.Blockers);
        rejects = new RejectFile(options.RejectFile, options.RejectsMax, done.Sum(chunk => chunk.Rejects));
        run.RowsBefore = done.Sum(chunk => Math.Max(0, chunk.Rows));
        Steps?.Begin(plan, tokens, IsResumed(tokens), cancellationToken);
        return (tokens, done);
    }

    static bool IsResumed(ChunkTokens tokens) => tokens.State is Copying or Keys or Done;

    /// <summary>Tables that the job itself makes.</summary>
    static HashSet<string> Made(IReadOnlyList<DoneChunk> done) => [.. done.Where(chunk => chunk.Chunk == ChunkTokens.MadeChunk).Select(chunk => chunk.Table)];

    static void SetState(Sides sides, ChunkTokens tokens, string state, CancellationToken cancellationToken) => sides.Retry($"The job's state '{state}'", () => tokens.SetState(sides.Target, state), cancellationToken);

    Sides Open() => new(from.Open, () =>
    {
        IDatabase target = to.Open();
        TargetSession.Prepare(target, options.IsDataOnly);
        return target;
    }, new Patience(options.AwayMax, time, waiting => run!.Counters.Waiting = waiting));

    /// <summary>PostgreSQL builds a key faster over rows that are there than row by row. The others keep rows by their key.</summary>
    bool KeyIsLate => to.Dialect.Engines[0] == "postgresql" && !options.IsDataOnly;

    void MakeTables(IDatabase target, ChunkTokens tokens, CancellationToken cancellationToken)
    {
        HashSet<string> own = Made(tokens.Done(target));
        foreach (TablePlan table in plan!.Tables)
        {
            run!.Check(cancellationToken);
            TableName name = table.Target.Name;
            run!.Counters.Table = name.ToString();
            if (!own.Contains(ChunkTokens.NameOf(name)))
            {
                using DatabaseTransaction transaction = target.Begin();
                tokens.Write(target, transaction, new DoneChunk(ChunkTokens.NameOf(name), ChunkTokens.MadeChunk, 0, 0, null, null));
                transaction.Commit();
            }
            else if (target.ListTables().Any(there => there.Name == name.Name && (name.Schema is null || there.Schema == name.Schema)))
            {
                // Made by a run that was broken off before it copied a row.
                target.Execute(target.Dialect.DropTable(name));
            }

            foreach (string statement in target.Dialect.CreateTable(table.Target with { Indexes = [], Key = KeyIsLate ? [] : table.Target.Key })) target.Execute(statement);
        }
    }

    void CopyRows(IReadOnlyList<DoneChunk> done, ChunkTokens tokens, CancellationToken cancellationToken)
    {
        ILookup<string, DoneChunk> byTable = done.Where(chunk => chunk.Chunk != ChunkTokens.MadeChunk).ToLookup(chunk => chunk.Table);
        // The largest begin, so that no channel is left alone with one at the end.
        ChunkFeed[] feeds = [.. plan!.Tables.OrderByDescending(table => table.RowsEstimate).Select(table => new ChunkFeed(table, options.ChunkRows, [.. byTable[ChunkTokens.NameOf(table.Source.Name)]]))];
        foreach (ChunkFeed feed in feeds)
        {
            var counter = new TableCounter();
            counter.Begin([.. byTable[feed.Table]]);
            lock (tableCounters) tableCounters[feed.Table] = counter;
        }

        using var throttle = new Throttle(options.Throttle, control, time);
        var gate = new Lock();
        using Sides planning = Open();
        int Wanted() => to.Dialect.Engines[0] == "sqlite" ? 1 : control.Limits?.Channels ?? options.Channels;
        new ChannelPool("orrery job channel", Wanted).Run((isWanted, token) =>
        {
            using CopyChannel own = Channel(tokens, throttle);
            while (isWanted() && Next(feeds, planning, gate, token) is var (feed, number, range))
            {
                run!.Check(token);
                run!.Counters.Table = feed.Plan.Source.Name.ToString();
                own.Copy(feed.Plan, feed.Table, number, range, tableCounters[feed.Table], token);
            }
        }, cancellationToken);
        lock (tableCounters)
            foreach (TableCounter counter in tableCounters.Values) counter.IsDone = true;
    }

    CopyChannel Channel(ChunkTokens tokens, Throttle throttle) => new(Open(), options, tokens, rejects!, throttle, run!.Counters);

    (ChunkFeed Feed, long Number, KeyRange Range)? Next(ChunkFeed[] feeds, Sides planning, Lock gate, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (ChunkFeed feed in feeds)
            {
                (long Number, KeyRange Range)? next = null;
                planning.Retry($"Ranges of table {feed.Plan.Source.Name}", () => next = feed.Next(planning.Source), cancellationToken);
                if (next is { } found) return (feed, found.Number, found.Range);
            }

            return null;
        }
    }

    List<HandWork> MakeKeys(Sides sides, ChunkTokens tokens, CancellationToken cancellationToken)
    {
        var undone = new List<HandWork>();
        IDatabase target = sides.Target;
        IDialect dialect = target.Dialect;
        if (!options.IsDataOnly)
        {
            foreach (TablePlan table in plan!.Tables)
            {
                run!.Counters.Table = table.Target.Name.ToString();
                if (KeyIsLate && table.Target.Key.Count > 0 && target.ReadTable(table.Target.Name).Key.Count == 0)
                    Try("key", table.Target.Name.ToString(), $"ALTER TABLE {dialect.Quote(table.Target.Name)} ADD PRIMARY KEY ({string.Join(", ", table.Target.Key.Select(dialect.Quote))})");
            }

            Steps?.BeforeIndexes(plan, tokens, cancellationToken);
            foreach (TablePlan table in plan.Tables)
            {
                (HashSet<string> made, _) = SchemaReader.Made(target, table.Target.Name);
                foreach (IndexDefinition index in table.Target.Indexes.Where(index => !made.Contains(index.Name)))
                    Try("index", $"{table.Target.Name}.{index.Name}", dialect.CreateIndex(table.Target, index));
            }

            foreach (TablePlan table in plan!.Tables.Where(table => table.ForeignKeys.Count > 0))
            {
                (_, HashSet<string> made) = SchemaReader.Made(target, table.Target.Name);
                foreach (TargetForeignKey key in table.ForeignKeys.Where(key => !made.Contains(key.Name)))
                    Try("foreign key", $"{table.Target.Name}.{key.Name}", $"ALTER TABLE {dialect.Quote(table.Target.Name)} ADD {key.Clause}");
            }
        }
        else
        {
            Steps?.BeforeIndexes(plan!, tokens, cancellationToken);
        }

        foreach (TablePlan table in plan!.Tables)
            if (NumberingText.SetNext(target, table) is { } statement)
                Try("numbering", table.Target.Name.ToString(), statement);
        if (dialect.Engines[0] == "postgresql")
            foreach (TablePlan table in plan.Tables) Try("statistics", table.Target.Name.ToString(), $"ANALYZE {dialect.Quote(table.Target.Name)}");
        return undone;

        void Try(string kind, string name, string statement)
        {
            run!.Check(cancellationToken);
            try
            {
                target.Execute(statement);
            }
            catch (DbException error) when (!sides.IsLost(error))
            {
                undone.Add(new HandWork(kind, name, $"the target refused it: {error.Message} It is: {statement}"));
            }
        }
    }

    TableProgress[] Tables()
    {
        lock (tableCounters)
            return plan is null ? [] : [.. plan.Tables.Select(table => Of(table, tableCounters.GetValueOrDefault(ChunkTokens.NameOf(table.Source.Name))))];
    }

    TableProgress Of(TablePlan table, TableCounter? counter)
    {
        (long done, IReadOnlyList<ChunkProgress> chunks) = counter?.Chunks() ?? (0, []);
        long rows = counter?.Rows ?? 0, planned = rows + chunks.Where(chunk => !chunk.IsDone).Sum(chunk => Math.Max(0, options.ChunkRows - chunk.Rows));
        bool isDone = counter?.IsDone ?? false;
        long waiting = isDone ? 0 : table.IsWhole ? (done + chunks.Count == 0 ? 1 : 0) : (Math.Max(0, table.RowsEstimate - planned) + options.ChunkRows - 1) / options.ChunkRows;
        return new TableProgress(table.Source.Name.ToString(), rows, table.RowsEstimate, isDone) { ChunksDone = done, ChunksWaiting = waiting, Chunks = chunks };
    }
}

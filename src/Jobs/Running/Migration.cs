using System.Data.Common;
using System.Globalization;
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
    static readonly TimeSpan ProgressEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>What else is done between the steps; null: nothing.</summary>
    internal IMigrationSteps? Steps { get; init; }

    /// <summary>The run's token, once it has begun.</summary>
    internal ChunkTokens? Tokens { get; private set; }

    readonly Counters counters = new();
    readonly Dictionary<string, TableCounter> tableCounters = [];
    JobPhase phase;
    DateTimeOffset deadline;
    long copyStarted;
    long rowsBefore;
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
        using IDatabase source = from.Open(), target = to.Open();
        TargetSession.Prepare(target, options.IsDataOnly);
        using ITimer timer = time.CreateTimer(_ => Report(), null, ProgressEvery, ProgressEvery);
        Enter(JobPhase.Assessing, options.StepMax);
        var tokens = ChunkTokens.Take(target, options.Job, time);
        Tokens = tokens;
        IReadOnlyList<DoneChunk> done = tokens.Done(target);
        HashSet<string> own = [.. done.Where(chunk => chunk.Chunk == ChunkTokens.MadeChunk).Select(chunk => chunk.Table)];
        bool isResumed = tokens.State is Copying or Keys or Done;
        plan = new MigrationPlanner(source, target, options, time).Make(name => own.Contains(ChunkTokens.NameOf(name)) || own.Contains(name.Name), isResumed);
        if (plan.Blockers.Count > 0) throw new MigrationBlockedException(plan.Blockers);
        rejects = new RejectFile(options.RejectFile, options.RejectsMax, done.Sum(chunk => chunk.Rejects));
        rowsBefore = done.Sum(chunk => Math.Max(0, chunk.Rows));
        Steps?.Begin(plan, tokens, isResumed, cancellationToken);
        if (tokens.State == Done) return new MigrationReport(plan, rowsBefore, rejects.Count, time.GetElapsedTime(started), 0, []) { WasDone = true };
        if (!isResumed)
        {
            if (!options.IsDataOnly) MakeTables(target, tokens, own, cancellationToken);
            tokens.SetState(target, Copying);
        }

        TimeSpan copying = TimeSpan.Zero;
        if (!options.IsSchemaOnly && tokens.State != Keys)
        {
            Enter(JobPhase.Copying, options.CopyMax);
            copyStarted = time.GetTimestamp();
            CopyRows(done, tokens, cancellationToken);
            copying = time.GetElapsedTime(copyStarted);
        }

        tokens.SetState(target, Keys);
        Enter(JobPhase.MakingKeys, options.CopyMax);
        IReadOnlyList<HandWork> undone = MakeKeys(target, tokens, cancellationToken);
        tokens.SetState(target, Done);
        Enter(JobPhase.Done, options.StepMax);
        Report();
        return new MigrationReport(plan, rowsBefore + counters.Rows - (rejects.Count - done.Sum(chunk => chunk.Rejects)), rejects.Count, time.GetElapsedTime(started), counters.Rows, undone) { Copying = copying };
    }

    /// <summary>PostgreSQL builds a key faster over rows that are there than row by row. The others keep rows by their key.</summary>
    bool KeyIsLate => to.Dialect.Engines[0] == "postgresql" && !options.IsDataOnly;

    void MakeTables(IDatabase target, ChunkTokens tokens, HashSet<string> own, CancellationToken cancellationToken)
    {
        Enter(JobPhase.MakingTables, options.StepMax);
        foreach (TablePlan table in plan!.Tables)
        {
            Check(cancellationToken);
            TableName name = table.Target.Name;
            counters.Table = name.ToString();
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
            counter.Add(byTable[feed.Table].Sum(chunk => chunk.Rows));
            lock (tableCounters) tableCounters[feed.Table] = counter;
        }

        using var throttle = new Throttle(options.Throttle, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var errors = new List<Exception>();
        var gate = new Lock();
        int channels = to.Dialect.Engines[0] == "sqlite" ? 1 : options.Channels;
        using CopyChannel planning = Channel(tokens, throttle);
        var threads = new List<Thread>();
        for (int channel = 0; channel < channels; channel++)
        {
            var thread = new Thread(() =>
            {
                try
                {
                    using CopyChannel own = Channel(tokens, throttle);
                    while (Next(feeds, planning, gate, end.Token) is var (feed, number, range))
                    {
                        Check(end.Token);
                        counters.Table = feed.Plan.Source.Name.ToString();
                        own.Copy(feed.Plan, feed.Table, number, range, tableCounters[feed.Table], end.Token);
                    }
                }
                catch (Exception error)
                {
                    lock (errors) errors.Add(error);
                    end.Cancel();
                }
            }) { IsBackground = true, Name = string.Create(CultureInfo.InvariantCulture, $"orrery job channel {channel}") };
            threads.Add(thread);
            thread.Start();
        }

        foreach (Thread thread in threads) thread.Join();
        cancellationToken.ThrowIfCancellationRequested();
        if (errors.FirstOrDefault(error => error is not OperationCanceledException) is { } first) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        lock (tableCounters)
            foreach (TableCounter counter in tableCounters.Values) counter.IsDone = true;
    }

    CopyChannel Channel(ChunkTokens tokens, Throttle throttle) => new(from, to, options, tokens, rejects!, throttle, counters, time);

    (ChunkFeed Feed, long Number, KeyRange Range)? Next(ChunkFeed[] feeds, CopyChannel planning, Lock gate, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (ChunkFeed feed in feeds)
            {
                (long Number, KeyRange Range)? next = null;
                planning.Retry($"ranges of table {feed.Plan.Source.Name}", () => next = feed.Next(planning.Source), cancellationToken);
                if (next is { } found) return (feed, found.Number, found.Range);
            }

            return null;
        }
    }

    List<HandWork> MakeKeys(IDatabase target, ChunkTokens tokens, CancellationToken cancellationToken)
    {
        var undone = new List<HandWork>();
        IDialect dialect = target.Dialect;
        if (!options.IsDataOnly)
        {
            foreach (TablePlan table in plan!.Tables)
            {
                counters.Table = table.Target.Name.ToString();
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
            Check(cancellationToken);
            try
            {
                target.Execute(statement);
            }
            catch (DbException error) when (!Outage.IsPassing(error))
            {
                undone.Add(new HandWork(kind, name, $"the target refused it: {error.Message} It is: {statement}"));
            }
        }
    }

    void Enter(JobPhase next, TimeSpan longest)
    {
        phase = next;
        deadline = time.GetUtcNow() + longest;
    }

    void Check(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        control.Wait(cancellationToken);
        if (time.GetUtcNow() > deadline) throw new TimeoutException($"Job '{options.Job}' has been {phase} until its deadline of {deadline:u}. The same command goes on where it was; give it more time if it needs it.");
    }

    void Report()
    {
        if (progress is null) return;
        long rows = rowsBefore + counters.Rows, total = Math.Max(rows, plan?.RowsEstimate ?? 0);
        double seconds = copyStarted == 0 ? 0 : time.GetElapsedTime(copyStarted).TotalSeconds, rate = seconds > 0 ? counters.Rows / seconds : 0;
        TableProgress[] tables;
        lock (tableCounters) tables = plan is null ? [] : [.. plan.Tables.Select(table => (Table: table, Counter: tableCounters.GetValueOrDefault(ChunkTokens.NameOf(table.Source.Name)))).Select(pair => new TableProgress(pair.Table.Source.Name.ToString(), pair.Counter?.Rows ?? 0, pair.Table.RowsEstimate, pair.Counter?.IsDone ?? false))];
        progress.Report(new JobProgress(phase, rows, total, counters.Bytes, rate, rate > 1 && phase == JobPhase.Copying ? TimeSpan.FromSeconds((total - rows) / rate) : null, counters.Table, rejects?.Count ?? 0, deadline) { Waiting = counters.Waiting, Tables = tables });
    }
}

using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Certificates;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Following;

/// <summary>
/// A migration whose source goes on changing.
/// <para>Data: where changes begin (kept in the target before the first row is copied), how far they are applied (kept with them, in the follower), the way they go and its epoch.</para>
/// <para>Normal path: chunks are copied as of different moments, all behind the begin. Changes from the begin on are then applied in their order; at the position that the source had when the last chunk was
/// copied, the target is as the source was. Only then unique indexes and foreign keys are made. From there on changes are followed until somebody cuts over: the position of now is reached in a bounded time,
/// the source is read-only (or said to be stopped), what is left is applied, both sides are equal by a certificate and nothing has come meanwhile, numbering goes on where the source's did; then the target
/// leads, and changes of it are followed back to the source from the moment at which nobody wrote yet. The way back is the same step.</para>
/// <para>Failure path: each run takes the job's token in the database that it writes to, so that an earlier run is refused; killed anywhere, the next run goes on from what is kept. A step of a cut-over that
/// fails leaves the way as it was.</para>
/// <para>Not guaranteed: whoever writes to a database that was said to stand still is noticed until the certificate is made, and not behind it. Definitions that are altered stop the job.</para>
/// </summary>
public sealed class FollowedMigration(DatabaseAddress from, DatabaseAddress to, MigrationOptions options, FollowOptions follow, JobControl control, TimeProvider time, IProgress<JobProgress>? progress, IProgress<FollowProgress>? following)
{
    readonly DatabaseAddress from = from, to = to;
    readonly MigrationOptions options = options;
    readonly FollowOptions follow = follow;
    readonly TimeProvider time = time;
    readonly IProgress<FollowProgress>? following = following;
    RejectFile? rejects;
    string? waits;
    FollowProgress told = new(false, 0, 0, TimeSpan.Zero, false);

    /// <summary>Copies, and follows changes until it is ended, the way that the job goes.</summary>
    /// <exception cref="FollowException">It cannot be followed.</exception>
    /// <exception cref="ChangeSourceException">The leading database's log cannot be read on.</exception>
    /// <exception cref="TokenOverruledException">It was started again elsewhere.</exception>
    /// <exception cref="OperationCanceledException">It was ended from outside; the same goes on.</exception>
    public FollowReport Run(CancellationToken cancellationToken = default)
    {
        (MigrationReport report, ChunkTokens tokens) = Copy(cancellationToken);
        FollowRow way = Way() ?? throw NotFollowed();
        using Follower follower = Open(way, report.Plan, tokens, cancellationToken);
        follower.HasForeignKeys = true;
        string position = follower.PositionNow(cancellationToken);
        long asked = time.GetTimestamp();
        bool isReached = false;
        while (true)
        {
            Check(cancellationToken);
            follower.Step(follow.AskEvery, cancellationToken);
            if (follower.IsReached(position))
            {
                isReached = true;
                if (follow.EndsWhenReached) break;
            }

            if (time.GetElapsedTime(asked) >= follow.AskEvery)
            {
                Tell(follower, isReached, null);
                asked = time.GetTimestamp();
                if (!isReached) continue;
                // Only where the one before is reached: PostgreSQL's is a message in the stream.
                position = follower.PositionNow(cancellationToken);
                isReached = follower.IsReached(position);
            }
        }

        Tell(follower, isReached, null);
        return new FollowReport(way.Way == FollowStore.Back, follower.Row.Changes, rejects!.Count);
    }

    /// <summary>Hands the lead to the target, or with <paramref name="isBack"/> back to the source.</summary>
    /// <exception cref="FollowException">A step is refused; the lead is where it was.</exception>
    /// <exception cref="TimeoutException">A step lasted longer than its bound; the lead is where it was.</exception>
    public CutOverReport CutOver(bool isBack, CancellationToken cancellationToken = default)
    {
        FollowRow way = Way() ?? throw NotFollowed();
        if (isBack != (way.Way == FollowStore.Back))
            throw new FollowException(isBack ? $"Job '{options.Job}' has not been cut over: {from} leads. There is nothing to go back from." : $"Job '{options.Job}' has been cut over: {to} leads. To return to {from}, write --back.");
        (DatabaseAddress leader, DatabaseAddress next) = isBack ? (to, from) : (from, to);
        // Told before the minutes that comparing takes.
        if (ChangeFeed.Follows(next) && ChangeFeed.Hindrance(next) is { } hindrance)
            throw new FollowException($"{next} could not be followed once it leads: {hindrance}. {leader} still leads.");
        (MigrationReport report, ChunkTokens tokens) = Copy(cancellationToken);
        Certificate certificate;
        using (Follower follower = Open(way, report.Plan, tokens, cancellationToken))
        {
            follower.HasForeignKeys = true;
            void Told(string step)
            {
                Check(cancellationToken);
                Tell(follower, false, step);
            }

            Told("reaching the position of now");
            if (!follower.Drain(follower.PositionNow(cancellationToken), time.GetUtcNow() + follow.LagMax, () => Check(cancellationToken), cancellationToken))
                throw new FollowException($"{next} did not reach within {follow.LagMax} the position that {leader} had when the cut-over began: {follower.LagRecords} changes wait. Follow until the lag is small, then cut over.");
            Told("asking whether it stands still");
            if (!follow.SourceIsStopped && !IsReadOnly(leader))
                throw new FollowException($"{leader} takes writes. Stop what writes to it, then make it read-only ({ReadOnlyStatement(leader)}), or say that nothing writes any more: --source-is-stopped.");
            Told("applying what is left");
            string position = follower.PositionNow(cancellationToken);
            if (!follower.Drain(position, time.GetUtcNow() + follow.DrainMax, () => Check(cancellationToken), cancellationToken)) throw new GivenUpException($"What was left was not applied within {follow.DrainMax}. {leader} still leads: let it be written to again, or give it more time.");
            long changes = follower.Row.Changes;
            Told("comparing");
            certificate = Compare(cancellationToken);
            if (!certificate.IsEqual) throw new FollowException($"{from} and {to} are not equal: {string.Join("; ", certificate.Tables.Where(table => !table.IsEqual).Take(5).Select(table => $"{table.From}: {table.Failure ?? CertificatePage.Summary(table)}"))}{string.Concat(certificate.OnlyInFrom.Take(5).Select(name => $"; {name} is missing"))}. {leader} still leads.");
            Told("looking whether anything came meanwhile");
            if (!follower.Drain(follower.PositionNow(cancellationToken), time.GetUtcNow() + follow.DrainMax, () => Check(cancellationToken), cancellationToken) || follower.Row.Changes != changes)
                throw new FollowException($"{follower.Row.Changes - changes} changes came to {leader} while both sides were compared: it does not stand still. It still leads.");
            Told("numbering");
            SetNumbering(report.Plan, leader, follower, isBack, cancellationToken);
        }

        bool canReturn = Turn(way, report.Plan, leader, next, tokens, isBack, cancellationToken);
        return new CutOverReport(isBack, certificate, canReturn);
    }

    /// <summary>Ends following for good, so that no log is kept for it any more.</summary>
    public void End(CancellationToken cancellationToken = default)
    {
        FollowRow way = Way() ?? throw NotFollowed();
        cancellationToken.ThrowIfCancellationRequested();
        (DatabaseAddress leader, DatabaseAddress other) = way.Way == FollowStore.Back ? (to, from) : (from, to);
        ChangeFeed.Drop(leader, options.Job, way.Epoch);
        ChangeFeed.Drop(other, options.Job, way.Epoch - 1);
    }

    /// <summary>Whether the target leads; null: the job follows nothing.</summary>
    /// <exception cref="System.Data.Common.DbException">The target cannot be reached.</exception>
    public bool? TargetLeads() => Way() is { } way ? way.Way == FollowStore.Back : null;

    /// <summary>Whether a side's changes can be followed.</summary>
    public bool CanFollow(DatabaseAddress leader) => ChangeFeed.Follows(leader);

    FollowException NotFollowed() => new($"Job '{options.Job}' follows no changes in {to}: begin it with --follow.");

    (MigrationReport Report, ChunkTokens Tokens) Copy(CancellationToken cancellationToken)
    {
        var migration = new Migration(from, to, options, control, time, progress) { Steps = new FollowSteps(this) };
        MigrationReport report = migration.Run(cancellationToken);
        return (report, migration.Tokens!);
    }

    /// <summary>Which way the job goes; null where it follows nothing.</summary>
    FollowRow? Way()
    {
        using IDatabase target = to.Open();
        return FollowStore.Read(target, FollowStore.Open(target), options.Job, FollowStore.Control);
    }

    /// <summary>Opens the way on from where it is applied.</summary>
    Follower Open(FollowRow way, MigrationPlan plan, ChunkTokens ofTarget, CancellationToken cancellationToken)
    {
        bool isBack = way.Way == FollowStore.Back;
        (DatabaseAddress leader, DatabaseAddress next) = isBack ? (to, from) : (from, to);
        ChunkTokens tokens = ofTarget;
        FollowRow row = way;
        using (IDatabase database = next.Open())
        {
            // Each side keeps the tokens of those who write to it.
            if (isBack) tokens = ChunkTokens.Take(database, options.Job, time);
            if (FollowStore.Read(database, FollowStore.Open(database), options.Job, FollowStore.Applied) is { } applied && applied.Epoch == way.Epoch) row = applied;
        }

        cancellationToken.ThrowIfCancellationRequested();
        // Where a run was killed between the turn and this, a log is still kept that nobody reads.
        ChangeFeed.Drop(next, options.Job, way.Epoch - 1);
        IReadOnlyList<FollowedTable> tables = Tables(leader, plan, isBack);
        rejects ??= new RejectFile(options.RejectFile, options.RejectsMax, 0);
        ChangeFeed feed = ChangeFeed.Make(leader, options.Job, way.Epoch, tables, row.Checkpoint, options.AwayMax, time);
        return new Follower(feed, leader, next, options.Job, tokens, tables, row, options.AwayMax, rejects, time, waiting => waits = waiting);
    }

    static IReadOnlyList<FollowedTable> Tables(DatabaseAddress leader, MigrationPlan plan, bool isBack)
    {
        using IDatabase database = leader.Open();
        return FollowedTable.Of(plan.Tables, isBack, database, SchemaReader.Read(database));
    }

    Certificate Compare(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(follow.CertificateMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return new CertificateMaker(from, to, time, new Comparing(this)) { Tables = options.Tables, Without = options.Without }.Make(either.Token) with { Job = options.Job };
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new GivenUpException($"Both sides were compared for {follow.CertificateMax}, which is the most. The lead is where it was.");
        }
    }

    void SetNumbering(MigrationPlan plan, DatabaseAddress leader, Follower follower, bool isBack, CancellationToken cancellationToken)
    {
        DatabaseSchema schema;
        using (IDatabase database = leader.Open()) schema = SchemaReader.Read(database);
        follower.WithFollower(database =>
        {
            foreach (TablePlan table in plan.Tables)
            {
                TablePlan way = isBack ? new TablePlan(table.Target, table.Source, [.. table.Columns.Select(pair => (pair.Target, pair.Source))]) : table;
                long? next = schema.Tables.FirstOrDefault(each => each.Name.Name == way.Source.Name.Name)?.IdentityNext;
                if (NumberingText.SetNext(database, way with { IdentityNext = next }) is { } statement) CatalogQuery.Rows(database, statement);
            }
        }, cancellationToken);
    }

    /// <summary>The other side leads: from its position of now changes are followed the other way. One transaction of the target says so.</summary>
    bool Turn(FollowRow way, MigrationPlan plan, DatabaseAddress leader, DatabaseAddress next, ChunkTokens tokens, bool isBack, CancellationToken cancellationToken)
    {
        string checkpoint = "";
        bool canReturn = ChangeFeed.Follows(next);
        if (canReturn)
        {
            ChangeFeed feed = ChangeFeed.Make(next, options.Job, way.Epoch + 1, Tables(next, plan, !isBack), "", options.AwayMax, time);
            try
            {
                checkpoint = feed.BeginAsync(cancellationToken).GetAwaiter().GetResult();
            }
            finally
            {
                feed.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }

        using (IDatabase target = to.Open())
        {
            if (target.Dialect.Engines[0] == "postgresql") target.Execute("SET default_transaction_read_only = off");
            TableDefinition store = FollowStore.Open(target);
            using DatabaseTransaction transaction = target.Begin();
            FollowStore.Write(target, transaction, store, tokens, options.Job, FollowStore.Control, new FollowRow(way.Epoch + 1, isBack ? FollowStore.Forth : FollowStore.Back, checkpoint, 0, 0), time);
            transaction.Commit();
        }

        ChangeFeed.Drop(leader, options.Job, way.Epoch);
        return canReturn;
    }

    static bool IsReadOnly(DatabaseAddress leader)
    {
        using IDatabase database = leader.Open();
        return leader.Dialect.Engines[0] == "mysql"
            ? CatalogQuery.Value(database, "SELECT @@global.read_only") is "1" or "True" or "ON"
            : CatalogQuery.Value(database, "SELECT (pg_is_in_recovery() OR EXISTS (SELECT 1 FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database() AND s.setrole = 0 AND 'default_transaction_read_only=on' = ANY (s.setconfig)))::text") == "true";
    }

    static string ReadOnlyStatement(DatabaseAddress leader) => leader.Dialect.Engines[0] == "mysql" ? "SET GLOBAL read_only = ON" : "ALTER DATABASE ... SET default_transaction_read_only = on; for this user ALTER ROLE ... IN DATABASE ... SET default_transaction_read_only = off; and end the connections that were made before";

    void Check(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        control.Wait(cancellationToken);
    }

    void Tell(Follower follower, bool isReached, string? step)
    {
        TimeSpan lag = isReached || follower.LastMilliseconds == 0 ? TimeSpan.Zero : time.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(follower.LastMilliseconds);
        told = new FollowProgress(follower.Row.Way == FollowStore.Back, follower.Row.Changes, follower.LagRecords, lag > TimeSpan.Zero ? lag : TimeSpan.Zero, isReached) { Waiting = waits, Step = step };
        following?.Report(told);
    }

    /// <summary>What following does between a migration's steps.</summary>
    sealed class FollowSteps(FollowedMigration owner) : IMigrationSteps
    {
        public void Begin(MigrationPlan plan, ChunkTokens tokens, bool isResumed, CancellationToken cancellationToken)
        {
            string job = owner.options.Job;
            if (!ChangeFeed.Follows(owner.from)) throw new FollowException($"Changes of {owner.from} cannot be followed: MySQL, MariaDB and PostgreSQL can.");
            string[] keyless = [.. plan.Tables.Where(table => table.Source.Key.Count == 0).Select(table => table.Source.Name.ToString())];
            if (keyless.Length > 0) throw new FollowException($"Tables without a primary key cannot be followed, for their rows cannot be told apart: {string.Join(", ", keyless)}. Give them one, or leave them out: --without {string.Join(',', plan.Tables.Where(table => table.Source.Key.Count == 0).Select(table => table.Source.Name.Name))}.");
            if (owner.Way() is not null) return;
            if (isResumed) throw new FollowException($"Job '{job}' began to copy without --follow: what changed since then is not known. Begin a new job in an empty target.");
            ChangeFeed feed = ChangeFeed.Make(owner.from, job, 1, Tables(owner.from, plan, isBack: false), "", owner.options.AwayMax, owner.time);
            try
            {
                string checkpoint = feed.BeginAsync(cancellationToken).GetAwaiter().GetResult();
                using IDatabase source = owner.from.Open(), target = owner.to.Open();
                feed.WaitUntilSeen(source, owner.time.GetUtcNow() + owner.options.StepMax, owner.time, cancellationToken);
                TableDefinition store = FollowStore.Open(target);
                using DatabaseTransaction transaction = target.Begin();
                FollowStore.Write(target, transaction, store, tokens, job, FollowStore.Control, new FollowRow(1, FollowStore.Forth, checkpoint, 0, 0), owner.time);
                transaction.Commit();
            }
            finally
            {
                feed.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }

        public void BeforeIndexes(MigrationPlan plan, ChunkTokens tokens, CancellationToken cancellationToken)
        {
            FollowRow way = owner.Way() ?? throw owner.NotFollowed();
            using Follower follower = owner.Open(way, plan, tokens, cancellationToken);
            string position = follower.PositionNow(cancellationToken);
            long told = owner.time.GetTimestamp();
            if (!follower.Drain(position, owner.time.GetUtcNow() + owner.options.CopyMax, Check, cancellationToken)) throw new GivenUpException($"Changes made while rows were copied were not applied within {owner.options.CopyMax}. The same command goes on where it was.");
            if (owner.from.Dialect.Engines[0] == "mysql") follower.WithFollower(target => Cascading.Orphans(target, Tables(owner.from, plan, isBack: false)), cancellationToken);

            void Check()
            {
                owner.Check(cancellationToken);
                if (owner.time.GetElapsedTime(told) < owner.follow.AskEvery) return;
                told = owner.time.GetTimestamp();
                owner.Tell(follower, false, "applying what changed while rows were copied");
            }
        }
    }

    sealed class Comparing(FollowedMigration owner) : IProgress<CertificateProgress>
    {
        public void Report(CertificateProgress value) => owner.following?.Report(owner.told with { Step = $"comparing {value.Table}" });
    }
}

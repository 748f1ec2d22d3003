using System.Data.Common;
using System.Threading.Channels;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Following;

/// <summary>
/// Reads batches of changes ahead on a task of its own and applies them one after the other: a batch, and how far it leads, are one transaction of the follower under the run's token. A side that goes
/// away is waited for, and the batch applied again, which gives the same. Calls block; for one thread at a time.
/// </summary>
sealed class Follower : IDisposable
{
    /// <summary>Batches read ahead.</summary>
    const int AheadMax = 4;

    static readonly TimeSpan StepWait = TimeSpan.FromMilliseconds(500), KeepEvery = TimeSpan.FromSeconds(5);

    readonly DatabaseAddress to;
    readonly string job;
    readonly ChunkTokens tokens;
    readonly RejectFile rejects;
    readonly TimeProvider time;
    readonly ChangeApplier applier;
    readonly CancellationTokenSource end = new();
    readonly Channel<ChangeBatch> ahead = Channel.CreateBounded<ChangeBatch>(AheadMax);
    readonly Sides sides;
    readonly bool leaderIsMySql;
    readonly Task reading;
    TableDefinition? store;
    long kept;
    int aheadChanges;
    string? toConfirm;

    public Follower(ChangeFeed feed, DatabaseAddress from, DatabaseAddress to, string job, ChunkTokens tokens, IReadOnlyList<FollowedTable> tables, FollowRow row, TimeSpan awayMax, RejectFile rejects, TimeProvider time, Action<string?> waiting)
    {
        (Feed, this.to, this.job, this.tokens, this.rejects, this.time, Row) = (feed, to, job, tokens, rejects, time, row);
        sides = new Sides(from.Open, Connect, new Patience(awayMax, time, waiting));
        leaderIsMySql = from.Dialect.Engines[0] == "mysql";
        applier = new ChangeApplier(tables, () => sides.Source, logsCascades: !leaderIsMySql);
        kept = time.GetTimestamp();
        reading = Task.Run(ReadAheadAsync);
    }

    public ChangeFeed Feed { get; }

    /// <summary>How far it is.</summary>
    public FollowRow Row { get; private set; }

    /// <summary>Whether the follower has its foreign keys.</summary>
    public bool HasForeignKeys { set => applier.HasForeignKeys = value; }

    /// <summary>Changes read and not yet applied.</summary>
    public int LagRecords => Volatile.Read(ref aheadChanges);

    /// <summary>When the last change that is applied was made, Unix milliseconds; 0 before the first.</summary>
    public long LastMilliseconds { get; private set; }

    /// <summary>See <see cref="ChangeFeed.PositionNow"/>. A leader that is away is waited for.</summary>
    public string PositionNow(CancellationToken cancellationToken)
    {
        string position = "";
        sides.Retry("The position of now", () => position = Feed.PositionNow(sides.Source), cancellationToken);
        return position;
    }

    public bool IsReached(string position) => Feed.IsReached(position, Row.Checkpoint, Row.Sequence);

    /// <summary>Applies the next batch. False where none came within the wait.</summary>
    /// <exception cref="ChangeSourceException">The leader cannot be read on.</exception>
    /// <exception cref="TokenOverruledException">A later run has the job.</exception>
    public bool Step(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (!ahead.Reader.TryRead(out ChangeBatch? batch))
        {
            using var late = new CancellationTokenSource(wait, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                if (!ahead.Reader.WaitToReadAsync(either.Token).AsTask().GetAwaiter().GetResult()) reading.GetAwaiter().GetResult();
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            if (!ahead.Reader.TryRead(out batch)) return false;
        }

        Interlocked.Add(ref aheadChanges, -batch.Count);
        Apply(batch, cancellationToken);
        return true;
    }

    /// <summary>Applies until a position is reached.</summary>
    /// <returns>Whether it was, in time.</returns>
    public bool Drain(string position, DateTimeOffset deadline, Action check, CancellationToken cancellationToken)
    {
        while (!IsReached(position))
        {
            check();
            if (time.GetUtcNow() > deadline) return false;
            Step(StepWait, cancellationToken);
        }

        return true;
    }

    /// <summary>Does something with the follower, again and again while it is away.</summary>
    public void WithFollower(Action<IDatabase> work, CancellationToken cancellationToken) => sides.Retry($"Changes into {to}", () => work(sides.Target), cancellationToken);

    public void Dispose()
    {
        end.Cancel();
        ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        Feed.DisposeAsync().AsTask().GetAwaiter().GetResult();
        sides.Dispose();
        end.Dispose();
    }

    async Task ReadAheadAsync()
    {
        Exception? failure = null;
        try
        {
            while (!end.IsCancellationRequested)
            {
                // By the task that reads: a source is for one at a time.
                if (Interlocked.Exchange(ref toConfirm, null) is { } checkpoint) await Feed.ConfirmAsync(checkpoint, end.Token);
                var batch = new ChangeBatch();
                await Feed.ReadAsync(batch, end.Token);
                Interlocked.Add(ref aheadChanges, batch.Count);
                await ahead.Writer.WriteAsync(batch, end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Ended by its owner.
        }
        catch (Exception error)
        {
            failure = error;
            throw;
        }
        finally
        {
            ahead.Writer.TryComplete(failure);
        }
    }

    void Apply(ChangeBatch batch, CancellationToken cancellationToken)
    {
        FollowRow next = Row with { Checkpoint = batch.Checkpoint, Sequence = Math.Max(Row.Sequence, batch.EndSequence), Changes = Row.Changes + batch.Count };
        // Where the log moves on without changes, that need not be kept each time.
        if (batch.Count > 0 || time.GetElapsedTime(kept) > KeepEvery)
        {
            WithFollower(database => Commit(database, batch, next, cancellationToken), cancellationToken);
            kept = time.GetTimestamp();
            toConfirm = batch.Checkpoint;
        }

        if (batch.Count > 0) LastMilliseconds = batch.Entries[^1].TimestampMilliseconds;
        Row = next;
    }

    void Commit(IDatabase database, ChangeBatch batch, FollowRow next, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        Exception? refused = null;
        // Fast, then in order, then one by one.
        for (int way = applier.WantsOrder(batch) ? 1 : 0; way < 3; way++)
        {
            using DatabaseTransaction transaction = database.Begin();
            try
            {
                if (way == 0) applier.ApplyNet(database, batch, cancellationToken);
                else applier.ApplyInOrder(database, batch, way == 1 ? null : Refuse, cancellationToken);
                FollowStore.Write(database, transaction, store!, tokens, job, FollowStore.Applied, next, time);
                transaction.Commit();
                rejects.Keep(lines);
                return;
            }
            catch (Exception error) when (way < 2 && Outage.IsOfRow(error))
            {
                refused = error;
            }
        }

        throw new InvalidOperationException("Changes were neither applied nor refused.", refused);

        void Refuse(ChangeProjection projection, byte[] row, Exception error)
        {
            if (rejects.Left <= lines.Count)
                throw new RejectQuotaException($"A change of table {projection.Table.Name} cannot be applied: {error.Message} To go on without such rows, let some be put aside: --rejects N --reject-file FILE; the same command goes on where it was.", error);
            lines.Add(RejectFile.Line(projection.Table.Name, projection.Schema, row, error.Message));
        }
    }

    IDatabase Connect()
    {
        IDatabase opened = to.Open();
        try
        {
            // MySQL's foreign keys change rows and log nothing of it: the follower's own do the same. PostgreSQL logs all, and the follower is to do nothing by itself.
            if (!leaderIsMySql) TargetSession.Prepare(opened, isDataOnly: true);
            else if (opened.Dialect.Engines[0] == "sqlite") opened.Execute("PRAGMA foreign_keys = ON");
            store ??= FollowStore.Open(opened);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }
}

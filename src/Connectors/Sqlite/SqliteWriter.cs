using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Orrery.Connectors.Sqlite;

/// <summary>
/// The one thread that writes to a file. Operations wait in a bounded queue; the thread takes what is there (bounded by count and bytes),
/// runs it in one transaction, commits (one flush to the disk), and only then answers the callers. While it commits, the next group
/// gathers: so latency is one commit when little is written, and many operations share a commit when much is.
/// <para>
/// An operation that throws is undone by its savepoint; its neighbours stay. Where the transaction itself fails for want of room, each
/// operation of the group is tried once more alone, so that a large one does not fail the small ones. After a fault of the disk or the
/// file the connection is dropped, and the next group opens a new one: the writer goes on once the cause is gone.
/// </para>
/// <para>Not guaranteed: that an operation which failed with <see cref="SqliteFault.InputOutput"/> was not stored.</para>
/// </summary>
sealed class SqliteWriter : IDisposable
{
    readonly SqliteOptions options;
    readonly SqliteUpkeep upkeep;
    readonly SqliteInstruments instruments;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly Channel<SqliteOperation> queue;
    readonly List<SqliteOperation> group = [];
    readonly Thread thread;
    SqliteSession? session;
    SqliteOperation? held;

    // The writer owns the session that it is given.
    public SqliteWriter(SqliteOptions options, SqliteSession session, SqliteUpkeep upkeep, SqliteInstruments instruments, TimeProvider time, ILogger logger)
    {
        this.options = options;
        this.session = session;
        this.upkeep = upkeep;
        this.instruments = instruments;
        this.time = time;
        this.logger = logger;
        queue = Channel.CreateBounded<SqliteOperation>(new BoundedChannelOptions(options.QueueOperationsLimit) { SingleReader = true });
        thread = new(Run) { IsBackground = true, Name = "sqlite writer" };
        thread.Start();
    }

    /// <summary>Ends when the operation is durable.</summary>
    /// <param name="operation">Not in use elsewhere until then.</param>
    /// <param name="cancellationToken">Ends the wait for room in the queue; once there, the operation runs.</param>
    /// <exception cref="SqliteStoreException">The operation was not stored.</exception>
    public ValueTask RunAsync(SqliteOperation operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var completion = operation.Start();
        return queue.Writer.TryWrite(operation) ? completion : WaitAndRunAsync(operation, completion, cancellationToken);
    }

    async ValueTask WaitAndRunAsync(SqliteOperation operation, ValueTask completion, CancellationToken cancellationToken)
    {
        try
        {
            await queue.Writer.WriteAsync(operation, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new SqliteStoreException(SqliteFault.Closed, options.FilePath, $"Could not write to '{options.FilePath}': it was closed.");
        }

        await completion.ConfigureAwait(false);
    }

    /// <summary>Takes no more operations, finishes those that wait, empties the write-ahead log, and closes the connection.</summary>
    public void Dispose()
    {
        queue.Writer.TryComplete();
        thread.Join();
    }

    void Run()
    {
        while (held is not null || WaitForWork())
        {
            TakeGroup();
            var started = time.GetTimestamp();
            Commit();
            instruments.Committed(group.Count, time.GetElapsedTime(started));
            foreach (var operation in group) operation.Complete();
            group.Clear();
            Tidy(closing: false);
        }

        Tidy(closing: true);
        session?.Dispose();
    }

    bool WaitForWork()
    {
        var waiting = queue.Reader.WaitToReadAsync();
        return waiting.IsCompletedSuccessfully ? waiting.Result : waiting.AsTask().GetAwaiter().GetResult();
    }

    void TakeGroup()
    {
        long bytes = 0;
        while (group.Count < options.GroupOperationsLimit)
        {
            var operation = held;
            if (operation is null && !queue.Reader.TryRead(out operation)) return;
            held = null;
            if (group.Count > 0 && bytes + operation.Bytes > options.GroupBytesLimit)
            {
                held = operation;
                return;
            }

            bytes += operation.Bytes;
            group.Add(operation);
        }
    }

    void Commit()
    {
        if (TryCommit(group) is not { } error) return;
        if (group.Count == 1 || error is not SqliteStoreException { Fault: SqliteFault.DiskFull })
        {
            Fail(group, error);
            return;
        }

        SqliteLog.GroupIsSplit(logger, options.FilePath, group.Count);
        foreach (var operation in group)
        {
            SqliteOperation[] alone = [operation];
            if (TryCommit(alone) is { } own) Fail(alone, own);
        }
    }

    void Fail(IReadOnlyList<SqliteOperation> operations, Exception error)
    {
        foreach (var operation in operations) operation.Failure = error;
        instruments.Failed(operations.Count);
        upkeep.Hasten();
        SqliteLog.CommitFailed(logger, error, options.FilePath, operations.Count);
    }

    /// <summary>Runs operations in one transaction. Answers why nothing of them is stored; null when they are.</summary>
    Exception? TryCommit(IReadOnlyList<SqliteOperation> operations)
    {
        try
        {
            session ??= SqliteSession.OpenWriter(options);
            session.Prepare("BEGIN IMMEDIATE").Run();
            foreach (var operation in operations) Execute(session, operation, isAlone: operations.Count == 1);
            session.Prepare("COMMIT").Run();
            return null;
        }
        catch (Exception error)
        {
            RollBack(error);
            return error;
        }
    }

    static void Execute(SqliteSession session, SqliteOperation operation, bool isAlone)
    {
        operation.Failure = null;
        if (isAlone)
        {
            operation.Execute(session);
            return;
        }

        session.Prepare("SAVEPOINT operation").Run();
        try
        {
            operation.Execute(session);
        }
        catch (Exception error) when (session.InTransaction && error is not SqliteStoreException { Fault: not SqliteFault.Statement })
        {
            operation.Failure = error;
            session.Prepare("ROLLBACK TO operation").Run();
        }

        session.Prepare("RELEASE operation").Run();
    }

    void RollBack(Exception cause)
    {
        if (session is null) return;
        var isUsable = cause is not SqliteStoreException { Fault: not (SqliteFault.Statement or SqliteFault.DiskFull or SqliteFault.Locked) };
        try
        {
            if (session.InTransaction) session.Prepare("ROLLBACK").Run();
        }
        catch (SqliteStoreException error)
        {
            SqliteLog.CommitFailed(logger, error, options.FilePath, 0);
            isUsable = false;
        }

        if (isUsable) return;
        session.Dispose();
        session = null;
    }

    /// <summary>Upkeep concerns no caller: they were answered. What fails now is tried again after a later group.</summary>
    void Tidy(bool closing)
    {
        if (session is null) return;
        try
        {
            if (closing) upkeep.Close(session);
            else upkeep.AfterGroup(session);
        }
        catch (SqliteStoreException error)
        {
            SqliteLog.UpkeepFailed(logger, error, options.FilePath);
            RollBack(error);
        }
    }
}

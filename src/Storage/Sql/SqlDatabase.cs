using System.Data;
using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Orrery.Storage.Sql;

/// <param name="Workers">Connections, each with a thread of its own: 1 to 64.</param>
/// <param name="ConnectTimeout">For one attempt to connect; whole seconds, at least 1.</param>
/// <param name="OperationTimeout">For an operation with all its attempts; whole seconds, at least 1.</param>
sealed record SqlDatabaseOptions(int Workers, TimeSpan ConnectTimeout, TimeSpan OperationTimeout)
{
    /// <summary>Operations that may wait for a connection; further callers wait for room.</summary>
    public int QueueOperationsLimit { get; init; } = 4096;
}

/// <summary>
/// A bounded set of connections to one database. Operations wait in one queue; each is run by a thread that has a connection of its own and makes the
/// driver's blocking calls: they are the ones that keep their time-outs in every driver.
/// <para>
/// An operation is one transaction. Where it loses against another's, or the server is away before a commit was sent, it is run again, with growing
/// pauses, until its time is over. Where the connection breaks after the commit was sent, nobody knows: the caller gets an error that says so. A
/// connection is opened when it is first needed, and anew after it broke.
/// </para>
/// </summary>
sealed class SqlDatabase : IDisposable
{
    const int AttemptsLimit = 50;
    const int PauseMillisecondsFirst = 10;
    const int PauseMillisecondsMax = 500;

    readonly SqlDialect dialect;
    readonly string connectionString;
    readonly SqlDatabaseOptions options;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly Channel<SqlWork> queue;
    readonly List<Thread> threads = [];
    readonly ManualResetEventSlim closing = new();
    readonly Random spread = new();

    public SqlDatabase(SqlDialect dialect, string connectionString, SqlDatabaseOptions options, TimeProvider time, ILogger logger)
    {
        this.dialect = dialect;
        this.connectionString = connectionString;
        this.options = options;
        this.time = time;
        this.logger = logger;
        Description = $"{dialect.Name} {dialect.Describe(connectionString)}";
        queue = Channel.CreateBounded<SqlWork>(options.QueueOperationsLimit);
        for (var worker = 0; worker < options.Workers; worker++)
        {
            var thread = new Thread(Run) { IsBackground = true, Name = $"{dialect.Name} {worker + 1}" };
            threads.Add(thread);
            thread.Start();
        }
    }

    public SqlDialect Dialect => dialect;

    /// <summary>Which database this is, for people; without secrets.</summary>
    public string Description { get; }

    /// <summary>Runs work in one transaction that changes rows. It may run several times; only the last one counts.</summary>
    /// <exception cref="StoreException">It was not stored, or that is not known.</exception>
    public Task<T> WriteAsync<T>(string action, Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        RunAsync(new SqlWork<T>(action, work, IsolationLevel.ReadCommitted, IsRead: false, cancellationToken));

    /// <summary>Runs work that only reads, and sees one moment.</summary>
    /// <exception cref="StoreException">It could not be read.</exception>
    public Task<T> ReadAsync<T>(string action, Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        RunAsync(new SqlWork<T>(action, work, dialect.ReadIsolation, IsRead: true, cancellationToken));

    /// <summary>Runs one statement that only reads: it is a transaction of its own.</summary>
    /// <exception cref="StoreException">It could not be read.</exception>
    public Task<List<T>> QueryAsync<T>(string action, FormattableString statement, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        RunAsync(new SqlWork<List<T>>(action, session => session.Query(statement, read), Isolation: null, IsRead: true, cancellationToken));

    /// <summary>Runs work outside of a transaction: for statements that end one, and for statements that are one each. Repeating it must be harmless.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public Task<T> RunAsync<T>(string action, Func<SqlSession, T> work, CancellationToken cancellationToken) =>
        RunAsync(new SqlWork<T>(action, work, Isolation: null, IsRead: true, cancellationToken));

    /// <summary>Takes no more work, finishes what runs, fails what waits, and closes the connections.</summary>
    public void Dispose()
    {
        if (closing.IsSet) return;
        queue.Writer.TryComplete();
        closing.Set();
        foreach (var thread in threads) thread.Join();
        while (queue.Reader.TryRead(out var work)) work.Fail(Closed(work.Action));
    }

    async Task<T> RunAsync<T>(SqlWork<T> work)
    {
        work.Watch();
        try
        {
            if (!queue.Writer.TryWrite(work)) await queue.Writer.WriteAsync(work, work.CancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw Closed(work.Action);
        }

        return await work.Completion.ConfigureAwait(false);
    }

    void Run()
    {
        SqlSession? session = null;
        while (WaitForWork() && !closing.IsSet)
        {
            if (queue.Reader.TryRead(out var work) && work.TryBegin()) Run(work, ref session);
        }

        session?.Dispose();
    }

    bool WaitForWork()
    {
        var waiting = queue.Reader.WaitToReadAsync();
        return waiting.IsCompletedSuccessfully ? waiting.Result : waiting.AsTask().GetAwaiter().GetResult();
    }

    void Run(SqlWork work, ref SqlSession? session)
    {
        var started = time.GetTimestamp();
        var pauseMilliseconds = PauseMillisecondsFirst;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var left = Math.Max(1, (int)Math.Ceiling((options.OperationTimeout - time.GetElapsedTime(started)).TotalSeconds));
                session ??= Connect(TimeSpan.FromSeconds(Math.Min(left, options.ConnectTimeout.TotalSeconds)));
                session.StatementTimeoutSeconds = left;
                work.Run(session);
                return;
            }
            catch (Exception error)
            {
                // A driver whose connection broke at a bad moment may stumble over its own disposed parts, and go on saying that it is open.
                var fault = error is ObjectDisposedException ? SqlFault.Unavailable : dialect.FaultOf(error);
                var isUnknown = session is { IsCommitting: true } && !work.IsRead && fault is SqlFault.Unavailable or SqlFault.Other;
                if (IsDatabaseError(error) && (fault is SqlFault.Unavailable or SqlFault.Refused || error is not DbException || session?.Connection.State != ConnectionState.Open)) Drop(ref session);
                var isHopeless = fault is SqlFault.Other or SqlFault.Refused || isUnknown || attempt == AttemptsLimit;
                if (isHopeless || work.CancellationToken.IsCancellationRequested || time.GetElapsedTime(started).TotalMilliseconds + pauseMilliseconds > options.OperationTimeout.TotalMilliseconds || closing.Wait(Spread(pauseMilliseconds)))
                {
                    work.Fail(IsDatabaseError(error) ? Explain(work.Action, error, fault, isUnknown) : error);
                    return;
                }

                if (attempt == 1) SqlLog.Retried(logger, error, work.Action, Description);
                pauseMilliseconds = Math.Min(PauseMillisecondsMax, pauseMilliseconds * 2);
            }
        }
    }

    /// <summary>Half to one and a half times as long: processes that were in each other's way must not try again in step.</summary>
    int Spread(int milliseconds)
    {
        lock (spread) return milliseconds / 2 + spread.Next(milliseconds + 1);
    }

    SqlSession Connect(TimeSpan timeout)
    {
        var session = new SqlSession(dialect, dialect.CreateConnection(connectionString, timeout));
        try
        {
            session.Connection.Open();
            dialect.Prepare(session);
            SqlLog.Connected(logger, Description);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    void Drop(ref SqlSession? session)
    {
        try
        {
            session?.Dispose();
        }
        catch (Exception error) when (IsDatabaseError(error))
        {
            SqlLog.CloseFailed(logger, error, Description);
        }

        session = null;
    }

    /// <summary>What drivers throw; all else comes from the work itself.</summary>
    static bool IsDatabaseError(Exception error) => error is not StoreException and (DbException or IOException or TimeoutException or InvalidOperationException or System.Net.Sockets.SocketException);

    StoreException Explain(string action, Exception error, SqlFault fault, bool isUnknown)
    {
        var what = fault switch
        {
            SqlFault.Unavailable => "the server cannot be reached or is not ready",
            SqlFault.Conflict or SqlFault.Duplicate => $"other transactions were in the way for {options.OperationTimeout.TotalSeconds} s",
            SqlFault.Refused => "it refuses",
            _ => "it reported an error",
        };
        var outcome = isUnknown ? " Whether it is stored is not known." : "";
        var advice = dialect.Advice(error);
        return new($"Could not {action} ({Description}): {what}: {error.Message.TrimEnd('.')}.{outcome}{(advice.Length > 0 ? " " + advice : "")}", !isUnknown, error);
    }

    StoreException Closed(string action) => new($"Could not {action} ({Description}): the store was closed.", isOutcomeKnown: true);
}

using Microsoft.Extensions.Logging;

namespace Orrery.Connectors.Sqlite;

/// <summary>
/// An SQLite file: a writer that commits in groups, readers, its schema, and, unless it is shared, the lock against a second process.
/// What was acknowledged survives the process's death and a power cut.
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    const int LockedWaitMilliseconds = 5;

    readonly SqliteOptions options;
    readonly SqliteFileLock? fileLock;
    readonly SqliteReaders readers;
    readonly SqliteWriter writer;
    readonly ILogger logger;
    bool disposed;

    SqliteDatabase(SqliteOptions options, SqliteFileLock? fileLock, SqliteSession session, SqliteInstruments instruments, TimeProvider time, ILogger logger)
    {
        this.options = options;
        this.fileLock = fileLock;
        this.logger = logger;
        readers = new(options);
        writer = new(options, session, new(options), instruments, time, logger);
    }

    public string FilePath => options.FilePath;

    /// <summary>Opens the file and brings its schema up to date; makes it, and its directory, where there is none.</summary>
    /// <exception cref="SqliteStoreException">It is in use, damaged, another program's, newer, or cannot be written.</exception>
    public static SqliteDatabase Open(SqliteOptions options, SqliteSchema schema, SqliteInstruments instruments, TimeProvider time, ILogger logger)
    {
        options.Validate();
        options = options with { FilePath = Path.GetFullPath(options.FilePath) };
        SqliteFiles.CreateDirectory(options.FilePath);
        var fileLock = options.IsShared ? null : SqliteFileLock.Take(options.FilePath, time);
        SqliteSession? session = null;
        try
        {
            CreateFile(options);
            session = SqliteSession.OpenUnchanged(options);
            Prepare(session, options, schema, time);
            var oldVersion = schema.Migrate(session);
            if (oldVersion is not 0 && oldVersion != schema.Version) SqliteLog.Migrated(logger, options.FilePath, oldVersion, schema.Version);
            SqliteLog.Opened(logger, options.FilePath, SqliteLibrary.Description, schema.Version);
            return new(options with { PageBytes = (int)session.QueryLong("PRAGMA page_size") }, fileLock, session, instruments, time, logger);
        }
        catch
        {
            session?.Dispose();
            fileLock?.Dispose();
            throw;
        }
    }

    /// <summary>Ends when the operation is durable.</summary>
    /// <exception cref="SqliteStoreException">It was not stored.</exception>
    public ValueTask RunAsync(SqliteOperation operation, CancellationToken cancellationToken) => writer.RunAsync(operation, cancellationToken);

    /// <summary>Runs a function inside the writer's transaction; ends when it is durable. The function may run twice.</summary>
    /// <param name="argument">Handed to the function.</param>
    /// <param name="bytes">About how many bytes it writes.</param>
    /// <param name="function">Runs on the writer's thread.</param>
    /// <param name="cancellationToken">Ends the wait for room in the queue.</param>
    /// <exception cref="SqliteStoreException">It was not stored.</exception>
    public async ValueTask<TResult> WriteAsync<TArgument, TResult>(TArgument argument, long bytes, Func<SqliteSession, TArgument, TResult> function, CancellationToken cancellationToken)
    {
        var operation = new SqliteFunction<TArgument, TResult>(argument, bytes, function);
        await writer.RunAsync(operation, cancellationToken).ConfigureAwait(false);
        return operation.Result!;
    }

    /// <summary>Reads on the caller's thread; sees all that was acknowledged before.</summary>
    /// <exception cref="SqliteStoreException">The file could not be read.</exception>
    public ValueTask<TResult> ReadAsync<TArgument, TResult>(TArgument argument, Func<SqliteSession, TArgument, TResult> function, CancellationToken cancellationToken) =>
        readers.ReadAsync(argument, function, cancellationToken);

    public async ValueTask<SqliteSizes> ReadSizesAsync(CancellationToken cancellationToken)
    {
        var freePages = await ReadAsync(0, static (session, _) => session.QueryLong("PRAGMA freelist_count"), cancellationToken).ConfigureAwait(false);
        return new(FilePath, Length(FilePath), Length(FilePath + "-wal"), freePages * options.PageBytes, SqliteErrors.FreeBytes(FilePath));
    }

    /// <summary>Finishes what waits, closes the connections and frees the lock.</summary>
    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        // Readers first: the last connection to close empties the log, and must be able to write.
        readers.Dispose();
        writer.Dispose();
        fileLock?.Dispose();
        SqliteLog.Closed(logger, FilePath);
    }

    /// <summary>While another process makes the file, SQLite refuses the change to a write-ahead log at once rather than after the busy time-out.</summary>
    static void Prepare(SqliteSession session, SqliteOptions options, SqliteSchema schema, TimeProvider time)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                schema.Check(session);
                session.PrepareForWriting(options);
                return;
            }
            catch (SqliteStoreException error) when (error.Fault == SqliteFault.Locked && options.IsShared && time.GetElapsedTime(started) < options.BusyTimeout)
            {
                Thread.Sleep(LockedWaitMilliseconds);
            }
        }
    }

    static void CreateFile(SqliteOptions options)
    {
        var filePath = options.FilePath;
        // Closing any handle of a file ends all the locks that this process holds on it: where it is shared, another connection may hold one.
        if (options.IsShared && File.Exists(filePath)) return;
        try
        {
            using var created = SqliteFiles.Create(filePath, FileShare.ReadWrite);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SqliteFiles.CannotWrite(filePath, filePath, error);
        }
    }

    static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}

using System.Collections.Concurrent;

namespace Orrery.Connectors.Sqlite;

/// <summary>
/// Connections for reading, at most <see cref="SqliteOptions.ReadersLimit"/>. A read runs on the caller's thread and sees all that was
/// acknowledged before it began. A connection on which the disk or the file failed is not used again.
/// </summary>
sealed class SqliteReaders(SqliteOptions options) : IDisposable
{
    readonly ConcurrentBag<SqliteSession> idle = [];
    readonly SemaphoreSlim room = new(options.ReadersLimit, options.ReadersLimit);
    volatile bool closed;

    public async ValueTask<TResult> ReadAsync<TArgument, TResult>(TArgument argument, Func<SqliteSession, TArgument, TResult> function, CancellationToken cancellationToken)
    {
        await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        SqliteSession? session = null;
        var isUsable = false;
        try
        {
            if (closed) throw new SqliteStoreException(SqliteFault.Closed, options.FilePath, $"Could not read '{options.FilePath}': it was closed.");
            if (!idle.TryTake(out session)) session = SqliteSession.OpenReader(options);
            var result = function(session, argument);
            isUsable = true;
            return result;
        }
        finally
        {
            // After an exception a statement may stand half read and hold an old snapshot: the connection goes with it.
            if (isUsable && !closed) idle.Add(session!);
            else session?.Dispose();
            room.Release();
        }
    }

    public void Dispose()
    {
        closed = true;
        for (var reader = 0; reader < options.ReadersLimit; reader++) room.Wait();
        while (idle.TryTake(out var session)) session.Dispose();
        room.Release(options.ReadersLimit);
    }
}

using Microsoft.Extensions.Logging;

namespace Orrery.Storage.Sql;

/// <summary>A database with its tables ready: they are made, or checked, once, before the first use.</summary>
sealed class SqlStore(SqlDatabase database, ILogger logger) : IDisposable
{
    readonly SemaphoreSlim gate = new(1, 1);
    volatile bool isReady;

    public string Description => database.Description;

    /// <exception cref="StoreException">The database cannot be used; the next call tries again.</exception>
    public ValueTask<SqlDatabase> OpenAsync(CancellationToken cancellationToken) => isReady ? new(database) : new(PrepareAsync(cancellationToken));

    public void Dispose()
    {
        database.Dispose();
        gate.Dispose();
    }

    async Task<SqlDatabase> PrepareAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (isReady) return database;
            await SqlSchema.EnsureAsync(database, logger, cancellationToken).ConfigureAwait(false);
            isReady = true;
            return database;
        }
        finally
        {
            gate.Release();
        }
    }
}

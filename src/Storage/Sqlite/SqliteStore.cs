using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Connectors.Sqlite;

namespace Orrery.Storage.Sqlite;

/// <summary>The embedded store: the one file that grain state, reminders and chunks share. Opened when first asked for, closed with the services.</summary>
public sealed class SqliteStore : IDisposable
{
    /// <exception cref="SqliteStoreException">The file cannot be used; the message says why and what to do.</exception>
    public SqliteStore(IOptions<SqliteStorageOptions> options, SqliteInstruments instruments, TimeProvider time, ILogger<SqliteStore> logger) =>
        Database = SqliteDatabase.Open(options.Value.ToSqliteOptions(), SqliteStorageSchema.Schema, instruments, time, logger);

    internal SqliteDatabase Database { get; }

    public string FilePath => Database.FilePath;

    /// <summary>The engine's version and where it was loaded from.</summary>
    public static string Engine => SqliteLibrary.Description;

    public ValueTask<SqliteSizes> ReadSizesAsync(CancellationToken cancellationToken) => Database.ReadSizesAsync(cancellationToken);

    public void Dispose() => Database.Dispose();
}

namespace Orrery.Connectors.ChangeCapture.SqlServer;

/// <summary>
/// The questions that a capture asks of a change-tracked database. Between <see cref="BeginAsync"/> and <see cref="EndAsync"/> every answer is of one moment. For one
/// caller at a time.
/// </summary>
interface ITrackingReader : IAsyncDisposable
{
    /// <summary>Begins a transaction of snapshot isolation; connects first where there is no connection.</summary>
    Task<TrackingMoment> BeginAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>A table's changes by version and key, each with its row as it stands.</summary>
    Task<TrackedRows> ChangesAsync(TrackedTable table, TrackingRange range, int rows, CancellationToken cancellationToken);

    /// <summary>A table's rows behind a key, in the key's order.</summary>
    Task<TrackedRows> ChunkAsync(TrackedTable table, byte[]? after, int rows, CancellationToken cancellationToken);

    Task EndAsync(CancellationToken cancellationToken);

    /// <summary>Ends the connection, and what is open in it.</summary>
    Task CloseAsync();
}

/// <summary>An answer that may come when it is asked again: a connection was lost, or a table was altered in between.</summary>
sealed class TrackingInterruptedException(string message, Exception? inner = null) : Exception(message, inner);

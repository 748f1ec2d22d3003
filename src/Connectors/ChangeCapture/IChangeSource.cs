namespace Orrery.Connectors.ChangeCapture;

/// <summary>
/// A database's changes in the order of its commits, read from a checkpoint on. Reading from the same checkpoint gives the same changes with the same sequences
/// (snapshot rows excepted, which are read anew with a later sequence). For one reader at a time.
/// </summary>
public interface IChangeSource : IAsyncDisposable
{
    /// <summary>
    /// Fills a batch, which it clears first: waits until there is a change, or the source's position has moved without one, then takes what is there up to a bound.
    /// A batch ends at an event's end, so that no two batches share a sequence. An empty batch carries a newer <see cref="ChangeBatch.Checkpoint"/>.
    /// Reconnects by itself within its options' bounds.
    /// </summary>
    /// <exception cref="ChangeSourceException">The source cannot be read on from here; the message says why and what to do.</exception>
    ValueTask ReadAsync(ChangeBatch batch, CancellationToken cancellationToken);

    /// <summary>Everything up to a batch's checkpoint is durable elsewhere: the source may forget it (PostgreSQL's slot moves on).</summary>
    ValueTask ConfirmAsync(string checkpoint, CancellationToken cancellationToken);

    /// <summary>How far behind its database the source was at its last batch; null where it does not know.</summary>
    TimeSpan? Lag { get; }
}

namespace Orrery.Connectors.ChangeCapture.MySql.Feeds;

/// <summary>Where events come from, one after the other.</summary>
internal interface IEventFeed : IAsyncDisposable
{
    /// <summary>The next event, if it is there without waiting. Valid until the next call.</summary>
    bool TryRead(out ReadOnlyMemory<byte> bytes);

    /// <summary>Waits until there is more to read; false at the end.</summary>
    /// <exception cref="IOException">The connection was lost.</exception>
    /// <exception cref="ChangeSourceException">It cannot be read on.</exception>
    ValueTask<bool> WaitAsync(CancellationToken cancellationToken);
}

using Orrery.Grains.Sql.Running;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>Where an insert's changes go. An epoch is written whole; one that is there already changes nothing, where the sink can tell. For one call at a time.</summary>
interface ISink : IAsyncDisposable
{
    /// <summary>Writes an epoch.</summary>
    /// <param name="changes">Rows that go before rows that come.</param>
    /// <param name="term">Of the activation.</param>
    Task WriteAsync(SinkChanges changes, int term, CancellationToken cancellationToken);
}

/// <summary>A sink that writes several epochs at once, whole or not at all; those of them that are there already change nothing.</summary>
interface IJoiningSink : ISink
{
    /// <param name="epochs">One at least, oldest first.</param>
    /// <inheritdoc cref="ISink.WriteAsync"/>
    Task WriteAsync(IReadOnlyList<SinkChanges> epochs, int term, CancellationToken cancellationToken);

    Task ISink.WriteAsync(SinkChanges changes, int term, CancellationToken cancellationToken) => WriteAsync([changes], term, cancellationToken);
}

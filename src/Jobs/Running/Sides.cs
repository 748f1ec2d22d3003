using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Running;

/// <summary>A connection to each of two databases, opened when it is asked for, and made anew where it is lost. For one thread at a time.</summary>
sealed class Sides(Func<IDatabase> openSource, Func<IDatabase> openTarget, Patience patience) : IDisposable
{
    IDatabase? source, target;

    public IDatabase Source => source ??= openSource();

    public IDatabase Target => target ??= openTarget();

    /// <summary>Does something with the connections, again and again while a side is away.</summary>
    /// <exception cref="GivenUpException">It was away for longer than it may be.</exception>
    public void Retry(string what, Action work, CancellationToken cancellationToken) => patience.Retry(what, work, () => [source, target], Close, cancellationToken);

    /// <summary>Whether an error means that a connection is lost.</summary>
    public bool IsLost(Exception error) => Patience.IsLost(error, [source, target]);

    public void Dispose() => Close();

    void Close()
    {
        Patience.Close(source);
        Patience.Close(target);
        (source, target) = (null, null);
    }
}

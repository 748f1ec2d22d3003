using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.News;

/// <summary>Somebody changed the article since the writer read it. HTTP 409 with the difference.</summary>
/// <param name="message">What was tried, and what to do.</param>
/// <param name="version">The article's version now.</param>
/// <param name="differences">From what the writer saw to what is there.</param>
public sealed class NewsConflictException(string message, long version, IReadOnlyList<NewsDifference> differences) : RefusalException(message)
{
    /// <summary>The article's version now.</summary>
    public long Version { get; } = version;

    /// <summary>From what the writer saw to what is there.</summary>
    public IReadOnlyList<NewsDifference> Differences { get; } = differences;
}

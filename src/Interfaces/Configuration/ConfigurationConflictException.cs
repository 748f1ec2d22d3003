using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Configuration;

/// <summary>Somebody changed the layer since the writer read it, or a change of it is under way. HTTP 412 with the difference.</summary>
/// <param name="message">What was tried, and what to do.</param>
/// <param name="version">The layer's version now.</param>
/// <param name="differences">From what the writer saw to what is there, at most 100.</param>
public sealed class ConfigurationConflictException(string message, long version, IReadOnlyList<ConfigurationDifference> differences) : RefusalException(message)
{
    /// <summary>The layer's version now.</summary>
    public long Version { get; } = version;

    /// <summary>From what the writer saw to what is there.</summary>
    public IReadOnlyList<ConfigurationDifference> Differences { get; } = differences;
}

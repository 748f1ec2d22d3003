namespace Orrery.Connectors.Landing;

/// <summary>A landing cannot go on; the message says what was tried, on what, and what to do.</summary>
public class LandingException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Somebody else committed other records at the same offset: this lander no longer owns the partition, and must be opened again.</summary>
public sealed class LandingConflictException(string message, LandingManifest existing) : LandingException(message)
{
    /// <summary>The commit that stands.</summary>
    public LandingManifest Existing { get; } = existing;
}

/// <summary>A manifest or a file is not what it was when it was written; the message names it, what was expected and what was found.</summary>
public sealed class LandingDamageException(string message, Exception? inner = null) : LandingException(message, inner);

namespace Orrery.Storage;

/// <summary>A shared store could not do what was asked. The message names the store (never a password), what was tried and what to do.</summary>
public class StoreException(string message, bool isOutcomeKnown, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>Whether it is certain that nothing was stored. Where it is not, the change may have happened or may still happen.</summary>
    public bool IsOutcomeKnown { get; } = isOutcomeKnown;
}

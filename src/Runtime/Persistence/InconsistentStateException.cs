namespace Orrery.Runtime;

/// <summary>A write was refused because the stored row is not what the writer had read, or belongs to a newer owner.</summary>
public sealed class InconsistentStateException : Exception
{
    public InconsistentStateException(string message, string? storedEtag, string? currentEtag) : base(message)
    {
        StoredEtag = storedEtag;
        CurrentEtag = currentEtag;
    }

    /// <summary>The version in storage; null where there is none.</summary>
    public string? StoredEtag { get; }

    /// <summary>The version that the writer had.</summary>
    public string? CurrentEtag { get; }

    /// <summary>Whether the activation that failed to write has still to be ended for it; false once the exception has left that activation.</summary>
    internal bool IsSourceActivation { get; set; } = true;
}

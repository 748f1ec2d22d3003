namespace Orrery.Jobs.Integration.Cloud;

/// <summary>A K/3 Cloud refused a call, or did not answer as often as it was asked.</summary>
public sealed class CloudException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The call may have been done: nobody answered.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Nobody answered: another run may get further.</summary>
    public bool IsPassing { get; init; }
}

namespace Orrery.Runtime.Networking;

/// <summary>A grain of another process threw an exception of a type that this process does not know, or that does not travel.</summary>
public sealed class RemoteCallException(string remoteType, string message, Exception? innerException = null) : Exception($"{remoteType}: {message}", innerException)
{
    /// <summary>The full name of the exception's type where it was thrown.</summary>
    public string RemoteType { get; } = remoteType;
}

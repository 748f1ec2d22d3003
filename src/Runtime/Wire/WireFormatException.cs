namespace Orrery.Runtime.Networking;

/// <summary>Bytes from another process are not what the protocol allows.</summary>
public sealed class WireFormatException(string message) : Exception(message);

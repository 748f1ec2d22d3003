namespace Orrery.Connectors.ChangeCapture.MySql.Protocol;

/// <summary>Bytes that are not what the protocol says they are. Who knows the position wraps it into a <see cref="ChangeSourceException"/>.</summary>
internal sealed class EventFormatException(string message) : Exception(message);

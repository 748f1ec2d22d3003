namespace Orrery.Connectors.Redis;

/// <summary>A dimension table in Redis could not be read or written.</summary>
public sealed class RedisDimensionException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether somebody else moved the marker, or the server lost its data: open the table again and go on from the marker that is there now.</summary>
    public bool IsMoved { get; init; }
}

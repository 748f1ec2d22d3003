namespace Orrery.Dataflow.Images;

/// <summary>An image cannot be read, or is not one of this graph.</summary>
public sealed class ImageException(string message) : Exception(message);

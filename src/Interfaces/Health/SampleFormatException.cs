namespace Orrery.Interfaces.Health;

/// <summary>Bytes that should hold samples or a series key do not.</summary>
public sealed class SampleFormatException(string message) : Exception(message);

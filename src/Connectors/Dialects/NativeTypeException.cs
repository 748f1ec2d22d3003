namespace Orrery.Connectors.Dialects;

/// <summary>A database's type that no strict type stands for, or a strict type that a database has none for. The message says which, and what to do.</summary>
public sealed class NativeTypeException(string message) : Exception(message);

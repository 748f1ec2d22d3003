namespace Orrery.Grains.Sql.Sinks;

/// <summary>A sink could not be written. The message says what was tried and what to do; it is shown with the sink's table.</summary>
sealed class SinkException(string message, Exception? inner = null) : Exception(message, inner);

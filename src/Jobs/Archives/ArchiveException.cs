namespace Orrery.Jobs.Archives;

/// <summary>An archive's rules, databases or bookkeeping are not as they must be; the message says what to do.</summary>
public sealed class ArchiveException(string message, Exception? inner = null) : Exception(message, inner);

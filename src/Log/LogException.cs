namespace Orrery.Log;

/// <summary>The log could not do what was asked.</summary>
public abstract class LogException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A write or sync failed, so what followed it is not in the log. The partition takes appends again after <see cref="ILogPartition.ReopenAsync"/>.</summary>
public sealed class LogFailedException(string message, Exception inner) : LogException(message, inner);

/// <summary>Too many bytes wait for the disk. Nothing was appended; append again later.</summary>
public sealed class LogOverloadedException(string message) : LogException(message);

/// <summary>Another process has the partition open, and did not let it go in time.</summary>
public sealed class LogInUseException(string message, Exception? inner = null) : LogException(message, inner);

/// <summary>Bytes on disk do not have their checksum, or a segment is missing.</summary>
public sealed class LogCorruptException(string message) : LogException(message);

/// <summary>An offset lies outside of what the partition holds.</summary>
public sealed class LogOffsetException(string message, long startOffset, long endOffset) : LogException(message)
{
    /// <summary>Offset of the first record kept.</summary>
    public long StartOffset { get; } = startOffset;

    /// <summary>Offset after the last durable record.</summary>
    public long EndOffset { get; } = endOffset;
}

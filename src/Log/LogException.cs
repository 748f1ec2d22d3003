namespace Orrery.Log;

/// <summary>The log could not do what was asked.</summary>
public abstract class LogException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A write or sync failed, so what followed it is not in the log. The partition takes appends again after <see cref="ILogPartition.ReopenAsync"/>.</summary>
public sealed class LogFailedException(string message, Exception inner) : LogException(message, inner);

/// <summary>Too many bytes wait for the disk. Nothing was appended; append again later.</summary>
public sealed class LogOverloadedException(string message) : LogException(message);

/// <summary>Another owner has opened the partition since: nothing is acknowledged here any more. Who still means to own it opens it again.</summary>
public sealed class LogFencedException(string message, long term) : LogException(message)
{
    /// <summary>The highest term that the partition was opened with.</summary>
    public long Term { get; } = term;
}

/// <summary>The disk is nearly full, so nothing was appended. It takes appends again by itself once there is room.</summary>
public sealed class LogFullException(string message, DiskForecast disk) : LogException(message)
{
    public DiskForecast Disk { get; } = disk;
}

/// <summary>The topic, or the partition, is not there: it was never made, or was deleted while it was in use. Once it is there again, what failed can be done again.</summary>
public sealed class LogTopicMissingException(string message, Exception? inner = null) : LogException(message, inner);

/// <summary>The log's servers cannot be reached, or did not answer in time. Try again.</summary>
public sealed class LogUnavailableException(string message, Exception? inner = null) : LogException(message, inner);

/// <summary>Another process has just begun to take the partition over, and did not get on with it in time.</summary>
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

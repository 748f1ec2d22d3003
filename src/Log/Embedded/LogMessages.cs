using Microsoft.Extensions.Logging;

namespace Orrery.Log.Embedded;

static partial class LogMessages
{
    [LoggerMessage(2001, LogLevel.Information, "Log partition {Topic}/{Partition} holds offsets {StartOffset} to {EndOffset} in {Segments} segments")]
    public static partial void PartitionOpened(this ILogger logger, string topic, int partition, long startOffset, long endOffset, int segments);

    [LoggerMessage(2002, LogLevel.Warning, "The last {CutBytes} bytes of '{Path}' are no whole batch and not in the log: the write before the last end of the process was not finished")]
    public static partial void TailCut(this ILogger logger, string path, long cutBytes);

    [LoggerMessage(2003, LogLevel.Error, "Log partition {Topic}/{Partition} could not write {Bytes} bytes at offset {Offset} and refuses appends until it is reopened")]
    public static partial void WriteFailed(this ILogger logger, Exception error, string topic, int partition, long bytes, long offset);

    [LoggerMessage(2004, LogLevel.Debug, "Log partition {Topic}/{Partition} sealed segment {BaseOffset} at {Bytes} bytes")]
    public static partial void SegmentSealed(this ILogger logger, string topic, int partition, long baseOffset, long bytes);

    [LoggerMessage(2005, LogLevel.Information, "Log partition {Topic}/{Partition} deleted {Segments} segments; its first offset is {StartOffset}")]
    public static partial void SegmentsDeleted(this ILogger logger, string topic, int partition, int segments, long startOffset);

    [LoggerMessage(2007, LogLevel.Warning, "Log partition {Topic}/{Partition}, opened with term {Term}, has an owner with term {OwnerTerm}: {Bytes} bytes at offset {Offset} were not acknowledged")]
    public static partial void Replaced(this ILogger logger, string topic, int partition, long term, long ownerTerm, long bytes, long offset);

    [LoggerMessage(2008, LogLevel.Debug, "Log partition {Topic}/{Partition} compacted offsets {FromOffset} to {ToOffset}: {Removed} records removed, {Kept} kept")]
    public static partial void SegmentsCompacted(this ILogger logger, string topic, int partition, long fromOffset, long toOffset, long removed, long kept);

    [LoggerMessage(2009, LogLevel.Warning, "Cannot ask how full the disk of '{Directory}' is; appends are not refused meanwhile")]
    public static partial void DiskNotMeasured(this ILogger logger, Exception error, string directory);

    [LoggerMessage(2006, LogLevel.Warning, "Log partition {Topic}/{Partition} could not cut, delete or index segments; it tries again")]
    public static partial void UpkeepFailed(this ILogger logger, Exception error, string topic, int partition);
}

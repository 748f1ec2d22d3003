namespace Orrery.Interfaces.Topics;

/// <summary>What a topic holds.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Settings">How it is kept.</param>
/// <param name="Partitions">Its partitions, by number.</param>
public sealed record TopicInfo(string Name, TopicSettings Settings, PartitionInfo[] Partitions);

/// <summary>What a partition holds.</summary>
/// <param name="Number">Counted from 0.</param>
/// <param name="Start">Offset of the first record kept.</param>
/// <param name="End">Offset after the last durable record.</param>
/// <param name="Bytes">Bytes that it takes on the disk, or -1 where the log cannot say.</param>
/// <param name="RecordsPerSecond">Records appended a second, over the last minute.</param>
/// <param name="BytesPerSecond">Bytes appended a second, over the last minute.</param>
/// <param name="NewestMilliseconds">Greatest event time appended since it was opened, Unix milliseconds; null where nothing was.</param>
/// <param name="Term">Counts its owners.</param>
/// <param name="Holds">From which offset on each consumer still needs it.</param>
/// <param name="Disk">The disk that it is on; null where the log cannot say.</param>
public sealed record PartitionInfo(
    int Number, long Start, long End, long Bytes, double RecordsPerSecond, double BytesPerSecond, long? NewestMilliseconds, long Term, IReadOnlyDictionary<string, long> Holds, TopicDisk? Disk);

/// <summary>How full a disk is and will be.</summary>
/// <param name="FreeBytes">Bytes that are free.</param>
/// <param name="TotalBytes">Bytes in all.</param>
/// <param name="BytesPerSecond">How fast the log on it grows.</param>
/// <param name="FullAt">When appends will be refused at that rate; null where it does not grow.</param>
public sealed record TopicDisk(long FreeBytes, long TotalBytes, double BytesPerSecond, DateTimeOffset? FullAt);

namespace Orrery.Log;

/// <summary>An append that is on its way to the disk.</summary>
/// <param name="BaseOffset">Offset of the batch's first record. A log that learns offsets only from a broker answers -1 here.</param>
/// <param name="Receipt">What was appended.</param>
/// <param name="Durable">Completes when the batch is durable by the topic's policy; fails with <see cref="LogFailedException"/>. Shared by all appends of one group.</param>
public readonly record struct LogAppend(long BaseOffset, LogReceipt Receipt, Task Durable);

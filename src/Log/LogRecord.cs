namespace Orrery.Log;

/// <summary>One record. An empty key is no key.</summary>
/// <param name="Key">Says what the record is about; may be empty.</param>
/// <param name="Value">The content; may be empty.</param>
/// <param name="TimestampMilliseconds">Event time, Unix milliseconds; any value. Given at the first hop and never recomputed.</param>
/// <param name="Headers">What travels with the record and is not part of it, as <see cref="LogHeaders"/> writes it; usually empty. Receipts do not cover it.</param>
public readonly record struct LogRecord(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long TimestampMilliseconds, ReadOnlyMemory<byte> Headers = default);

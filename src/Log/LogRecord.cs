namespace Orrery.Log;

/// <summary>One record. An empty key is no key.</summary>
/// <param name="Key">Says what the record is about; may be empty.</param>
/// <param name="Value">The content; may be empty.</param>
/// <param name="TimestampMilliseconds">Event time, Unix milliseconds; any value.</param>
public readonly record struct LogRecord(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long TimestampMilliseconds);

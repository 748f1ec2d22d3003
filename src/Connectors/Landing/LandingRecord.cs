namespace Orrery.Connectors.Landing;

/// <summary>One record of a topic's partition on its way into a file, or back out of one.</summary>
/// <param name="Offset">Its place in the partition.</param>
/// <param name="Key">May be empty.</param>
/// <param name="Value">May be empty.</param>
/// <param name="TimestampMilliseconds">Event time, Unix milliseconds; any value.</param>
/// <param name="Origin">Where the record first entered the channel; empty: the topic itself.</param>
/// <param name="Headers">Carried as they are, outside of the hash; may be empty.</param>
public readonly record struct LandingRecord(
    long Offset, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, long TimestampMilliseconds, string Origin, ReadOnlyMemory<byte> Headers);

/// <summary>A record's 128-bit hash over key, value and timestamp: the same function at every hop of a channel.</summary>
public delegate UInt128 RecordHasher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestampMilliseconds);

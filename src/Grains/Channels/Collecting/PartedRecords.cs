using Orrery.Log;

namespace Orrery.Grains.Channels.Collecting;

/// <summary>Records for one partition, in parts that a partition takes at once. The same records always give the same parts.</summary>
sealed class PartedRecords
{
    /// <summary>A part is closed once it has so many bytes. Not an option: parts are numbered, and must be cut alike after a crash.</summary>
    const int PartBytes = 1 << 20;
    const int PartsBits = 16;

    readonly List<LogBatchEncoder> parts = [];

    public int Records { get; private set; }

    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestampMilliseconds, ReadOnlySpan<byte> headers)
    {
        if (parts.Count == 0 || parts[^1].Bytes >= PartBytes)
            parts.Add(new LogBatchEncoder());
        parts[^1].Add(key, value, timestampMilliseconds, headers);
        Records++;
    }

    /// <summary>The parts, to be appended one after another.</summary>
    /// <param name="producer">Its id.</param>
    /// <param name="sequence">Number of the whole; at most 2^47. Parts are numbered below it.</param>
    /// <exception cref="InvalidOperationException">There are more than 65,536 parts.</exception>
    public IEnumerable<byte[]> Encoded(long producer, long sequence) => parts.Count > 1 << PartsBits
        ? throw new InvalidOperationException($"{Records} records make {parts.Count} parts; at most {1 << PartsBits} can be numbered.")
        : parts.Select((part, number) => part.Finish(new LogProducer(producer, 1, (sequence << PartsBits) + number)).ToArray());

    /// <summary>The values, to be looked at.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Values()
    {
        foreach (LogBatchEncoder part in parts)
            foreach (LogBatch batch in LogBatches.Parse(part.Finish()))
                foreach (LogRecord record in batch)
                    yield return record.Value;
    }
}

using Orrery.Log.Format;

namespace Orrery.Log;

/// <summary>Batches as bytes: what <see cref="LogRead.Encoded"/> holds and <see cref="LogBatchEncoder"/> writes.</summary>
public static class LogBatches
{
    /// <summary>Reads whole batches, one after another, and checks their checksums. They share the bytes' memory.</summary>
    /// <exception cref="LogCorruptException">The bytes are no whole batches, or damaged; the message says where.</exception>
    public static IReadOnlyList<LogBatch> Parse(ReadOnlyMemory<byte> encoded)
    {
        var batches = new List<LogBatch>();
        int position = 0;
        while (position < encoded.Length)
        {
            batches.Add(ParseOne(encoded[position..], position, out int bytes));
            position += bytes;
        }

        return batches;
    }

    /// <summary>Gives an encoded batch its offset and append time: for logs that keep batches elsewhere than in the embedded log's files.</summary>
    /// <param name="batch">The whole batch.</param>
    public static void Stamp(Span<byte> batch, long baseOffset, long appendedMilliseconds) => BatchFormat.Stamp(batch, baseOffset, appendedMilliseconds);

    static LogBatch ParseOne(ReadOnlyMemory<byte> encoded, int position, out int bytes)
    {
        if (!BatchFormat.TryReadHeader(encoded.Span, out var header) || header.TotalBytes > encoded.Length)
            throw new LogCorruptException($"At byte {position} of encoded batches, {encoded.Length} before their end, begins no whole batch.");
        var body = encoded.Slice(BatchFormat.HeaderBytes, header.BodyBytes);
        if (!BatchFormat.BodyMatches(header, body.Span)) throw new LogCorruptException($"The batch at byte {position} of encoded batches, of {header.TotalBytes} bytes, does not have its checksum.");
        bytes = (int)header.TotalBytes;
        return new LogBatch(header, body);
    }
}

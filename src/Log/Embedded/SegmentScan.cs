using System.Buffers;
using Orrery.Log.Files;
using Orrery.Log.Format;

namespace Orrery.Log.Embedded;

/// <summary>Reads a segment from its start and counts in every batch that is whole, has its checksums and follows the one before.</summary>
static class SegmentScan
{
    /// <summary>Answers how many bytes hold such batches; what follows is a torn tail, or damage.</summary>
    /// <param name="file">The segment's file.</param>
    /// <param name="segment">Is told of each batch.</param>
    /// <param name="bytesLimit">Look no further than this.</param>
    /// <param name="indexIntervalBytes">Distance of index entries.</param>
    /// <param name="found">Called with each batch, if anything is.</param>
    public static long Run(ILogFile file, Segment segment, long bytesLimit, int indexIntervalBytes, Action<BatchMark>? found)
    {
        long end = Math.Min(file.Length, bytesLimit), position = 0, loadedAt = 0;
        int loaded = 0;
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(end, BatchFormat.HeaderBytes, 1 << 20));
        try
        {
            while (end - position >= BatchFormat.HeaderBytes)
            {
                if (!Has(BatchFormat.HeaderBytes)) break;
                if (!BatchFormat.TryReadHeader(buffer.AsSpan((int)(position - loadedAt), BatchFormat.HeaderBytes), out var header)) break;
                if ((segment.Name.Generation == 0 ? header.BaseOffset != segment.EndOffset : header.BaseOffset < segment.EndOffset) || header.TotalBytes > end - position || !Has((int)header.TotalBytes)) break;
                var body = buffer.AsSpan((int)(position - loadedAt) + BatchFormat.HeaderBytes, header.BodyBytes);
                if (!BatchFormat.BodyMatches(header, body)) break;
                var mark = new BatchMark(header.BaseOffset, header.EndOffset, (int)header.TotalBytes, header.AppendedMilliseconds, header.Producer);
                segment.Add(mark, indexIntervalBytes);
                found?.Invoke(mark);
                position += header.TotalBytes;
            }

            return position;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        // Makes the bytes from the position on present in the buffer. A length is believed only up to what the file holds.
        bool Has(int bytes)
        {
            if (position + bytes <= loadedAt + loaded) return true;
            if (bytes > buffer.Length)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(bytes);
            }

            loadedAt = position;
            loaded = file.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - position)), position);
            return loaded >= bytes;
        }
    }
}

using System.Buffers;
using Orrery.Log.Format;

namespace Orrery.Log.Embedded;

sealed partial class EmbeddedPartition
{
    const int ReadBytesMinimum = 4096, SearchBytes = 256 << 10;

    public ValueTask<LogRead> ReadAsync(long offset, int bytesLimit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesLimit);
        while (true)
        {
            string path;
            long position, end, next;
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(closed, this);
                long start = segments[0].BaseOffset;
                if (offset < start || offset > Active.EndOffset)
                {
                    throw new LogOffsetException($"Cannot read offset {offset} of {this}: it holds {start} to {Active.EndOffset}.", start, Active.EndOffset);
                }

                if (offset == Active.EndOffset) return new(new LogRead(default, [], offset, pooled: null));
                var segment = Find(offset);
                path = segment.Path;
                position = segment.Floor(offset);
                end = segment.Bytes;
                next = segment.EndOffset;
            }

            try
            {
                if (Read(path, position, end, offset, bytesLimit) is { } read) return new(read);
                // Compaction left nothing from the offset on in this segment.
                offset = next;
            }
            catch (FileNotFoundException)
            {
                // Retention or compaction took the segment away meanwhile, here or at the successor; if not they, it is missing.
                lock (gate)
                {
                    if (segments[0].BaseOffset <= offset && Find(offset).Path == path)
                    {
                        ThrowIfReplaced();
                        throw;
                    }
                }
            }
        }
    }

    public async ValueTask<long> FindOffsetAsync(long timestampMilliseconds, CancellationToken cancellationToken)
    {
        long from, end;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            end = Active.EndOffset;
            var segment = segments.Find(candidate => candidate.AppendedMilliseconds >= timestampMilliseconds);
            if (segment is null) return end;
            from = segment.OffsetFloorOfTime(timestampMilliseconds);
        }

        while (from < end)
        {
            // Retention may pass by meanwhile.
            using var read = await ReadAsync(Math.Max(from, StartOffset), SearchBytes, cancellationToken).ConfigureAwait(false);
            foreach (var batch in read.Batches)
            {
                if (batch.AppendedMilliseconds >= timestampMilliseconds) return batch.BaseOffset;
            }

            from = read.NextOffset;
        }

        return end;
    }

    Segment Find(long offset)
    {
        int low = 0, high = segments.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            if (segments[middle].BaseOffset <= offset) low = middle;
            else high = middle - 1;
        }

        // An empty segment may begin at the same offset as the next one's records.
        return segments[low];
    }

    /// <summary>Reads batches that end behind an offset; null where the segment has none, as only compaction leaves it.</summary>
    LogRead? Read(string path, long position, long end, long offset, int bytesLimit)
    {
        using var source = Files.OpenRead(path);
        var batches = new List<LogBatch>();
        long wanted = (long)bytesLimit + Options.IndexIntervalBytes;
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(wanted, ReadBytesMinimum), Math.Max(end - position, BatchFormat.HeaderBytes)));
        long next = offset;
        try
        {
            while (true)
            {
                int loaded = source.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - position)), position);
                int used = 0, firstAt = 0;
                long taken = 0, skipped = 0;
                while (loaded - used >= BatchFormat.HeaderBytes)
                {
                    if (!BatchFormat.TryReadHeader(buffer.AsSpan(used, loaded - used), out var header) || header.TotalBytes > end - position - used) throw Corrupt(path, position + used);
                    if (header.TotalBytes > loaded - used || (taken > 0 && taken + header.TotalBytes > bytesLimit)) break;
                    if (header.EndOffset > offset)
                    {
                        var body = buffer.AsMemory(used + BatchFormat.HeaderBytes, header.BodyBytes);
                        if (!BatchFormat.BodyMatches(header, body.Span)) throw Corrupt(path, position + used);
                        if (batches.Count == 0) firstAt = used;
                        batches.Add(new LogBatch(header, body));
                        taken += header.TotalBytes;
                        next = header.EndOffset;
                    }
                    else
                    {
                        skipped = used + header.TotalBytes;
                    }

                    used += (int)header.TotalBytes;
                }

                if (batches.Count > 0)
                {
                    topic.Instruments.Read(topic.Tags, taken);
                    return new LogRead(buffer.AsMemory(firstAt, (int)taken), batches, next, buffer);
                }

                if (position + skipped == end) return NothingLeft(buffer);
                // Nothing whole: go on behind the batches that were skipped, with room for the one that did not fit.
                if (end - position - skipped < BatchFormat.HeaderBytes || loaded < BatchFormat.HeaderBytes) throw Corrupt(path, position + skipped);
                position += skipped;
                if (skipped > 0) continue;
                if (!BatchFormat.TryReadHeader(buffer.AsSpan(0, loaded), out var large) || large.TotalBytes > end - position || large.TotalBytes <= loaded) throw Corrupt(path, position);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = [];
                buffer = ArrayPool<byte>.Shared.Rent((int)large.TotalBytes);
            }
        }
        catch
        {
            if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }

    static LogRead? NothingLeft(byte[] buffer)
    {
        ArrayPool<byte>.Shared.Return(buffer);
        return null;
    }

    LogCorruptException Corrupt(string path, long position) =>
        new($"'{path}' is damaged at byte {position}: no batch with a right checksum begins there. Restore the file from a copy, or read on from a later segment of {this}.");
}

using System.Buffers;
using Orrery.Log.Files;
using Orrery.Log.Format;

namespace Orrery.Log.Embedded;

/// <summary>
/// Keeps the last record of each key.
/// <para>Data: sealed segments that consumers are done with, as for retention; those never rewritten are the fresh ones. Once these are half of the bytes, a pass notes the last offset of each key in them
/// (as many segments as the map has room for), then rewrites all segments up to there, oldest first, small neighbours into one. Records keep their offsets.</para>
/// <para>A rewritten segment stands for a range of offsets: its receipt, stored first, says which. Once it has its name, segments within that range are superseded, whether or not they could be
/// deleted before the process ended. Older records of a key are gone before its deletion is: the next segment is begun when the one before is on the disk.</para>
/// </summary>
sealed partial class EmbeddedPartition
{
    const double FreshPartMin = 0.5;
    const int CompactionReadBytes = 1 << 20;

    public IReadOnlyList<CompactionReceipt> Compactions
    {
        get
        {
            lock (gate) return [.. segments.Where(static segment => segment.Compaction is not null).Select(static segment => segment.Compaction!)];
        }
    }

    /// <summary>Runs passes while there is enough to compact.</summary>
    public void Compact()
    {
        if (!Options.Compacts) return;
        lock (upkeep)
        {
            try
            {
                while (Plan() is { Count: > 0 } sources && CompactPass(sources))
                {
                }
            }
            catch (LogFencedException)
            {
                // The successor compacts.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or LogException)
            {
                topic.Logger.UpkeepFailed(error, topic.Name, Number);
            }
        }
    }

    /// <summary>The segments that may be rewritten, if enough of them are fresh.</summary>
    List<Segment> Plan()
    {
        lock (gate)
        {
            if (closed || fenced is not null) return [];
            long limit = Math.Min(ReadOffset(topic.Time.GetUtcNow().ToUnixTimeMilliseconds()), HeldOffset());
            var sources = segments.TakeWhile(segment => segment != Active && segment.EndOffset <= limit).ToList();
            long fresh = sources.Where(static segment => segment.Name.Generation == 0).Sum(static segment => segment.Bytes);
            return fresh > 0 && fresh >= FreshPartMin * sources.Sum(static segment => segment.Bytes) ? sources : [];
        }
    }

    /// <summary>One pass. False if it was broken off.</summary>
    bool CompactPass(List<Segment> sources)
    {
        var keys = new KeyMap();
        int mapped = 0;
        for (; mapped < sources.Count && !keys.IsFull; mapped++)
        {
            if (sources[mapped].Name.Generation == 0) ForEachBatch(sources[mapped], (in LogBatch batch, ReadOnlyMemory<byte> _) => NoteKeys(batch, keys));
            if (closed) return false;
        }

        long now = topic.Time.GetUtcNow().ToUnixTimeMilliseconds();
        for (int first = 0; first < mapped;)
        {
            int count = 1;
            long bytes = sources[first].Bytes;
            while (first + count < mapped && bytes + sources[first + count].Bytes <= Options.SegmentBytes) bytes += sources[first + count++].Bytes;
            if (closed) return false;
            Rewrite(sources.GetRange(first, count), keys, now);
            first += count;
        }

        return true;
    }

    static void NoteKeys(in LogBatch batch, KeyMap keys)
    {
        var records = batch.GetEnumerator();
        while (records.MoveNext())
        {
            if (records.Current.Key.Length > 0) keys.Note(records.Current.Key.Span, records.Offset);
        }
    }

    void Rewrite(List<Segment> sources, KeyMap keys, long nowMilliseconds)
    {
        var name = sources[0].Name with { Generation = sources[0].Name.Generation + 1 };
        var result = new Segment(directory, name);
        LogReceipt removed = LogReceipt.Empty, kept = LogReceipt.Empty;
        string draftPath = result.Path + DraftExtension;
        using (var draft = Files.OpenWrite(draftPath))
        {
            draft.SetLength(0);
            foreach (var source in sources) ForEachBatch(source, (in LogBatch batch, ReadOnlyMemory<byte> encoded) => Keep(batch, encoded, keys, nowMilliseconds, draft, result, ref removed, ref kept));
            draft.Sync();
        }

        if (sources is [{ Compaction: not null }] && removed.Records == 0)
        {
            Files.Delete(draftPath);
            return;
        }

        var before = LogReceipt.Empty;
        foreach (var source in sources) before += source.Compaction?.Removed ?? LogReceipt.Empty;
        result.EndCompacted(new CompactionReceipt(result.BaseOffset, sources[^1].EndOffset, before + removed, kept));
        Replace(sources, result, draftPath);
        topic.Logger.SegmentsCompacted(topic.Name, Number, result.BaseOffset, result.EndOffset, removed.Records, kept.Records);
        topic.Instruments.Compacted(topic.Tags, removed.Records);
    }

    /// <summary>Puts a rewritten segment in the place of those that it was made from.</summary>
    void Replace(List<Segment> sources, Segment result, string draftPath)
    {
        using var taken = LockAsOwner();
        new CompactionFile(result.Compaction!, result.Bytes).Write(Files, result.CompactionPath);
        Files.SyncDirectory(directory);
        Files.Rename(draftPath, result.Path);
        Files.SyncDirectory(directory);
        lock (gate)
        {
            int at = segments.IndexOf(sources[0]);
            segments.RemoveRange(at, sources.Count);
            segments.Insert(at, result);
        }

        StoreIndex(result);
        foreach (var source in sources) Files.Delete(source.Path);
        // Durably first: a segment that a power cut brings back needs what stands beside it.
        Files.SyncDirectory(directory);
        foreach (string path in sources.SelectMany(static source => source.SidePaths)) Files.Delete(path);
    }

    /// <summary>Writes what is left of a batch. One of which everything is left stays as it is, byte for byte.</summary>
    void Keep(
        in LogBatch batch, ReadOnlyMemory<byte> encoded, KeyMap keys, long nowMilliseconds, ILogFile draft, Segment result, ref LogReceipt removed, ref LogReceipt kept)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(encoded.Length + ((int)batch.Receipt.Records * BatchFormat.RecordOverheadBytes));
        try
        {
            var writer = new BatchWriter(hashesRecords: true);
            long next = batch.BaseOffset;
            bool deletesMayGo = nowMilliseconds - batch.AppendedMilliseconds > Options.TombstoneAge.TotalMilliseconds;
            var records = batch.GetEnumerator();
            while (records.MoveNext())
            {
                var record = records.Current;
                bool goes = record.Key.Length > 0 && (keys.HasLater(record.Key.Span, records.Offset) || (record.Value.Length == 0 && deletesMayGo));
                if (goes)
                {
                    removed += LogReceipt.Of([record]);
                    continue;
                }

                writer.Add(buffer, record.Key.Span, record.Value.Span, record.TimestampMilliseconds, record.Headers.Span, gap: (int)(records.Offset - next));
                next = records.Offset + 1;
            }

            if (writer.Records == 0) return;
            kept += writer.Receipt;
            ReadOnlyMemory<byte> left = encoded;
            if (writer.Records < batch.Receipt.Records)
            {
                int length = writer.Finish(buffer, batch.Producer, BatchForm.Sparse, out _, trailingGap: (int)(batch.EndOffset - next));
                BatchFormat.Stamp(buffer, batch.BaseOffset, batch.AppendedMilliseconds);
                left = buffer.AsMemory(0, length);
            }

            draft.Write([left], result.Bytes);
            result.Add(new BatchMark(batch.BaseOffset, batch.EndOffset, left.Length, batch.AppendedMilliseconds, batch.Producer), Options.IndexIntervalBytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    void ForEachBatch(Segment segment, BatchAction action)
    {
        for (long position = 0; position < segment.Bytes;)
        {
            using var read = Read(segment.Path, position, segment.Bytes, segment.BaseOffset, CompactionReadBytes) ?? throw Corrupt(segment.Path, position);
            int at = 0;
            foreach (var batch in read.Batches)
            {
                action(batch, read.Encoded.Slice(at, batch.EncodedBytes));
                at += batch.EncodedBytes;
            }

            position += at;
        }
    }

    delegate void BatchAction(in LogBatch batch, ReadOnlyMemory<byte> encoded);
}

using Orrery.Log.Files;

namespace Orrery.Log.Embedded;

sealed partial class EmbeddedPartition
{
    public ValueTask ReopenAsync(CancellationToken cancellationToken) => new(topic.RunOnFlusher(Reopen, cancellationToken));

    void Reopen()
    {
        lock (disk)
        {
            Segment failed;
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(closed, this);
                if (failure is null) return;
                failed = Active;
            }

            file?.Dispose();
            file = null;
            var again = OpenActive(failed.BaseOffset, failed.Bytes);
            if (again.Bytes != failed.Bytes)
            {
                throw new LogCorruptException($"'{failed.Path}' held {failed.Bytes} bytes of acknowledged batches before a write failed and now only {again.Bytes} of them are whole. Restore the file from a copy.");
            }

            lock (gate)
            {
                segments[^1] = again;
                nextOffset = again.EndOffset;
                failure = null;
            }
        }
    }

    void Recover()
    {
        var offsets = new List<long>();
        foreach (string name in Files.ListFiles(directory))
        {
            if (Segment.TryParseName(name, Segment.Extension, out long baseOffset)) offsets.Add(baseOffset);
        }

        offsets.Sort();
        for (int number = 0; number < offsets.Count - 1; number++) segments.Add(OpenSealed(offsets[number]));
        segments.Add(OpenActive(offsets.Count == 0 ? 0 : offsets[^1], bytesLimit: long.MaxValue));
        for (int number = 1; number < segments.Count; number++)
        {
            if (segments[number].BaseOffset == segments[number - 1].EndOffset) continue;
            file?.Dispose();
            throw new LogCorruptException($"In '{directory}' the offsets {segments[number - 1].EndOffset} to {segments[number].BaseOffset} are missing: restore the segment that held them, or move the segments before them away.");
        }

        nextOffset = Active.EndOffset;
        appendedMilliseconds = segments.Max(segment => segment.AppendedMilliseconds);
        lowWater = segments[0].BaseOffset;
        topic.Logger.PartitionOpened(topic.Name, Number, segments[0].BaseOffset, nextOffset, segments.Count);
    }

    Segment OpenSealed(long baseOffset)
    {
        var segment = new Segment(directory, baseOffset);
        using var source = Files.OpenRead(segment.Path);
        if (SegmentIndexFile.TryRead(Files, segment, source.Length)) return segment;
        long whole = SegmentScan.Run(source, segment, long.MaxValue, Options.IndexIntervalBytes, mark => producers.Settle(mark));
        if (whole != source.Length) throw Corrupt(segment.Path, whole);
        StoreIndex(segment);
        return segment;
    }

    /// <summary>Opens the last segment to be written, cut back to whole batches within a limit, and makes it durable.</summary>
    Segment OpenActive(long baseOffset, long bytesLimit)
    {
        var segment = new Segment(directory, baseOffset);
        Files.Delete(segment.IndexPath);
        var opened = Files.OpenWrite(segment.Path);
        try
        {
            long whole = SegmentScan.Run(opened, segment, bytesLimit, Options.IndexIntervalBytes, mark => producers.Settle(mark));
            long tail = opened.Length - whole;
            if (tail > 0)
            {
                opened.SetLength(whole);
                topic.Logger.TailCut(segment.Path, tail);
            }

            opened.Sync();
            Files.SyncDirectory(directory);
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        file = opened;
        unsynced = directoryUnsynced = false;
        return segment;
    }

    /// <summary>Stores a sealed segment's index; without one it is scanned at the next start, so a failure is only told.</summary>
    void StoreIndex(Segment segment)
    {
        try
        {
            SegmentIndexFile.Write(Files, segment);
        }
        catch (IOException error)
        {
            topic.Logger.UpkeepFailed(error, topic.Name, Number);
        }
    }
}

using Orrery.Log.Files;

namespace Orrery.Log.Embedded;

sealed partial class EmbeddedPartition
{
    const string DraftExtension = ".draft";
    static readonly string[] SideExtensions = [Segment.IndexExtension, Segment.SealExtension, Segment.ProducersExtension, Segment.CompactionExtension];

    readonly List<Segment> superseded = []; // by a rewritten segment, found at the start

    public ValueTask ReopenAsync(CancellationToken cancellationToken) => new(topic.RunOnFlusher(Reopen, cancellationToken));

    void Reopen()
    {
        lock (disk)
        {
            Segment failed;
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(closed, this);
                if (fenced is not null) throw new LogFencedException(fenced.Message, fenced.Term);
                if (failure is null) return;
                failed = Active;
            }

            using var taken = LockAsOwner();
            file?.Dispose();
            file = null;
            var again = CutActive(failed.Name, failed.Bytes);
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

    /// <summary>Opens this owner's own active segment again, cut back to the whole batches within a limit, and makes it durable.</summary>
    Segment CutActive(SegmentName name, long bytesLimit)
    {
        var segment = new Segment(directory, name);
        Files.Delete(segment.IndexPath);
        var opened = Files.OpenWrite(segment.Path);
        try
        {
            long whole = SegmentScan.Run(opened, segment, bytesLimit, Options.IndexIntervalBytes, found: null);
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

    /// <summary>Reads what earlier owners wrote, ends it for good, and begins the own segment.</summary>
    void Recover()
    {
        try
        {
            var names = ListSegments();
            bool isSealed = OpenEarlier(names);
            CheckChain();
            using var taken = LockAsOwner();
            var last = segments.Count > 0 ? segments[^1] : null;
            if (!isSealed) Seal(last!);

            // The seal is on the disk before anything that builds upon it.
            Files.SyncDirectory(directory);
            Begin(new Segment(directory, new SegmentName(last?.EndOffset ?? 0, claim.Claim, 0)));
            Files.SyncDirectory(directory);
            directoryUnsynced = false;
            Tidy();
        }
        catch (Exception error) when (error is IOException or LogCorruptException)
        {
            // Whoever replaced this owner meanwhile may have deleted what it looked for.
            file?.Dispose();
            ThrowIfReplaced();
            throw;
        }

        nextOffset = Active.EndOffset;
        appendedMilliseconds = segments.Max(segment => segment.AppendedMilliseconds);
        lowWater = segments[0].BaseOffset;
        topic.Logger.PartitionOpened(topic.Name, Number, segments[0].BaseOffset, nextOffset, segments.Count);
    }

    /// <summary>Gives the last segment of an earlier owner its end. Under the claim lock, so that opening it to write cannot make it anew.</summary>
    void Seal(Segment last)
    {
        // What was written before the last end of a process need not have been synced by it.
        using (var written = Files.OpenWrite(last.Path)) written.Sync();
        new SegmentSeal(last.Bytes, last.EndOffset).Write(Files, last.SealPath);
        StoreIndex(last);
    }

    /// <summary>The segments that are in force, in order: those that a rewritten one stands for are not, where the process that wrote it could not delete them any more.</summary>
    List<(Segment Segment, CompactionFile? Compaction)> LiveSegments(List<SegmentName> names)
    {
        var live = new List<(Segment Segment, CompactionFile? Compaction)>();
        foreach (var name in names)
        {
            var segment = new Segment(directory, name);
            if (live.Count > 0 && live[^1].Compaction is { } over && name.BaseOffset > over.Receipt.FromOffset && name.BaseOffset < over.Receipt.ToOffset)
            {
                superseded.Add(segment);
                continue;
            }

            var compaction = name.Generation > 0 ? CompactionFile.Read(Files, segment.CompactionPath) : null;
            while (compaction is not null && live.Count > 0 && live[^1].Segment.BaseOffset == name.BaseOffset)
            {
                superseded.Add(live[^1].Segment);
                live.RemoveAt(live.Count - 1);
            }

            live.Add((segment, compaction));
        }

        return live;
    }

    /// <summary>Opens all segments that are there. Answers whether the last one has an end for good.</summary>
    bool OpenEarlier(List<SegmentName> names)
    {
        var live = LiveSegments(names);
        int scanFrom = LoadProducers(live);
        bool isSealed = true;
        for (int number = 0; number < live.Count; number++)
        {
            var (segment, compaction) = live[number];
            var seal = compaction is null ? SegmentSeal.TryRead(Files, segment.SealPath) : null;
            bool isOpen = number == live.Count - 1 && seal is null && compaction is null;
            using (var source = Files.OpenRead(segment.Path))
            {
                long length = source.Length, end = compaction?.SegmentBytes ?? seal?.Bytes ?? length;
                if (length < end) throw new LogCorruptException($"'{segment.Path}' was sealed at {end} bytes and has only {length}: restore the file from a copy.");
                if (isOpen || number >= scanFrom || !SegmentIndexFile.TryRead(Files, segment, end))
                {
                    long whole = SegmentScan.Run(source, segment, end, Options.IndexIntervalBytes, number >= scanFrom ? mark => producers.Settle(mark) : null);
                    if (isOpen && whole < length) topic.Logger.TailCut(segment.Path, length - whole);
                    else if (whole < end) throw Corrupt(segment.Path, whole);
                    if (!isOpen && number < scanFrom) StoreIndex(segment);
                }
            }

            if (compaction is not null) segment.EndCompacted(compaction.Receipt);
            segments.Add(segment);
            isSealed = !isOpen;
        }

        return isSealed;
    }

    /// <summary>Loads the newest producers that are stored. Answers the number of the segment from which on batches have to be counted in.</summary>
    int LoadProducers(List<(Segment Segment, CompactionFile? Compaction)> live)
    {
        for (int number = live.Count - 1; number >= 0; number--)
        {
            if (ProducersFile.TryRead(Files, live[number].Segment.ProducersPath) is not { } stored) continue;
            foreach (var (id, mark) in stored) producers.Settle(id, mark);
            return number;
        }

        return 0;
    }

    void CheckChain()
    {
        for (int number = 1; number < segments.Count; number++)
        {
            if (segments[number].BaseOffset == segments[number - 1].EndOffset) continue;
            throw new LogCorruptException($"In '{directory}' the offsets {segments[number - 1].EndOffset} to {segments[number].BaseOffset} are missing: restore the segment that held them, or move the segments before them away.");
        }
    }

    /// <summary>Makes a new segment the active one. Under the claim lock; its directory is not synced yet.</summary>
    void Begin(Segment next)
    {
        List<KeyValuePair<long, ProducerMark>> known;
        lock (gate) known = producers.Durable(topic.Time.GetUtcNow().ToUnixTimeMilliseconds());
        ProducersFile.Write(Files, next.ProducersPath, known);
        var nextFile = Files.OpenWrite(next.Path);
        try
        {
            nextFile.SetLength(0);
        }
        catch
        {
            nextFile.Dispose();
            throw;
        }

        directoryUnsynced = true;
        file?.Dispose();
        file = nextFile;
        lock (gate) segments.Add(next);
    }

    /// <summary>Deletes the segments of openings that wrote nothing, and files whose segment is gone. Under the claim lock, once the own segment says where the log ends.</summary>
    void Tidy()
    {
        foreach (var empty in segments.Where(segment => segment != Active && segment.EndOffset == segment.BaseOffset).ToArray())
        {
            Files.Delete(empty.Path);
            segments.Remove(empty);
        }

        foreach (var old in superseded) Files.Delete(old.Path);
        superseded.Clear();
        // The segments' own deletion comes first and durably: a seal must not go before its segment.
        Files.SyncDirectory(directory);
        var present = ListSegments().ToHashSet();
        foreach (string name in Files.ListFiles(directory))
        {
            bool isDraft = name.EndsWith(DraftExtension, StringComparison.Ordinal);
            if (isDraft || SideExtensions.Any(extension => SegmentName.TryParse(name, extension, out var segment) && !present.Contains(segment))) Files.Delete(Path.Combine(directory, name));
        }
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

using Orrery.Log.Files;

namespace Orrery.Log.Embedded;

/// <summary>
/// How a partition goes from one owner to the next without waiting for it.
/// <para>Whatever changes names or lengths of files (taking over, rolling, cutting back, deleting, compacting) is done under the claim lock, and only by the owner that the file
/// <c>term</c> names. What an owner that was replaced can still do without the lock is write to the segment that it has open.</para>
/// <para>An owner writes, syncs, then looks into <c>term</c>, and acknowledges only if it is still named there. A successor first puts itself into <c>term</c>, then scans. Whichever came
/// first: what was acknowledged is seen by the scan. The successor syncs what it found, records the length in a seal, and begins a segment of its own; bytes behind a seal are not in the log.</para>
/// <para>Not guaranteed: that what the old owner did not acknowledge is gone. It may lie below the seal, and is in the log then.</para>
/// </summary>
sealed partial class EmbeddedPartition
{
    LogFencedException? fenced;

    /// <summary>Puts this owner in force.</summary>
    /// <exception cref="LogFencedException">A higher term is.</exception>
    PartitionClaim TakeOver()
    {
        using var taken = Files.Lock(lockPath, topic.Owner, TimeSpan.Zero);
        var current = PartitionClaim.Read(Files, termPath) ?? default;
        if (current.Term > Term) throw new LogFencedException($"{this} cannot be opened with term {Term}: it was opened with term {current.Term}. Whoever holds the lower term is not its owner any more.", current.Term);
        long highest = ListSegments().Select(static name => name.Claim).DefaultIfEmpty().Max();
        var next = new PartitionClaim(Term, Math.Max(current.Claim, highest) + 1);
        next.Write(Files, directory);
        return next;
    }

    /// <summary>Takes the claim lock for a few file operations, if this is still the owner.</summary>
    /// <exception cref="LogFencedException">It is not.</exception>
    IDisposable LockAsOwner()
    {
        var taken = Files.Lock(lockPath, topic.Owner, topic.Log.Options.LockWait);
        try
        {
            ThrowIfReplaced();
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    void ThrowIfReplaced()
    {
        var current = PartitionClaim.Read(Files, termPath) ?? default;
        if (current == claim) return;
        throw new LogFencedException($"{this}, opened with term {Term}, has another owner since, with term {current.Term}: nothing is acknowledged here any more. Open it again with a higher term to take it back.", current.Term);
    }

    List<SegmentName> ListSegments()
    {
        var names = new List<SegmentName>();
        foreach (string file in Files.ListFiles(directory))
        {
            if (SegmentName.TryParse(file, Segment.Extension, out var name)) names.Add(name);
        }

        names.Sort();
        return names;
    }
}

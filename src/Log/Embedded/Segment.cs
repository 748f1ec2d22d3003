namespace Orrery.Log.Embedded;

/// <summary>One file of a partition: batches from a base offset on, and a sparse index from offsets to positions. Guarded by the partition's gate.</summary>
sealed class Segment(string directory, SegmentName name)
{
    public const string Extension = ".log", IndexExtension = ".index", SealExtension = ".seal", ProducersExtension = ".producers", CompactionExtension = ".receipt";

    readonly List<IndexEntry> index = [];

    public SegmentName Name { get; } = name;

    public long BaseOffset => Name.BaseOffset;

    public string Path { get; } = System.IO.Path.Combine(directory, name + Extension);

    public string IndexPath { get; } = System.IO.Path.Combine(directory, name + IndexExtension);

    public string SealPath { get; } = System.IO.Path.Combine(directory, name + SealExtension);

    public string ProducersPath { get; } = System.IO.Path.Combine(directory, name + ProducersExtension);

    public string CompactionPath { get; } = System.IO.Path.Combine(directory, name + CompactionExtension);

    /// <summary>The files beside it.</summary>
    public IEnumerable<string> SidePaths => [IndexPath, SealPath, ProducersPath, CompactionPath];

    /// <summary>What was taken away, if it was rewritten.</summary>
    public CompactionReceipt? Compaction { get; private set; }

    /// <summary>Offset after its last durable record.</summary>
    public long EndOffset { get; private set; } = name.BaseOffset;

    /// <summary>Bytes that hold durable batches.</summary>
    public long Bytes { get; private set; }

    public long AppendedMilliseconds { get; private set; } = long.MinValue;

    public IReadOnlyList<IndexEntry> Index => index;

    /// <summary>Counts a durable batch in, and indexes it when the last entry lies far enough back.</summary>
    public void Add(in BatchMark mark, int indexIntervalBytes)
    {
        if (index.Count == 0 || Bytes - index[^1].Position >= indexIntervalBytes) index.Add(new IndexEntry(mark.BaseOffset, Bytes, mark.AppendedMilliseconds));
        Bytes += mark.Bytes;
        EndOffset = mark.EndOffset;
        AppendedMilliseconds = Math.Max(AppendedMilliseconds, mark.AppendedMilliseconds);
    }

    /// <summary>Says which offsets a rewritten segment stands for: the last ones need have no record.</summary>
    public void EndCompacted(CompactionReceipt receipt)
    {
        Compaction = receipt;
        EndOffset = receipt.ToOffset;
    }

    /// <summary>Takes over what a stored index says.</summary>
    public void Load(IEnumerable<IndexEntry> entries, long bytes, long endOffset, long appendedMilliseconds)
    {
        index.AddRange(entries);
        Bytes = bytes;
        EndOffset = endOffset;
        AppendedMilliseconds = appendedMilliseconds;
    }

    /// <summary>Position of an indexed batch at or before an offset.</summary>
    public long Floor(long offset) => index.Count == 0 ? 0 : index[LastWhere(entry => entry.Offset <= offset)].Position;

    /// <summary>Offset of an indexed batch at or before the first one that was appended at or after a time.</summary>
    public long OffsetFloorOfTime(long timestampMilliseconds) => index.Count == 0 ? BaseOffset : index[LastWhere(entry => entry.AppendedMilliseconds < timestampMilliseconds)].Offset;

    /// <summary>The last entry for which something holds that holds up to a point; the first one where it never does.</summary>
    int LastWhere(Func<IndexEntry, bool> holds)
    {
        int low = 0, high = index.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) >>> 1;
            if (holds(index[middle])) low = middle;
            else high = middle - 1;
        }

        return low;
    }
}

/// <summary>Where a batch begins, and when it was appended.</summary>
readonly record struct IndexEntry(long Offset, long Position, long AppendedMilliseconds);

/// <summary>A batch that was written, without its bytes.</summary>
readonly record struct BatchMark(long BaseOffset, long EndOffset, int Bytes, long AppendedMilliseconds, LogProducer Producer);

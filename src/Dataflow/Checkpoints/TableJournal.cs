using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;

namespace Orrery.Dataflow.Checkpoints;

/// <summary>What has changed in a table since the last checkpoint, net, and the segments so far.</summary>
internal sealed class TableJournal(Collection rows, StateMemory memory) : IRowJournal, IDisposable
{
    private readonly Collection _changes = new(rows.Layout, null, memory);

    /// <summary>Segments since the last base, the base first.</summary>
    public List<Segment> Segments { get; } = [];

    public void Record(nint row, int weight) => _changes.Apply(row, weight);

    /// <summary>Writes what changed; or everything, where there is no base or the segments would outgrow the state.</summary>
    public void Write(ICheckpointStore store, string name)
    {
        _changes.Settle();
        if (Segments.Count > 0 && _changes.Count == 0) return;
        long grown = Segments.Skip(1).Sum(segment => segment.Bytes) + _changes.UsedBytes;
        if (Segments.Count == 0 || grown > rows.UsedBytes || Segments.Count >= SegmentsMax)
        {
            var whole = SegmentFile.Write(store, name, rows);
            Segments.Clear();
            Segments.Add(whole);
        }
        else
        {
            Segments.Add(SegmentFile.Write(store, name, _changes));
        }

        _changes.Clear();
    }

    /// <summary>Segments of a table, at most: the next one is a base.</summary>
    public const int SegmentsMax = 64;

    public void Dispose() => _changes.Dispose();
}

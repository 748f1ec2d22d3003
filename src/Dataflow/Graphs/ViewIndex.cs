using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;

namespace Orrery.Dataflow.Graphs;

/// <summary>Reads the rows of a view by some of its columns.</summary>
public sealed unsafe class ViewIndex
{
    private readonly Collection _rows;
    private readonly RowKey _key;
    private readonly int _index;
    private readonly RowBuffer _row = new();

    internal ViewIndex(Collection rows, RowKey key, int index) => (_rows, _key, _index) = (rows, key, index);

    /// <summary>The rows whose columns equal those of <paramref name="probe"/>, a row of the view's layout of which only they are read. A row is good until the next one is told.</summary>
    public void Read(nint probe, RowReceiver receiver)
    {
        var matches = _rows.Matches(_index, _key, probe, _row);
        while (matches.Move())
            if (matches.Entry->Weight > 0) receiver(matches.Row, matches.Entry->Weight);
    }

    /// <summary>Is read no more: without readers left it goes. Between steps, while the view is there.</summary>
    public void Remove() => _rows.RemoveIndex(_index);
}

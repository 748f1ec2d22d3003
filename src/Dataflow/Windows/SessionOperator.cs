using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Windows;

/// <summary>
/// SESSION: rows of a partition that are less than the gap apart are of one session, from the first one's time to the last one's plus the gap. Sessions merge and part as rows come and go; a change reaches
/// the sessions beside it, and no others.
/// </summary>
internal sealed class SessionOperator : PartitionOperator
{
    // Rows that are read at once on the way to a session's end.
    private const int RowsAtOnce = 64;

    private readonly RowColumnReader _time;
    private readonly long _gap;
    private readonly WindowBounds _bounds;
    private readonly List<nint> _near = [];

    public SessionOperator(string fingerprint, RowLayout layout, Operator input, int width, int timeColumn, IReadOnlyList<int> partition, WindowPlan plan, StateMemory memory)
        : base("Session", fingerprint, layout, input, partition, [new OrderColumn(timeColumn, IsDescending: false, NullsFirst: true)], keptBytes: 0, memory)
    {
        _time = new RowColumnReader(input.Layout, timeColumn);
        _gap = plan.SizeMicroseconds;
        _bounds = new WindowBounds(layout, input.Layout, width);
    }

    protected override bool IsTaken(nint row) => !_time.IsNull(row);

    protected override (long First, long Last) Reach(uint root, nint row, long changes)
    {
        long first = Rows.Rank(root, row), last = Rows.RankBehind(root, row) - 1, size = Rows.Size(root);
        for (long time = _time.Integer(row); first > 0;)
        {
            long from = Math.Max(0, first - RowsAtOnce);
            Read(root, from, first - from);
            int index = _near.Count - 1;
            for (; index >= 0 && time - _time.Integer(_near[index]) < _gap; index--, first--) time = _time.Integer(_near[index]);
            if (index >= 0) break;
        }

        for (long time = _time.Integer(row); last < size - 1;)
        {
            Read(root, last + 1, RowsAtOnce);
            int index = 0;
            for (; index < _near.Count && _time.Integer(_near[index]) - time < _gap; index++, last++) time = _time.Integer(_near[index]);
            if (index < _near.Count) break;
        }

        return (first, last);
    }

    protected override (long First, long Last) Context(uint root, long first, long last) => (first, last);

    protected override void Compute(long first, long last, nint kept, StepContext context)
    {
        while (first <= last)
        {
            long end = first;
            while (end + 1 <= last && _time.Integer(RowAt(end + 1)) - _time.Integer(RowAt(end)) < _gap) end++;
            long start = _time.Integer(RowAt(first)), until = _time.Integer(RowAt(end)) + _gap;
            for (; first <= end; first++) Give(_bounds.Make(RowAt(first), start, until, context.Arena));
        }
    }

    private void Read(uint root, long first, long count)
    {
        _near.Clear();
        Rows.List(root, first, count, _near);
    }
}

using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Windows;

/// <summary>SESSION: rows of a partition that are less than the gap apart are of one session, from the first one's time to the last one's plus the gap. Sessions merge and part as rows come and go.</summary>
internal sealed class SessionOperator : PartitionOperator
{
    private readonly RowColumnReader _time;
    private readonly long _gap;
    private readonly WindowBounds _bounds;

    public SessionOperator(string fingerprint, RowLayout layout, Operator input, int width, int timeColumn, IReadOnlyList<int> partition, WindowPlan plan, StateMemory memory)
        : base("Session", fingerprint, layout, input, partition, [new OrderColumn(timeColumn, IsDescending: false, NullsFirst: true)], memory)
    {
        _time = new RowColumnReader(input.Layout, timeColumn);
        _gap = plan.SizeMicroseconds;
        _bounds = new WindowBounds(layout, input.Layout, width);
    }

    protected override bool IsTaken(nint row) => !_time.IsNull(row);

    protected override void Compute(List<nint> rows, StepContext context)
    {
        for (int first = 0; first < rows.Count;)
        {
            int last = first;
            while (last + 1 < rows.Count && _time.Integer(rows[last + 1]) - _time.Integer(rows[last]) < _gap) last++;
            long start = _time.Integer(rows[first]), end = _time.Integer(rows[last]) + _gap;
            for (int index = first; index <= last; index++) Give(_bounds.Make(rows[index], start, end, context.Arena));
            first = last + 1;
        }
    }
}

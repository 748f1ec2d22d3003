using System.Runtime.CompilerServices;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Windows;

/// <summary>TUMBLE, HOP, CUMULATE: each row once for each window of its time, with the window's bounds. It keeps nothing.</summary>
internal sealed unsafe class WindowOperator : Operator
{
    private readonly WindowKind _kind;
    private readonly RowColumnReader _time;
    private readonly long _size;
    private readonly long _step;
    private readonly long _offset;
    private readonly WindowBounds _bounds;

    /// <param name="width">Columns of the input that are given.</param>
    public WindowOperator(string fingerprint, RowLayout layout, Operator input, int width, int timeColumn, WindowPlan plan)
        : base(plan.Kind.ToString(), fingerprint, layout, [input])
    {
        _kind = plan.Kind;
        _time = new RowColumnReader(input.Layout, timeColumn);
        (_size, _step, _offset) = (plan.SizeMicroseconds, plan.StepMicroseconds, plan.OffsetMicroseconds);
        _bounds = new WindowBounds(layout, input.Layout, width);
        IsAppendOnly = input.IsAppendOnly;
    }

    public override void Step(StepContext context)
    {
        foreach (ref readonly var change in Inputs[0].Output.Each)
        {
            if (_time.IsNull(change.Row)) continue;
            long time = _time.Integer(change.Row);
            switch (_kind)
            {
                case WindowKind.Tumble:
                    long start = Floor(time, _size);
                    Output.Add(_bounds.Make(change.Row, start, start + _size, context.Arena), change.Weight);
                    break;
                case WindowKind.Hop:
                    for (start = Floor(time, _step); start > time - _size; start -= _step)
                        Output.Add(_bounds.Make(change.Row, start, start + _size, context.Arena), change.Weight);
                    break;
                default:
                    start = Floor(time, _size);
                    for (long end = start + ((time - start) / _step + 1) * _step; end <= start + _size; end += _step)
                        Output.Add(_bounds.Make(change.Row, start, end, context.Arena), change.Weight);
                    break;
            }
        }
    }

    public override bool TellsInputs => true;

    public override void EmitContents(StepContext context) => EmitStateless(context);

    private long Floor(long time, long unit)
    {
        long since = time - _offset;
        long rest = since % unit;
        return time - (rest < 0 ? rest + unit : rest);
    }
}

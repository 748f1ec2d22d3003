using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>INTERSECT and EXCEPT: for each row that a side changed, its count in the result as it was and as it is, from the counts on both sides.</summary>
internal sealed unsafe class SetOperator : Operator
{
    private readonly bool _isIntersect;
    private readonly bool _isAll;
    private readonly StepKeys _rows = new();
    private readonly RowKey _key;
    private readonly RowBuffer _read = new();

    public SetOperator(string fingerprint, RowLayout layout, Operator left, Operator right, bool isIntersect, bool isAll)
        : base(isIntersect ? "Intersect" : "Except", fingerprint, layout, [left, right])
    {
        _isIntersect = isIntersect;
        _isAll = isAll;
        _key = RowKey.Whole(layout);
    }

    public override void Step(StepContext context)
    {
        foreach (var input in Inputs)
        {
            foreach (ref readonly var change in input.Output.Each)
            {
                if (!_rows.Add(_key, change.Row, _key.Hash(change.Row), out _)) continue;
                var (leftBefore, leftAfter) = Counts(Inputs[0].Arrangement!, change.Row);
                var (rightBefore, rightAfter) = Counts(Inputs[1].Arrangement!, change.Row);
                int by = Result(leftAfter, rightAfter) - Result(leftBefore, rightBefore);
                if (by != 0) Output.Add(change.Row, by);
            }
        }

        _rows.Clear();
    }

    public override bool ReadsArrangements => true;

    public override void EmitContents(StepContext context)
    {
        var (left, right) = (Inputs[0].Arrangement!, Inputs[1].Arrangement!);
        foreach (uint handle in left.Handles())
        {
            nint row = left.Row(handle, _read);
            int count = Result(left.Entry(handle)->Weight, Counts(right, row).After);
            if (count != 0) Output.Add(left.Row(handle), count);
        }
    }

    private static (int Before, int After) Counts(Collection side, nint row)
    {
        uint handle = side.Find(row);
        if (handle == 0) return default;
        var entry = side.Entry(handle);
        return (entry->OldWeight, entry->Weight);
    }

    private int Result(int left, int right)
    {
        (left, right) = (Math.Max(0, left), Math.Max(0, right));
        if (_isAll) return _isIntersect ? Math.Min(left, right) : Math.Max(left - right, 0);
        return left > 0 && right > 0 == _isIntersect ? 1 : 0;
    }
}

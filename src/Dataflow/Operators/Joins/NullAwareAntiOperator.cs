using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators.Joins;

/// <summary>
/// NOT IN. The right rows of a left row are those with the same keys but the last (and for which the condition holds). It stays where there are none; else where its last key is not null and theirs neither are nor equal it.
/// A left row that changes is asked once; when right rows change, the left rows of their first keys are asked again, as it was and as it is: work in their number, and in that of the right rows until an answer is found.
/// </summary>
internal sealed unsafe class NullAwareAntiOperator : Operator
{
    private readonly RowPredicate? _residual;
    private readonly RowKey _leftGroup;
    private readonly RowKey _rightGroup;
    private readonly RowKey _leftLast;
    private readonly RowKey _rightLast;
    private readonly RowKey _leftAll;
    private readonly int _leftIndex;
    private readonly int _rightIndex;
    private readonly int _rightAllIndex;
    private readonly RowBuffer _left = new();
    private readonly RowBuffer _right = new();
    private readonly StepKeys _keys = new();
    private StepContext? _context;

    public NullAwareAntiOperator(
        string fingerprint, RowLayout layout, Operator left, Operator right, IReadOnlyList<int> leftColumns, IReadOnlyList<int> rightColumns, RowPredicate? residual)
        : base("NotIn", fingerprint, layout, [left, right])
    {
        _residual = residual;
        int group = leftColumns.Count - 1;
        _leftGroup = new RowKey(left.Layout, [.. leftColumns.Take(group)]);
        _rightGroup = new RowKey(right.Layout, [.. rightColumns.Take(group)]);
        _leftLast = new RowKey(left.Layout, [leftColumns[group]]);
        _rightLast = new RowKey(right.Layout, [rightColumns[group]]);
        _leftAll = new RowKey(left.Layout, leftColumns);
        _leftIndex = left.Arrangement!.AddIndex(_leftGroup.Columns);
        _rightIndex = right.Arrangement!.AddIndex(_rightGroup.Columns);
        _rightAllIndex = right.Arrangement!.AddIndex([.. rightColumns]);
    }

    public override bool ReadsArrangements => true;

    private Collection Left => Inputs[0].Arrangement!;

    private Collection Right => Inputs[1].Arrangement!;

    public override void Step(StepContext context)
    {
        _context = context;
        foreach (ref readonly var change in Inputs[0].Output.Each)
            if (Stays(change.Row, isNew: false)) Output.Add(change.Row, change.Weight);
        foreach (ref readonly var change in Inputs[1].Output.Each)
        {
            if (_rightGroup.HasNull(change.Row)) continue;
            uint hash = _rightGroup.Hash(change.Row);
            if (!_keys.Add(_rightGroup, change.Row, hash, out _)) continue;
            var matches = Left.Matches(_leftIndex, _rightGroup, change.Row, hash, _left);
            while (matches.Move())
            {
                int times = matches.Entry->Weight;
                if (times == 0) continue;
                bool stayed = Stays(matches.Row, isNew: false), stays = Stays(matches.Row, isNew: true);
                if (stayed != stays) Output.Add(matches.KeptRow, stays ? times : -times);
            }
        }

        _keys.Clear();
    }

    public override void EmitContents(StepContext context)
    {
        _context = context;
        foreach (uint handle in Left.Handles())
            if (Stays(Left.Row(handle, _left), isNew: true)) Output.Add(Left.Row(handle), Left.Entry(handle)->Weight);
    }

    public override void Dispose()
    {
        Left.RemoveIndex(_leftIndex);
        Right.RemoveIndex(_rightIndex);
        Right.RemoveIndex(_rightAllIndex);
        base.Dispose();
    }

    private bool Stays(nint row, bool isNew)
    {
        // Compared as NOT IN says, a null among the first keys has no right rows at all.
        if (_leftGroup.HasNull(row)) return true;
        bool isNull = _leftLast.HasNull(row);
        if (!isNull)
        {
            // An equal one, the usual reason to go, is found by the whole key.
            var equals = Right.Matches(_rightAllIndex, _leftAll, row, _right);
            while (equals.Move())
                if (Counts(equals.Entry, isNew) && Holds(row, equals.Row)) return false;
        }

        var matches = Right.Matches(_rightIndex, _leftGroup, row, _right);
        while (matches.Move())
        {
            if (!Counts(matches.Entry, isNew) || !Holds(row, matches.Row)) continue;
            if (isNull || _rightLast.HasNull(matches.Row)) return false;
        }

        return true;
    }

    private static bool Counts(RowEntry* entry, bool isNew) => (isNew ? entry->Weight : entry->OldWeight) != 0;

    private bool Holds(nint left, nint right) => _residual is null || _residual(left, right, _context!.Evaluation);
}

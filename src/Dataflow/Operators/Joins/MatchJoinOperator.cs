using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Compilation;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators.Joins;

/// <summary>
/// A join of two inputs of any kind but the null-aware one, with a condition besides the keys. First the left side goes from before the step to after it, the right one as it was before; then the right side,
/// the left one as it is after: so that what is given so far is always the result of some state, and no row goes before it came.
/// <para>What depends on whether a row has partners (outer, semi, anti): a row that changes asks once; a row that stays is asked again when rows of its key on the other side change, whether it had
/// partners before and has some now. That walks the rows of the key on both sides until one is found that stays; bounded by their product.</para>
/// </summary>
internal sealed unsafe class MatchJoinOperator : Operator
{
    private readonly JoinKind _kind;
    private readonly Side _left;
    private readonly Side _right;
    private readonly RowPredicate? _residual;
    private readonly RowGather? _gather;
    private readonly StepKeys _keys = new();
    private StepContext? _context;

    private sealed record Side(Operator Input, Collection Collection, RowKey Key, int Index, bool IsPadded)
    {
        /// <summary>A row of this side.</summary>
        public RowBuffer Row { get; } = new();

        /// <summary>One that is looked at while that is.</summary>
        public RowBuffer Partner { get; } = new();
    }

    /// <param name="columns">For each output column, the input (0 left, 1 right) and the column there.</param>
    /// <param name="residual">Of the left row and the right one; null: none.</param>
    public MatchJoinOperator(
        string fingerprint, RowLayout layout, JoinKind kind, Operator left, Operator right, IReadOnlyList<int> leftColumns, IReadOnlyList<int> rightColumns,
        IReadOnlyList<(int Source, int Column)> columns, RowPredicate? residual)
        : base(kind + "Join", fingerprint, layout, [left, right])
    {
        _kind = kind;
        _residual = residual;
        _left = new Side(left, left.Arrangement!, new RowKey(left.Layout, leftColumns), left.Arrangement!.AddIndex(leftColumns), kind is JoinKind.Left or JoinKind.Full);
        _right = new Side(right, right.Arrangement!, new RowKey(right.Layout, rightColumns), right.Arrangement!.AddIndex(rightColumns), kind is JoinKind.Right or JoinKind.Full);
        if (EmitsPairs) _gather = new RowGather(layout, [left.Layout, right.Layout], columns);
    }

    private bool EmitsPairs => _kind is not (JoinKind.Semi or JoinKind.Anti);

    public override void Step(StepContext context)
    {
        _context = context;
        var left = _left.Input.Output.Each;
        foreach (ref readonly var change in left) ChangeLeft(change.Row, change.Weight);
        if (_right.IsPadded) Reask(_right, _left, isLeft: false);
        var right = _right.Input.Output.Each;
        foreach (ref readonly var change in right)
        {
            if (EmitsPairs && PairRight(change.Row, change.Weight)) continue;
            if (_right.IsPadded) Output.Add(Pad(change.Row, isLeft: false), change.Weight);
        }

        if (_kind != JoinKind.Inner && _kind != JoinKind.Right) Reask(_left, _right, isLeft: true);
    }

    public override bool ReadsArrangements => true;

    public override void EmitContents(StepContext context)
    {
        _context = context;
        var (left, right) = (_left.Collection, _right.Collection);
        int rows = 0;
        foreach (uint handle in left.Handles())
        {
            if ((++rows & (WorkBudget.RowsReadPerLook - 1)) == 0) WorkBudget.Look();
            ChangeLeft(_kind is JoinKind.Semi or JoinKind.Anti ? left.Row(handle) : left.Row(handle, _left.Row), left.Entry(handle)->Weight);
        }

        if (!_right.IsPadded) return;
        foreach (uint handle in right.Handles())
        {
            nint row = right.Row(handle, _right.Row);
            if (!IsMatchedByLeft(row)) Output.Add(Pad(row, isLeft: false), right.Entry(handle)->Weight);
        }
    }

    public override void Dispose()
    {
        _left.Collection.RemoveIndex(_left.Index);
        _right.Collection.RemoveIndex(_right.Index);
        base.Dispose();
    }

    private void ChangeLeft(nint row, int weight)
    {
        bool isMatched = false;
        if (!_left.Key.HasNull(row))
        {
            var matches = _right.Collection.Matches(_right.Index, _left.Key, row, _right.Partner);
            while (matches.Move())
            {
                int times = matches.Entry->OldWeight;
                if (times == 0 || !Holds(row, matches.Row)) continue;
                isMatched = true;
                if (!EmitsPairs) break;
                Output.Add(_gather!.Make(row, matches.Row, _context!.Arena), weight * times);
            }
        }

        if (isMatched ? _kind == JoinKind.Semi : _kind == JoinKind.Anti) Output.Add(row, weight);
        else if (!isMatched && _left.IsPadded) Output.Add(Pad(row, isLeft: true), weight);
    }

    /// <summary>Whether there is a partner on the left now; every pair is given.</summary>
    private bool PairRight(nint row, int weight)
    {
        if (_right.Key.HasNull(row)) return false;
        bool isMatched = false;
        var matches = _left.Collection.Matches(_left.Index, _right.Key, row, _left.Partner);
        while (matches.Move())
        {
            int times = matches.Entry->Weight;
            if (times == 0 || !Holds(matches.Row, row)) continue;
            isMatched = true;
            Output.Add(_gather!.Make(matches.Row, row, _context!.Arena), weight * times);
        }

        return isMatched;
    }

    private bool IsMatchedByLeft(nint row)
    {
        if (_right.Key.HasNull(row)) return false;
        var matches = _left.Collection.Matches(_left.Index, _right.Key, row, _left.Partner);
        while (matches.Move())
            if (matches.Entry->Weight != 0 && Holds(matches.Row, row)) return true;
        return false;
    }

    /// <summary>Rows of a side, for the keys that the other side changed: the left ones as they are, the right ones as they were, when it is their turn.</summary>
    private void Reask(Side side, Side other, bool isLeft)
    {
        foreach (ref readonly var change in other.Input.Output.Each)
        {
            if (other.Key.HasNull(change.Row)) continue;
            uint hash = other.Key.Hash(change.Row);
            if (!_keys.Add(other.Key, change.Row, hash, out _)) continue;
            var matches = side.Collection.Matches(side.Index, other.Key, change.Row, hash, side.Row);
            while (matches.Move())
            {
                int times = isLeft ? matches.Entry->Weight : matches.Entry->OldWeight;
                if (times == 0) continue;
                int transition = Transition(side, other, matches.Row, hash, isLeft);
                if (transition == 0) continue;
                // +1: it has partners now and had none.
                if (_kind == JoinKind.Semi) Output.Add(matches.KeptRow, times * transition);
                else if (_kind == JoinKind.Anti) Output.Add(matches.KeptRow, -times * transition);
                else Output.Add(Pad(matches.Row, isLeft), -times * transition);
            }
        }

        _keys.Clear();
    }

    private int Transition(Side side, Side other, nint row, uint hash, bool isLeft)
    {
        bool was = false, isNow = false;
        var matches = other.Collection.Matches(other.Index, side.Key, row, hash, other.Partner);
        while (matches.Move())
        {
            bool counted = matches.Entry->OldWeight != 0, counts = matches.Entry->Weight != 0;
            if ((counted && !was) || (counts && !isNow))
            {
                if (!Holds(isLeft ? row : matches.Row, isLeft ? matches.Row : row)) continue;
                was |= counted;
                isNow |= counts;
                if (was && isNow) return 0;
            }
        }

        return was == isNow ? 0 : isNow ? 1 : -1;
    }

    private bool Holds(nint left, nint right) => _residual is null || _residual(left, right, _context!.Evaluation);

    private nint Pad(nint row, bool isLeft) => _gather!.Make(isLeft ? row : 0, isLeft ? 0 : row, _context!.Arena);
}

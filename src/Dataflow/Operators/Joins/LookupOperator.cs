using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators.Joins;

/// <summary>
/// Each left row with the right rows of its key as they stand when it passes (after the step's changes of the right side). What was given is kept, so that it can be taken back as it was, and told again
/// after a restart. Of equal left rows each takes back one of each row that was given for them: two that met different right rows
/// are told apart only when both are gone.
/// </summary>
internal sealed unsafe class LookupOperator : Operator
{
    private readonly RowKey _leftKey;
    private readonly int _rightIndex;
    private readonly bool _isLeft;
    private readonly RowPredicate? _residual;
    private readonly RowGather _gather;
    private readonly Collection _given;
    private readonly int _givenIndex;
    private readonly RowKey _leftWhole;
    private readonly RowBuffer _read = new();

    /// <param name="width">Columns of the left side that are given, which come first in both.</param>
    public LookupOperator(
        string fingerprint, RowLayout layout, Operator left, Operator right, int width, IReadOnlyList<int> leftColumns, IReadOnlyList<int> rightColumns,
        IReadOnlyList<(int Source, int Column)> columns, RowPredicate? residual, bool isLeft, StateMemory memory)
        : base("Lookup", fingerprint, layout, [left, right])
    {
        _leftKey = new RowKey(left.Layout, leftColumns);
        _rightIndex = right.Arrangement!.AddIndex(rightColumns);
        (_isLeft, _residual) = (isLeft, residual);
        _gather = new RowGather(layout, [left.Layout, right.Layout], columns);
        int[] own = [.. Enumerable.Range(0, width)];
        _leftWhole = new RowKey(left.Layout, own);
        IsAppendOnly = left.IsAppendOnly;
        _given = new Collection(layout, null, memory);
        _givenIndex = _given.AddIndex(own);
    }

    public override long StateBytes => _given.Bytes;

    public override long StateRows => _given.Count;

    public override bool ReadsArrangementOf(int input) => input == 1;

    public override void Step(StepContext context)
    {
        foreach (ref readonly var change in Inputs[0].Output.Each)
        {
            if (change.Weight > 0)
            {
                Look(change.Row, change.Weight, context);
                continue;
            }

            for (int times = change.Weight; times < 0; times++) TakeBack(change.Row);
        }
    }

    public override void EmitContents(StepContext context)
    {
        foreach (uint handle in _given.Handles()) Output.Add(_given.Row(handle), _given.Entry(handle)->Weight);
    }

    public override void Settle()
    {
        _given.Settle();
    }

    public override void Transfer(StateTransfer transfer) => _given.Transfer(transfer);

    public override void Dispose()
    {
        Inputs[1].Arrangement?.RemoveIndex(_rightIndex);
        _given.Dispose();
        base.Dispose();
    }

    private void Look(nint row, int weight, StepContext context)
    {
        bool isFound = false;
        if (!_leftKey.HasNull(row))
        {
            var matches = Inputs[1].Arrangement!.Matches(_rightIndex, _leftKey, row, _read);
            while (matches.Move())
            {
                int times = matches.Entry->Weight;
                if (times <= 0 || (_residual is not null && !_residual(row, matches.Row, context.Evaluation))) continue;
                isFound = true;
                Give(_gather.Make(row, matches.Row, context.Arena), weight * times);
            }
        }

        if (!isFound && _isLeft) Give(_gather.Make(row, 0, context.Arena), weight);
    }

    private void Give(nint row, int weight)
    {
        Output.Add(row, weight);
        _given.Apply(row, weight);
    }

    private void TakeBack(nint row)
    {
        var matches = _given.Matches(_givenIndex, _leftWhole, row, _read);
        while (matches.Move())
        {
            if (matches.Entry->Weight == 0) continue;
            Output.Add(matches.KeptRow, -1);
            _given.ChangeAt(matches.Handle, -1);
        }
    }
}

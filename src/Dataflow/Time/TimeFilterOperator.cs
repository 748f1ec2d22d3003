using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Time;

/// <summary>
/// Rows while the clock is at or past one column and before another. A row that is not yet visible waits in the order of the instant at which it enters, one that is visible for a while in that of the instant
/// at which it leaves; the first of both is the timer. What a row does at an instant depends on its columns and the clock alone, so that one that is taken back meets the same fate.
/// </summary>
internal sealed unsafe class TimeFilterOperator : Operator
{
    private readonly RowColumnReader? _from;
    private readonly RowColumnReader? _until;
    private readonly OrderedRows? _entering;
    private readonly OrderedRows? _leaving;
    private readonly RowGather? _gather;
    private uint _enteringRoot;
    private uint _leavingRoot;

    /// <param name="width">Columns of the input that are given; the instants may stand behind them.</param>
    /// <param name="from">The column of the instant of entering; -1: always there.</param>
    /// <param name="until">The column of the instant of leaving; -1: never.</param>
    public TimeFilterOperator(string fingerprint, RowLayout layout, Operator input, int width, int from, int until, StateMemory memory)
        : base("TimeFilter", fingerprint, layout, [input])
    {
        if (from >= 0)
        {
            _from = new RowColumnReader(input.Layout, from);
            _entering = new OrderedRows(new ColumnOrder(input.Layout, [new OrderColumn(from, false, true)]), memory);
        }

        if (until >= 0)
        {
            _until = new RowColumnReader(input.Layout, until);
            _leaving = new OrderedRows(new ColumnOrder(input.Layout, [new OrderColumn(until, false, true)]), memory);
        }

        if (width < input.Layout.Count) _gather = new RowGather(layout, [input.Layout], [.. Enumerable.Range(0, width).Select(column => (0, column))]);
        UniqueColumns = input.UniqueColumns is { } unique && unique.All(column => column < width) ? unique : null;
        IsAppendOnly = until < 0 && input.IsAppendOnly;
    }

    public override long NextTimer => Math.Min(
        _enteringRoot == 0 ? long.MaxValue : _from!.Value.Integer(_entering!.Row(_entering.First(_enteringRoot))),
        _leavingRoot == 0 ? long.MaxValue : _until!.Value.Integer(_leaving!.Row(_leaving.First(_leavingRoot))));

    public override long StateBytes => (_entering?.Bytes ?? 0) + (_leaving?.Bytes ?? 0);

    public override long StateRows => (_entering?.Count ?? 0) + (_leaving?.Count ?? 0);

    public override void Step(StepContext context)
    {
        long now = context.NowMicroseconds;
        while (_enteringRoot != 0)
        {
            uint first = _entering!.First(_enteringRoot);
            nint row = _entering.Row(first);
            if (_from!.Value.Integer(row) > now) break;
            int weight = _entering.Weight(first);
            _entering.Change(ref _enteringRoot, row, -weight);
            Place(row, weight, context);
        }

        while (_leavingRoot != 0)
        {
            uint first = _leaving!.First(_leavingRoot);
            nint row = _leaving.Row(first);
            if (_until!.Value.Integer(row) > now) break;
            int weight = _leaving.Weight(first);
            _leaving.Change(ref _leavingRoot, row, -weight);
            // One that entered in this very step left in it, too: the two cancel.
            Give(row, -weight, context);
        }

        foreach (ref readonly var change in Inputs[0].Output.Each) Place(change.Row, change.Weight, context);
    }

    public override bool TellsInputs => true;

    /// <summary>What is visible now, of the input's rows: those that never leave are not kept here.</summary>
    public override void EmitContents(StepContext context)
    {
        var input = Inputs[0];
        bool isTold = input.Output.Count > 0;
        if (!isTold) input.EmitContents(context);
        foreach (ref readonly var change in input.Output.Each)
            if (IsEver(change.Row) && EntersAt(change.Row) <= context.NowMicroseconds && LeavesAt(change.Row) > context.NowMicroseconds) Give(change.Row, change.Weight, context);
        if (!isTold) input.Output.Clear();
    }

    public override void Settle()
    {
        _entering?.Settle();
        _leaving?.Settle();
    }

    public override void Transfer(StateTransfer transfer)
    {
        _entering?.Transfer(transfer);
        _leaving?.Transfer(transfer);
        transfer.Value(ref _enteringRoot);
        transfer.Value(ref _leavingRoot);
    }

    public override void Dispose()
    {
        _entering?.Dispose();
        _leaving?.Dispose();
        base.Dispose();
    }

    private bool IsEver(nint row) =>
        !(_from is { } from && from.IsNull(row)) && !(_until is { } until && until.IsNull(row)) && EntersAt(row) < LeavesAt(row);

    private long EntersAt(nint row) => _from is { } from ? from.Integer(row) : long.MinValue;

    private long LeavesAt(nint row) => _until is { } until ? until.Integer(row) : long.MaxValue;

    private void Place(nint row, int weight, StepContext context)
    {
        long now = context.NowMicroseconds;
        if (!IsEver(row) || LeavesAt(row) <= now) return;
        if (EntersAt(row) > now)
        {
            _entering!.Change(ref _enteringRoot, row, weight);
            return;
        }

        if (_leaving is not null) _leaving.Change(ref _leavingRoot, row, weight);
        Give(row, weight, context);
    }

    private void Give(nint row, int weight, StepContext context) => Output.Add(_gather is null ? row : _gather.Make(row, 0, context.Arena), weight);
}

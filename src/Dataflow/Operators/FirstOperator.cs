using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>
/// The first row of each partition of a table, in an order: the newest step of an order, the last version of a bill. It keeps no rows: the table is indexed by the partition, and what a step touches is looked
/// through, as it was and as it is.
/// <para>A partition that has more than <see cref="RowsLookedMax"/> rows gets an ordered tree of them, as <see cref="TopOperator"/> has for all, and keeps it until it is empty: so a change costs a bounded number of
/// rows, or a logarithm.</para>
/// </summary>
internal sealed class FirstOperator : Operator
{
    /// <summary>Rows of a partition that are looked through at each change, at most.</summary>
    public const int RowsLookedMax = 64;

    private readonly Collection _rows;
    private readonly int _index;
    private readonly RowGather _gather;
    private readonly RowKey _key;
    private readonly ColumnOrder _order;
    private readonly PartitionedRows _grown;
    private readonly StepKeys _keys = new();
    private readonly List<nint> _before = [];
    private readonly RowBuffer _read = new();
    private readonly RowArena _looked = new();

    /// <param name="columns">For each output column, the table's.</param>
    /// <param name="partition">Output columns.</param>
    /// <param name="order">By output columns.</param>
    public FirstOperator(string fingerprint, RowLayout layout, Operator table, IReadOnlyList<int> columns, IReadOnlyList<int> partition, IReadOnlyList<OrderColumn> order, StateMemory memory)
        : base("First", fingerprint, layout, [table])
    {
        _rows = table.Arrangement!;
        _index = _rows.AddIndex([.. partition.Select(column => columns[column])]);
        _gather = new RowGather(layout, [table.Layout], [.. columns.Select(static column => (0, column))]);
        _key = new RowKey(layout, partition);
        _order = new ColumnOrder(layout, order);
        _grown = new PartitionedRows(_key, _order, keptBytes: 0, memory, layout);
        UniqueColumns = partition;
    }

    public override long StateBytes => _grown.Bytes;

    public override long StateRows => _grown.Rows.Count;

    public override bool ReadsArrangements => true;

    public override void Step(StepContext context)
    {
        foreach (ref readonly var change in Inputs[0].Output.Each)
        {
            nint row = _gather.Make(change.Row, 0, context.Arena);
            uint hash = _key.Hash(row);
            if (!_grown.TryTouch(row, hash, out uint grown, out bool isFirst))
            {
                _keys.Add(_key, row, hash, out _);
                continue;
            }

            ref uint root = ref _grown.Root(grown);
            if (isFirst) _before.Add(FirstOf(root));
            _grown.Rows.Change(ref root, row, change.Weight);
        }

        for (int place = 0; place < _before.Count; place++) Emit(_before[place], FirstOf(_grown.Root(_grown.TouchedAt(place))));
        foreach (nint row in _keys.Rows)
        {
            Look(row, context.Arena, out nint was, out nint now);
            Emit(was, now);
        }

        _keys.Clear();
    }

    public override void EmitContents(StepContext context)
    {
        foreach (uint head in _rows.Heads(_index))
        {
            nint row = _gather.Make(_rows.Row(head, _read), 0, context.Arena);
            nint first;
            if (_grown.TryFind(row, _key.Hash(row), out uint grown)) first = FirstOf(_grown.Root(grown));
            else Look(row, context.Arena, out _, out first);
            if (first != 0) Output.Add(first, 1);
        }
    }

    public override void Settle()
    {
        _grown.Settle();
        _before.Clear();
    }

    public override void Transfer(StateTransfer transfer) => _grown.Transfer(transfer);

    public override void Dispose()
    {
        _rows.RemoveIndex(_index);
        _grown.Dispose();
        _looked.Dispose();
        base.Dispose();
    }

    private nint FirstOf(uint root) => root == 0 ? 0 : _grown.Rows.Row(_grown.Rows.First(root));

    /// <summary>The first row of a partition as it was before the step and as it is; 0: it had none, or has none.</summary>
    private unsafe void Look(nint probe, RowArena arena, out nint was, out nint now)
    {
        (was, now) = (0, 0);
        int there = 0;
        var matches = _rows.Matches(_index, _key, probe, _read);
        while (matches.Move())
        {
            bool wasThere = matches.Entry->OldWeight > 0, isThere = matches.Entry->Weight > 0;
            if (!wasThere && !isThere) continue;
            if (isThere) there++;
            if (((there + 1) & (WorkBudget.RowsReadPerLook - 1)) == 0) WorkBudget.Look();
            nint row = _gather.Make(matches.Row, 0, _looked);
            if (wasThere && (was == 0 || _order.Compare(row, was) < 0)) was = row;
            if (isThere && (now == 0 || _order.Compare(row, now) < 0)) now = row;
        }

        if (was != 0) was = PackedRow.Copy(was, arena);
        if (now != 0) now = PackedRow.Copy(now, arena);
        _looked.Reset();
        if (there > RowsLookedMax) Grow(now);
    }

    /// <summary>Gives a partition its tree, of its rows as they are.</summary>
    private unsafe void Grow(nint probe)
    {
        uint grown = _grown.Add(probe);
        ref uint root = ref _grown.Root(grown);
        var matches = _rows.Matches(_index, _key, probe, _read);
        while (matches.Move())
        {
            if (matches.Entry->Weight <= 0) continue;
            _grown.Rows.Change(ref root, _gather.Make(matches.Row, 0, _looked), matches.Entry->Weight);
            _looked.Reset();
        }
    }

    private void Emit(nint was, nint now)
    {
        if (was != 0 && now != 0 && PackedRow.AreEqual(was, now)) return;
        if (was != 0) Output.Add(was, -1);
        if (now != 0) Output.Add(now, 1);
    }
}

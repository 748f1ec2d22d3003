using System.Buffers;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Aggregates;

/// <summary>
/// Aggregates that need all values of a group in an order: MIN and MAX where rows may go, FIRST, LAST, STRING_AGG, ARRAY_AGG, and SINGLE. Each group has an ordered multiset of (value, order columns).
/// </summary>
internal sealed unsafe class OrderedAccumulator : Accumulator
{
    private readonly AggregateColumn _call;
    private readonly RowColumnReader _argument;
    private readonly RowColumnReader _value;
    private readonly OrderedRows _rows;
    private readonly RowGather _gather;
    private readonly RowArena _arena = new();
    private readonly List<uint> _nodes = [];
    private readonly ArrayBufferWriter<byte> _text = new();

    public OrderedAccumulator(AggregateColumn call, RowLayout input, StateMemory memory)
    {
        _call = call;
        _argument = new RowColumnReader(input, call.Argument);
        int[] columns = [call.Argument, .. call.Order.Select(order => order.Column)];
        var layout = new RowLayout(new RowSchema(columns.Select(column => input.Schema[column])));
        _gather = new RowGather(layout, [input], [.. columns.Select(column => (0, column))]);
        _value = new RowColumnReader(layout, 0);
        OrderColumn[] order = call.Order.Count == 0
            ? [new OrderColumn(0, IsDescending: false, NullsFirst: true)]
            : [.. call.Order.Select((key, index) => key with { Column = index + 1 }), new OrderColumn(0, IsDescending: false, NullsFirst: true)];
        _rows = new OrderedRows(new ColumnOrder(layout, order), memory, layout);
    }

    public override int StateBytes => sizeof(long);

    public override long OwnBytes => _rows.Bytes;

    // ARRAY_AGG and SINGLE keep nulls; the others pass over them.
    private bool KeepsNulls => _call.Function is AggregateFunction.ArrayAggregate or AggregateFunction.Single;

    public override void Change(nint state, nint row, int weight)
    {
        if (_argument.IsNull(row) && !KeepsNulls) return;
        _rows.Change(ref *(uint*)state, _gather.Make(row, 0, _arena), weight);
        _arena.Reset();
    }

    public override void Write(nint state, RowBuilder builder, int column)
    {
        uint root = *(uint*)state;
        if (root == 0) return;
        switch (_call.Function)
        {
            case AggregateFunction.Single when _rows.Size(root) > 1:
                throw new SqlValueException($"A subquery in the place of one value gave {_rows.Size(root):N0} rows. Let it give one: add a condition, or an aggregate such as MAX.");
            case AggregateFunction.StringAggregate:
                WriteText(root, builder, column);
                break;
            case AggregateFunction.ArrayAggregate:
                WriteArray(root, builder, column);
                break;
            default:
                uint node = _call.Function is AggregateFunction.Maximum or AggregateFunction.Last ? _rows.Last(root) : _rows.First(root);
                _value.CopyTo(_rows.Row(node), builder, column);
                break;
        }
    }

    public override void Free(nint state) => _rows.Clear(ref *(uint*)state);

    public override void Settle() => _rows.Settle();

    public override void Transfer(StateTransfer transfer) => _rows.Transfer(transfer);

    public override void Dispose()
    {
        _rows.Dispose();
        _arena.Dispose();
    }

    private void WriteText(uint root, RowBuilder builder, int column)
    {
        _nodes.Clear();
        _rows.Walk(root, _nodes);
        _text.ResetWrittenCount();
        foreach (uint node in _nodes)
        {
            for (int count = _rows.Weight(node); count > 0; count--)
            {
                if (_text.WrittenCount > 0 || node != _nodes[0] || count != _rows.Weight(node)) _text.Write(_call.Separator);
                _text.Write(_value.Bytes(_rows.Look(node)).Span);
                if (_text.WrittenCount > RowLayout.RowBytesMax)
                    throw new SqlValueException($"STRING_AGG over {_rows.Size(root):N0} values is longer than {RowLayout.RowBytesMax:N0} bytes.");
            }
        }

        builder.SetBytes(column, _text.WrittenSpan);
    }

    private void WriteArray(uint root, RowBuilder builder, int column)
    {
        _nodes.Clear();
        _rows.Walk(root, _nodes);
        long count = 0;
        foreach (uint node in _nodes) count += Math.Max(0, _rows.Weight(node));
        if (count > RowArray.ElementsMax)
            throw new SqlValueException($"ARRAY_AGG over {count:N0} values has more elements than an array may have, {RowArray.ElementsMax:N0}.");
        // An array is laid out as a row of as many columns of the element's type, with the count where a row has its length.
        var layout = new RowLayout(new RowSchema(Enumerable.Repeat(new RowColumn("element", _call.Type.Element!.Nullable()), (int)count)));
        using var elements = new RowBuilder(layout, builder.Arena);
        elements.Begin();
        int element = 0;
        foreach (uint node in _nodes)
            for (int times = _rows.Weight(node); times > 0; times--) _value.CopyTo(_rows.Row(node), elements, element++);
        nint row = elements.End();
        int bytes = PackedRow.Length(row);
        *(int*)row = (int)count;
        builder.SetBytes(column, new Bytes(row, bytes));
    }
}

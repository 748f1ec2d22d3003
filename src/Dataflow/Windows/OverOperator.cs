using Orrery.Dataflow.Aggregates;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Windows;

/// <summary>
/// Each row followed by what window functions compute of its partition. A partition that a step touches is computed anew, see <see cref="PartitionOperator"/>; aggregates over a frame take rows in and out as
/// it moves on.
/// </summary>
internal sealed unsafe class OverOperator : PartitionOperator
{
    private readonly OverColumn[] _calls;
    private readonly Accumulator?[] _accumulators;
    private readonly RowColumnReader[] _columns;
    private readonly RowColumnReader? _order;
    private readonly bool _isDescending;
    private readonly RowColumnReader[] _input;
    private readonly (int First, int Last)[] _frames;
    private readonly nint[] _states;
    private RowBuilder? _builder;
    private int[] _peerFirst = [];
    private int[] _peerLast = [];
    private int[] _dense = [];

    /// <param name="width">Columns of the input that are given.</param>
    public OverOperator(
        string fingerprint, RowLayout layout, Operator input, int width, IReadOnlyList<int> partition, IReadOnlyList<OrderColumn> order, IReadOnlyList<OverColumn> calls, StateMemory memory)
        : base("Over", fingerprint, layout, input, partition, order, memory)
    {
        _calls = [.. calls];
        _columns = [.. Enumerable.Range(0, width).Select(column => new RowColumnReader(input.Layout, column))];
        _input = [.. Enumerable.Range(0, input.Layout.Count).Select(column => new RowColumnReader(input.Layout, column))];
        _accumulators = [.. calls.Select(call => call.Aggregate is null ? null : Accumulators.Create(call.Aggregate, input.Layout, isAppendOnly: false, memory))];
        if (order.Count == 1)
        {
            _order = new RowColumnReader(input.Layout, order[0].Column);
            _isDescending = order[0].IsDescending;
        }

        _frames = new (int, int)[_calls.Length];
        _states = new nint[_calls.Length];
        UniqueColumns = input.UniqueColumns is { } unique && unique.All(column => column < width) ? unique : null;
    }

    public override long StateBytes => base.StateBytes + _accumulators.Sum(accumulator => accumulator?.OwnBytes ?? 0);

    public override void Settle()
    {
        base.Settle();
        foreach (var accumulator in _accumulators) accumulator?.Settle();
    }

    public override void Dispose()
    {
        _builder?.Dispose();
        foreach (var accumulator in _accumulators) accumulator?.Dispose();
        base.Dispose();
    }

    protected override void Compute(List<nint> rows, StepContext context)
    {
        _builder ??= new RowBuilder(Layout, context.Arena);
        _builder.Arena = context.Arena;
        FindPeers(rows);
        for (int call = 0; call < _calls.Length; call++)
        {
            _frames[call] = (0, -1);
            if (_accumulators[call] is not { } accumulator) continue;
            _states[call] = context.Arena.Allocate(accumulator.StateBytes);
            new Span<byte>((void*)_states[call], accumulator.StateBytes).Clear();
        }

        for (int place = 0; place < rows.Count; place++)
        {
            _builder.Begin();
            for (int column = 0; column < _columns.Length; column++) _columns[column].CopyTo(rows[place], _builder, column);
            for (int call = 0; call < _calls.Length; call++) Write(call, rows, place, _columns.Length + call);
            Give(_builder.End());
        }

        for (int call = 0; call < _calls.Length; call++) _accumulators[call]?.Free(_states[call]);
    }

    private void FindPeers(List<nint> rows)
    {
        if (_peerFirst.Length < rows.Count)
        {
            _peerFirst = new int[rows.Count * 2];
            _peerLast = new int[rows.Count * 2];
            _dense = new int[rows.Count * 2];
        }

        int dense = 0;
        for (int first = 0; first < rows.Count;)
        {
            int last = first;
            while (last + 1 < rows.Count && Order.CompareKeys(rows[last + 1], rows[first]) == 0) last++;
            dense++;
            for (int index = first; index <= last; index++) (_peerFirst[index], _peerLast[index], _dense[index]) = (first, last, dense);
            first = last + 1;
        }
    }

    private void Write(int index, List<nint> rows, int place, int column)
    {
        var call = _calls[index];
        int count = rows.Count;
        switch (call.Function)
        {
            case OverFunction.RowNumber:
                _builder!.SetInt64(column, place + 1);
                break;
            case OverFunction.Rank:
                _builder!.SetInt64(column, _peerFirst[place] + 1);
                break;
            case OverFunction.DenseRank:
                _builder!.SetInt64(column, _dense[place]);
                break;
            case OverFunction.PercentRank:
                _builder!.SetDouble(column, count == 1 ? 0 : (double)_peerFirst[place] / (count - 1));
                break;
            case OverFunction.CumulativeDistribution:
                _builder!.SetDouble(column, (double)(_peerLast[place] + 1) / count);
                break;
            case OverFunction.Tiles:
                // The first count % n tiles have one row more.
                long tiles = call.Constant, size = count / tiles, larger = count % tiles;
                _builder!.SetInt64(column, place < larger * (size + 1) ? place / (size + 1) + 1 : (place - larger * (size + 1)) / Math.Max(1, size) + larger + 1);
                break;
            case OverFunction.Lag or OverFunction.Lead:
                long other = call.Function == OverFunction.Lag ? place - call.Constant : place + call.Constant;
                if (other >= 0 && other < count) _input[call.Argument].CopyTo(rows[(int)other], _builder!, column);
                else if (call.Default >= 0) _input[call.Default].CopyTo(rows[place], _builder!, column);
                break;
            case OverFunction.Aggregate:
                Move(index, FrameOf(call, rows, place), rows);
                _accumulators[index]!.Write(_states[index], _builder!, column);
                break;
            default:
                var (first, last) = FrameOf(call, rows, place);
                long wanted = call.Function switch { OverFunction.FirstValue => first, OverFunction.LastValue => last, _ => first + call.Constant - 1 };
                if (first <= last && wanted >= first && wanted <= last) _input[call.Argument].CopyTo(rows[(int)wanted], _builder!, column);
                break;
        }
    }

    /// <summary>Takes rows into an aggregate and out of it until it holds a frame's. Frames move forward; one that does not overlap the former is reached all the same.</summary>
    private void Move(int call, (int First, int Last) frame, List<nint> rows)
    {
        var (first, last) = _frames[call];
        if (frame.First > frame.Last) frame = (Math.Max(first, frame.First), Math.Max(first, frame.First) - 1);
        for (; last < frame.Last; last++) Change(call, rows[last + 1], 1);
        for (; last > frame.Last; last--) Change(call, rows[last], -1);
        for (; first < frame.First; first++)
            if (first <= last) Change(call, rows[first], -1);
        for (; first > frame.First; first--) Change(call, rows[first - 1], 1);
        _frames[call] = (first, last);
    }

    private void Change(int call, nint row, int weight)
    {
        if (_calls[call].Aggregate!.Filter is >= 0 and int filter && (_input[filter].IsNull(row) || !_input[filter].Boolean(row))) return;
        _accumulators[call]!.Change(_states[call], row, weight);
    }

    /// <summary>The first and the last place of the frame; first above last: it is empty.</summary>
    private (int First, int Last) FrameOf(OverColumn call, List<nint> rows, int place)
    {
        var frame = call.Frame;
        int count = rows.Count;
        if (!frame.IsRange)
        {
            return ((int)Math.Clamp(frame.From is { } before ? place - before : 0, 0, count), (int)Math.Clamp(frame.To is { } after ? place + after : count - 1, -1, count - 1));
        }

        int first = frame.From is null ? 0 : frame.From == 0 || _order is null || _order.Value.IsNull(rows[place]) ? _peerFirst[place] : Seek(rows, place, -frame.From.Value, isFirst: true);
        int last = frame.To is null ? count - 1 : frame.To == 0 || _order is null || _order.Value.IsNull(rows[place]) ? _peerLast[place] : Seek(rows, place, frame.To.Value, isFirst: false);
        return (first, last);
    }

    /// <summary>The first row at or behind a value that is so far from a row's, or the last at or before it, in the order's direction; nulls are never within.</summary>
    private int Seek(List<nint> rows, int place, long distance, bool isFirst)
    {
        var order = _order!.Value;
        Int128 bound = Value(rows[place]) + distance;
        if (isFirst)
        {
            int first = place;
            while (first > 0 && !order.IsNull(rows[first - 1]) && Value(rows[first - 1]) >= bound) first--;
            while (first < rows.Count && !order.IsNull(rows[first]) && Value(rows[first]) < bound) first++;
            return first;
        }

        int last = place;
        while (last + 1 < rows.Count && !order.IsNull(rows[last + 1]) && Value(rows[last + 1]) <= bound) last++;
        while (last >= 0 && !order.IsNull(rows[last]) && Value(rows[last]) > bound) last--;
        return last;
    }

    // Ascending in the direction of the order, whichever that is.
    private Int128 Value(nint row)
    {
        var order = _order!.Value;
        var value = order.Type.Kind == SqlTypeKind.Decimal ? order.Decimal(row) / DecimalMath.Power10(order.Type.Scale) : order.Type.IsApproximate ? (Int128)order.Real(row) : order.Integer(row);
        return _isDescending ? -value : value;
    }
}

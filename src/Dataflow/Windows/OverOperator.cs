using Orrery.Dataflow.Aggregates;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Compilation;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Windows;

/// <summary>
/// Each row followed by what window functions compute of its partition; what a change reaches is computed anew, see <see cref="PartitionOperator"/>. Aggregates over a frame take rows in and out as it moves on.
/// <para>An aggregate over all rows up to the present one is kept over the whole partition, where that takes little (see <see cref="Accumulator.IsSmall"/>): a span at the end is computed by taking its rows out
/// and in again, without the rows before. MIN, MAX, lists and DISTINCT go through the rows before.</para>
/// <code>kept of a partition: the states of those aggregates, each over all rows</code>
/// </summary>
internal sealed unsafe class OverOperator : PartitionOperator
{
    private readonly OverColumn[] _calls;
    private readonly OverReach _reach;
    private readonly ErrorPolicy _policy;
    private readonly Accumulator?[] _accumulators;
    private readonly int[] _keptOffsets;
    private readonly RowColumnReader[] _columns;
    private readonly RowColumnReader? _order;
    private readonly bool _isDescending;
    private readonly bool _hasNullsFirst;
    private readonly bool _readsAllBefore;
    private readonly RowColumnReader[] _input;
    private readonly (long First, long Last)[] _frames;
    private readonly nint[] _states;
    private RowBuilder? _builder;
    private long _peersFrom;
    private long[] _peerFirst = [];
    private long[] _peerLast = [];
    private long[] _dense = [];

    /// <param name="width">Columns of the input that are given.</param>
    public OverOperator(
        string fingerprint, RowLayout layout, Operator input, int width, IReadOnlyList<int> partition, IReadOnlyList<OrderColumn> order, IReadOnlyList<OverColumn> calls, ErrorPolicy policy, StateMemory memory)
        : this(fingerprint, layout, input, width, partition, order, calls, policy, [.. calls.Select(call => call.Aggregate is null ? null : Accumulators.Create(call.Aggregate, input.Layout, isAppendOnly: false, memory))], memory)
    {
    }

    private OverOperator(
        string fingerprint, RowLayout layout, Operator input, int width, IReadOnlyList<int> partition, IReadOnlyList<OrderColumn> order, IReadOnlyList<OverColumn> calls, ErrorPolicy policy,
        Accumulator?[] accumulators, StateMemory memory)
        : base("Over", fingerprint, layout, input, partition, order, calls.Zip(accumulators, KeptBytes).Sum(), memory)
    {
        _calls = [.. calls];
        _policy = policy;
        _accumulators = accumulators;
        _reach = new OverReach(calls, order.Count);
        _columns = [.. Enumerable.Range(0, width).Select(column => new RowColumnReader(input.Layout, column))];
        _input = [.. Enumerable.Range(0, input.Layout.Count).Select(column => new RowColumnReader(input.Layout, column))];
        if (order.Count == 1)
        {
            _order = new RowColumnReader(input.Layout, order[0].Column);
            _isDescending = order[0].IsDescending;
            _hasNullsFirst = order[0].NullsFirst;
        }

        _frames = new (long, long)[_calls.Length];
        _states = new nint[_calls.Length];
        _keptOffsets = new int[_calls.Length];
        int offset = 0;
        for (int call = 0; call < _calls.Length; call++)
        {
            int bytes = KeptBytes(_calls[call], accumulators[call]);
            _keptOffsets[call] = bytes == 0 ? -1 : offset;
            offset += bytes;
        }

        _readsAllBefore = _reach.ReadsAllBefore || Enumerable.Range(0, _calls.Length).Any(call => accumulators[call] is not null && _calls[call].Frame.From is null && _keptOffsets[call] < 0);
        UniqueColumns = input.UniqueColumns is { } unique && unique.All(column => column < width) ? unique : null;
    }

    public override long StateBytes => base.StateBytes + _accumulators.Sum(accumulator => accumulator?.OwnBytes ?? 0);

    private bool KeepsAny => _keptOffsets.Any(static offset => offset >= 0);

    public override void Settle()
    {
        base.Settle();
        foreach (var accumulator in _accumulators) accumulator?.Settle();
    }

    public override void Transfer(StateTransfer transfer)
    {
        base.Transfer(transfer);
        foreach (var accumulator in _accumulators) accumulator?.Transfer(transfer);
    }

    public override void Dispose()
    {
        _builder?.Dispose();
        foreach (var accumulator in _accumulators) accumulator?.Dispose();
        base.Dispose();
    }

    protected override (long First, long Last) Reach(uint root, nint row, long changes)
    {
        long before = Rows.Rank(root, row), behind = Rows.RankBehind(root, row);
        if (_reach.IsAll) return (0, long.MaxValue);
        // Rows that come and go between move others nearer or further: those that are near enough afterwards are not further off than that now.
        long first = _reach.RowsBehind == 0 ? before : before - _reach.RowsBehind - changes;
        long last = _reach.IsToEnd ? long.MaxValue : behind - 1 + (_reach.RowsBefore == 0 ? 0 : _reach.RowsBefore + changes);
        if (_reach.ReadsPeers)
        {
            first = Math.Min(first, Rows.CountWhile(root, new KeyProbe(Order, row, withEqual: false)));
            last = Math.Max(last, Rows.CountWhile(root, new KeyProbe(Order, row, withEqual: true)) - 1);
        }

        return WithValues(root, row, row, _reach.ValuesBehind, _reach.ValuesBefore, first, last);
    }

    protected override (long First, long Last) Context(uint root, long first, long last)
    {
        long from = first - _reach.RowsBefore, to = last + _reach.RowsBehind;
        // Rows before are gone through, or those of the span twice, whichever are fewer.
        if (_reach.IsAll || _readsAllBefore || (KeepsAny && first <= Count - first)) from = 0;
        if (_reach.ReadsPeers || _reach.ValuesBefore is not null)
        {
            nint lowest = Rows.Row(Rows.At(root, first)), highest = Rows.Row(Rows.At(root, last));
            from = Math.Min(from, Rows.CountWhile(root, new KeyProbe(Order, lowest, withEqual: false)));
            to = Math.Max(to, Rows.CountWhile(root, new KeyProbe(Order, highest, withEqual: true)) - 1);
            (from, to) = WithValues(root, lowest, highest, _reach.ValuesBefore, _reach.ValuesBehind, from, to);
        }

        return (from, _reach.IsAll ? Count - 1 : to);
    }

    protected override void Keep(nint kept, nint row, int weight)
    {
        for (int call = 0; call < _calls.Length; call++)
            if (_keptOffsets[call] is >= 0 and int offset) Change(call, kept + offset, row, weight);
    }

    protected override void Leave(nint kept)
    {
        for (int call = 0; call < _calls.Length; call++)
            if (_keptOffsets[call] is >= 0 and int offset) _accumulators[call]!.Free(kept + offset);
    }

    protected override void Compute(long first, long last, nint kept, StepContext context)
    {
        _builder ??= new RowBuilder(Layout, context.Arena);
        _builder.Arena = context.Arena;
        var (from, to) = Listed;
        FindPeers(from, to);
        for (int call = 0; call < _calls.Length; call++)
        {
            // Frames begin empty where the rows begin that are read, or as the whole partition.
            bool isKept = _keptOffsets[call] >= 0 && from > 0;
            _frames[call] = isKept ? (0, Count - 1) : (from, from - 1);
            if (_accumulators[call] is not { } accumulator) continue;
            _states[call] = isKept ? kept + _keptOffsets[call] : context.Arena.Allocate(accumulator.StateBytes);
            if (!isKept) new Span<byte>((void*)_states[call], accumulator.StateBytes).Clear();
        }

        for (long place = first; place <= last; place++)
        {
            nint row = RowAt(place);
            _builder.Begin();
            for (int column = 0; column < _columns.Length; column++) _columns[column].CopyTo(row, _builder, column);
            bool hasValues = true;
            for (int call = 0; call < _calls.Length; call++)
            {
                if (_accumulators[call] is null) Write(call, row, place, _columns.Length + call);
                else hasValues &= WriteAggregate(call, row, place, _columns.Length + call);
            }

            // A row that has no value has none either when it is computed as it was.
            if (hasValues) Give(_builder.End());
            else Counters.RowsDropped++;
        }

        for (int call = 0; call < _calls.Length; call++)
        {
            if (_accumulators[call] is not { } accumulator) continue;
            if (_keptOffsets[call] >= 0 && from > 0) Move(call, (0, Count - 1));
            else accumulator.Free(_states[call]);
        }
    }

    /// <summary>Aggregates over all rows up to the present one, or one near it.</summary>
    private static int KeptBytes(OverColumn call, Accumulator? accumulator) => accumulator is { IsSmall: true } && call.Frame is { From: null, To: not null } ? accumulator.StateBytes : 0;

    /// <summary>The places from the first to the last, and those whose values are so far before the one row's and behind the other's.</summary>
    private (long First, long Last) WithValues(uint root, nint low, nint high, long? before, long? behind, long first, long last)
    {
        if (before is null || _order is not { } order) return (first, last);
        if (!order.IsNull(low)) first = Math.Min(first, Rows.CountWhile(root, new ValueProbe(order, _isDescending, _hasNullsFirst, Value(low) - before.Value, withEqual: false)));
        if (!order.IsNull(high)) last = Math.Max(last, Rows.CountWhile(root, new ValueProbe(order, _isDescending, _hasNullsFirst, Value(high) + behind!.Value, withEqual: true)) - 1);
        return (first, last);
    }

    /// <summary>The peers of the rows from a place to another; right for those all of whose peers are among them, numbers of groups where they begin with the partition.</summary>
    private void FindPeers(long from, long to)
    {
        if (!_reach.ReadsPeers && !_reach.IsAll) return;
        int count = (int)(to - from + 1);
        if (_peerFirst.Length < count)
        {
            _peerFirst = new long[count * 2];
            _peerLast = new long[count * 2];
            _dense = new long[count * 2];
        }

        _peersFrom = from;
        long dense = 0;
        for (int first = 0; first < count;)
        {
            int last = first;
            while (last + 1 < count && Order.CompareKeys(RowAt(from + last + 1), RowAt(from + first)) == 0) last++;
            dense++;
            for (int index = first; index <= last; index++) (_peerFirst[index], _peerLast[index], _dense[index]) = (from + first, from + last, dense);
            first = last + 1;
        }
    }

    private void Write(int index, nint row, long place, int column)
    {
        var call = _calls[index];
        switch (call.Function)
        {
            case OverFunction.RowNumber:
                _builder!.SetInt64(column, place + 1);
                break;
            case OverFunction.Rank:
                _builder!.SetInt64(column, PeerFirst(place) + 1);
                break;
            case OverFunction.DenseRank:
                _builder!.SetInt64(column, _dense[place - _peersFrom]);
                break;
            case OverFunction.PercentRank:
                _builder!.SetDouble(column, Count == 1 ? 0 : (double)PeerFirst(place) / (Count - 1));
                break;
            case OverFunction.CumulativeDistribution:
                _builder!.SetDouble(column, (double)(PeerLast(place) + 1) / Count);
                break;
            case OverFunction.Tiles:
                // The first Count % n tiles have one row more.
                long tiles = call.Constant, size = Count / tiles, larger = Count % tiles;
                _builder!.SetInt64(column, place < larger * (size + 1) ? place / (size + 1) + 1 : (place - larger * (size + 1)) / Math.Max(1, size) + larger + 1);
                break;
            case OverFunction.Lag or OverFunction.Lead:
                long other = call.Function == OverFunction.Lag ? place - call.Constant : place + call.Constant;
                if (other >= 0 && other < Count) _input[call.Argument].CopyTo(RowAt(other), _builder!, column);
                else if (call.Default >= 0) _input[call.Default].CopyTo(row, _builder!, column);
                break;
            default:
                var (first, last) = FrameOf(index, row, place);
                _frames[index] = (first, last);
                long wanted = call.Function switch { OverFunction.FirstValue => first, OverFunction.LastValue => last, _ => first + call.Constant - 1 };
                if (first <= last && wanted >= first && wanted <= last) _input[call.Argument].CopyTo(RowAt(wanted), _builder!, column);
                break;
        }
    }

    /// <summary>False: the value does not fit its type, and the row is to be dropped for it.</summary>
    private bool WriteAggregate(int index, nint row, long place, int column)
    {
        Move(index, FrameOf(index, row, place));
        try
        {
            _accumulators[index]!.Write(_states[index], _builder!, column);
        }
        catch (SqlValueException) when (_policy == ErrorPolicy.Null)
        {
            _builder!.SetNull(column);
        }
        catch (SqlValueException) when (_policy == ErrorPolicy.DeadLetter)
        {
            return false;
        }

        return true;
    }

    /// <summary>Takes rows into an aggregate and out of it until it holds a frame's. Frames move forward; one that does not overlap the former is reached all the same.</summary>
    private void Move(int call, (long First, long Last) frame)
    {
        var (first, last) = _frames[call];
        nint state = _states[call];
        if (frame.First > frame.Last) frame = (Math.Max(first, frame.First), Math.Max(first, frame.First) - 1);
        for (; last < frame.Last; last++) Change(call, state, RowAt(last + 1), 1);
        for (; last > frame.Last; last--) Change(call, state, RowAt(last), -1);
        for (; first < frame.First; first++)
            if (first <= last) Change(call, state, RowAt(first), -1);
        for (; first > frame.First; first--) Change(call, state, RowAt(first - 1), 1);
        _frames[call] = (first, last);
    }

    private void Change(int call, nint state, nint row, int weight)
    {
        if (_calls[call].Aggregate!.Filter is >= 0 and int filter && (_input[filter].IsNull(row) || !_input[filter].Boolean(row))) return;
        _accumulators[call]!.Change(state, row, weight);
    }

    /// <summary>The first and the last place of the frame; first above last: it is empty.</summary>
    private (long First, long Last) FrameOf(int index, nint row, long place)
    {
        var frame = _calls[index].Frame;
        if (!frame.IsRange) return (Math.Clamp(frame.From is { } before ? place - before : 0, 0, Count), Math.Clamp(frame.To is { } after ? place + after : Count - 1, -1, Count - 1));
        bool isByValue = _order is { } order && !order.IsNull(row);
        long first = frame.From is null ? 0 : frame.From == 0 || !isByValue ? PeerFirst(place) : SeekFirst(Value(row) - frame.From.Value, _frames[index].First);
        long last = frame.To is null ? Count - 1 : frame.To == 0 || !isByValue ? PeerLast(place) : SeekLast(Value(row) + frame.To.Value, _frames[index].Last);
        return (first, last);
    }

    private long PeerFirst(long place) => _peerFirst[place - _peersFrom];

    private long PeerLast(long place) => _peerLast[place - _peersFrom];

    /// <summary>The place of the first row whose value is at a bound or behind it, in the order's direction; nulls are never within. Sought from near where it was for the row before.</summary>
    private long SeekFirst(Int128 bound, long place)
    {
        place = Math.Clamp(place, 0, Count);
        while (place > 0 && !IsBefore(RowAt(place - 1), bound, withEqual: false)) place--;
        while (place < Count && IsBefore(RowAt(place), bound, withEqual: false)) place++;
        return place;
    }

    /// <summary>The place of the last row whose value is at a bound or before it.</summary>
    private long SeekLast(Int128 bound, long place)
    {
        place = Math.Clamp(place, -1, Count - 1);
        while (place + 1 < Count && IsBefore(RowAt(place + 1), bound, withEqual: true)) place++;
        while (place >= 0 && !IsBefore(RowAt(place), bound, withEqual: true)) place--;
        return place;
    }

    private bool IsBefore(nint row, Int128 bound, bool withEqual) => new ValueProbe(_order!.Value, _isDescending, _hasNullsFirst, bound, withEqual).Holds(row);

    // Ascending in the direction of the order, whichever that is. Distances are asked for of integers and times alone.
    private Int128 Value(nint row) => _isDescending ? -(Int128)_order!.Value.Integer(row) : _order!.Value.Integer(row);
}

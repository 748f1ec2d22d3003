using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>
/// What depends on the rows of a partition that stand near a row in an order. The work of a step is in the places that its changes reach, not in the length of the partitions:
/// <para>1. The changes of the step are collected by partition, and what they leave of each row is put in order.</para>
/// <para>2. Over the rows as they were, each change says which places it may reach (<see cref="Reach"/>). Reaches that meet are one span. The results of the spans as they were are computed.</para>
/// <para>3. The changes are done. The rows between those at the ends of a span, and the changed ones, are the span as it is; its results are computed. What a span's ends are told by are rows, because places
/// move; rows outside all spans keep their results.</para>
/// <para>4. The difference is given.</para>
/// A partition of which a large part changes is one span.
/// </summary>
internal abstract class PartitionOperator : Operator
{
    /// <summary>Where so many changes are one of so few rows, all places are one span.</summary>
    private const int RowsPerChangeMin = 4;

    private readonly PartitionedRows _partitions;
    private readonly List<(nint Row, int Weight, int Former)> _changes = [];
    private readonly List<int> _newest = [];
    private readonly List<(nint Row, int Weight)> _net = [];
    private readonly List<Span> _spans = [];
    private readonly List<nint> _listed = [];
    private readonly StepKeys _results = new();
    private readonly List<int> _weights = [];
    private readonly RowKey _whole;
    private readonly Action<nint> _leave;
    private readonly Comparison<(nint Row, int Weight)> _comparison;
    private uint _root;
    private long _listedFirst;
    private int _sign;

    /// <summary>Places that are computed anew: from the first to the last as they were; the last before the first where no row was there.</summary>
    /// <param name="Low">The first row of it, of those that were there and those that change; 0: from the partition's begin.</param>
    /// <param name="High">The last one; 0: to the partition's end.</param>
    private record struct Span(long First, long Last, nint Low, nint High);

    /// <param name="keptBytes">What is kept of each partition, see <see cref="Keep"/>.</param>
    protected PartitionOperator(
        string kind, string fingerprint, RowLayout layout, Operator input, IReadOnlyList<int> partition, IReadOnlyList<OrderColumn> order, int keptBytes, StateMemory memory)
        : base(kind, fingerprint, layout, [input])
    {
        _partitions = new PartitionedRows(new RowKey(input.Layout, partition), new ColumnOrder(input.Layout, order), keptBytes, memory);
        _whole = RowKey.Whole(layout);
        _leave = Leave;
        _comparison = (left, right) => Order.Compare(left.Row, right.Row);
    }

    public override long StateBytes => _partitions.Bytes;

    public override long StateRows => Rows.Count;

    protected OrderedRows Rows => _partitions.Rows;

    protected ColumnOrder Order => Rows.Order;

    /// <summary>How many rows the partition has that is computed.</summary>
    protected long Count { get; private set; }

    public override void Step(StepContext context)
    {
        foreach (ref readonly var change in Inputs[0].Output.Each)
        {
            if (!IsTaken(change.Row)) continue;
            _partitions.Touch(change.Row, out int place, out bool isFirst);
            if (isFirst) _newest.Add(-1);
            _changes.Add((change.Row, change.Weight, _newest[place]));
            _newest[place] = _changes.Count - 1;
        }

        for (int place = 0; place < _newest.Count; place++) Renew(_partitions.TouchedAt(place), _newest[place], context);
        _changes.Clear();
        _newest.Clear();
        Tell();
    }

    public override void EmitContents(StepContext context)
    {
        foreach (uint handle in _partitions.Handles()) ComputeSpan(handle, 0, long.MaxValue, 1, context);
        Tell();
    }

    public override void Settle() => _partitions.Settle(_leave);

    public override void Transfer(StateTransfer transfer) => _partitions.Transfer(transfer);

    public override void Dispose()
    {
        _partitions.Dispose();
        base.Dispose();
    }

    /// <summary>Whether a row is in any partition.</summary>
    protected virtual bool IsTaken(nint row) => true;

    /// <summary>The places whose results may change when a row comes or goes, its own among them: over the tree of <paramref name="root"/> as it is before the step. They may lie beyond the ends.</summary>
    /// <param name="changes">How many rows come or go in the partition in this step.</param>
    protected abstract (long First, long Last) Reach(uint root, nint row, long changes);

    /// <summary>The places whose rows are read to compute a span; others can be read, too, but slowly.</summary>
    protected abstract (long First, long Last) Context(uint root, long first, long last);

    /// <summary>Computes the results of the rows from a place to another; <see cref="RowAt"/> reads rows, <see cref="Give"/> tells results.</summary>
    /// <param name="kept">What is kept of the partition.</param>
    protected abstract void Compute(long first, long last, nint kept, StepContext context);

    /// <summary>Keeps something of a partition up to date: a row came, or went, so many times.</summary>
    protected virtual void Keep(nint kept, nint row, int weight)
    {
    }

    /// <summary>A partition goes.</summary>
    protected virtual void Leave(nint kept)
    {
    }

    /// <summary>The places whose rows are at hand.</summary>
    protected (long First, long Last) Listed => (_listedFirst, _listedFirst + _listed.Count - 1);

    protected nint RowAt(long place)
    {
        long index = place - _listedFirst;
        return index >= 0 && index < _listed.Count ? _listed[(int)index] : Rows.Row(Rows.At(_root, place));
    }

    /// <summary>A result row, good until the step ends.</summary>
    protected void Give(nint row)
    {
        if (_results.Add(_whole, row, _whole.Hash(row), out int index)) _weights.Add(0);
        _weights[index] += _sign;
    }

    private void Tell()
    {
        for (int index = 0; index < _weights.Count; index++)
            if (_weights[index] != 0) Output.Add(_results.Rows[index], _weights[index]);
        _results.Clear();
        _weights.Clear();
    }

    /// <summary>Does the changes of a partition and gives the results that go and come.</summary>
    private void Renew(uint handle, int newest, StepContext context)
    {
        long changes = TakeNet(newest);
        if (_net.Count == 0) return;
        FindSpans(_partitions.Root(handle), changes);
        foreach (var span in _spans) ComputeSpan(handle, span.First, span.Last, -1, context);
        ref uint root = ref _partitions.Root(handle);
        foreach (var (row, weight) in _net)
        {
            Rows.Change(ref root, row, weight);
            Keep(_partitions.Kept(handle), row, weight);
        }

        foreach (var span in _spans)
            ComputeSpan(handle, span.Low == 0 ? 0 : Rows.Rank(root, span.Low), span.High == 0 ? long.MaxValue : Rows.RankBehind(root, span.High) - 1, 1, context);
    }

    /// <summary>What the step changes of each row, in order; how many rows that are.</summary>
    private long TakeNet(int newest)
    {
        _net.Clear();
        for (int index = newest; index >= 0; index = _changes[index].Former) _net.Add((_changes[index].Row, _changes[index].Weight));
        if (_net.Count > 1) _net.Sort(_comparison);
        int count = 0;
        for (int index = 0; index < _net.Count; index++)
        {
            var (row, weight) = _net[index];
            if (count > 0 && PackedRow.AreEqual(_net[count - 1].Row, row)) _net[count - 1] = (row, _net[count - 1].Weight + weight);
            else _net[count++] = (row, weight);
        }

        _net.RemoveRange(count, _net.Count - count);
        _net.RemoveAll(static change => change.Weight == 0);
        long changes = 0;
        foreach (var (_, weight) in _net) changes += Math.Abs((long)weight);
        return changes;
    }

    private void FindSpans(uint root, long changes)
    {
        _spans.Clear();
        long size = Rows.Size(root);
        if (changes * RowsPerChangeMin >= size)
        {
            _spans.Add(new Span(0, size - 1, 0, 0));
            return;
        }

        foreach (var (row, _) in _net)
        {
            var (first, last) = Reach(root, row, changes);
            var span = Whole(root, row, Math.Max(0, first), Math.Min(size - 1, last), size);
            if (_spans.Count > 0 && _spans[^1] is var former && span.First <= former.Last + 1)
                _spans[^1] = new Span(former.First, Math.Max(former.Last, span.Last), former.Low, former.High == 0 || span.High == 0 ? 0 : Order.Compare(former.High, span.High) < 0 ? span.High : former.High);
            else
                _spans.Add(span);
        }
    }

    /// <summary>The span of a reach: all copies of the rows at its ends are in it, and it knows its ends by their rows.</summary>
    private Span Whole(uint root, nint row, long first, long last, long size)
    {
        nint low = row, high = row;
        if (first <= last)
        {
            nint lowest = Rows.Row(Rows.At(root, first)), highest = Rows.Row(Rows.At(root, last));
            first = Rows.Rank(root, lowest);
            last = Rows.RankBehind(root, highest) - 1;
            if (Order.Compare(lowest, row) < 0) low = lowest;
            if (Order.Compare(highest, row) > 0) high = highest;
        }

        return new Span(first, last, first == 0 ? 0 : low, last == size - 1 ? 0 : high);
    }

    private void ComputeSpan(uint handle, long first, long last, int sign, StepContext context)
    {
        _root = _partitions.Root(handle);
        Count = Rows.Size(_root);
        last = Math.Min(last, Count - 1);
        if (first > last) return;
        var (from, to) = Context(_root, first, last);
        _listedFirst = Math.Max(0, from);
        _listed.Clear();
        Rows.List(_root, _listedFirst, Math.Min(to, Count - 1) - _listedFirst + 1, _listed);
        _sign = sign;
        Compute(first, last, _partitions.Kept(handle), context);
    }
}

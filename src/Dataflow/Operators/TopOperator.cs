using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>
/// The rows of each partition whose number in the order is in a range. Every partition has its rows in an ordered tree.
/// <para>Where rows are simply numbered and the number is not given, a change moves one row over each end of the range: found by its place, in logarithmic time. Else the rows of the range are listed as they
/// were when the step first touched the partition, and as they are at its end, and the difference is given: work in the length of the range (for RANK and DENSE_RANK of all rows before it, too).</para>
/// <para>Where the input only adds rows, what falls behind the range is forgotten.</para>
/// </summary>
internal sealed class TopOperator : Operator
{
    private readonly PartitionedRows _partitions;
    private readonly OrderedRows _rows;
    private readonly RankKind _rank;
    private readonly long _first;
    private readonly long _last;
    private readonly bool _emitsRank;
    private readonly bool _isPruned;
    private readonly bool _isCopied;
    private readonly RowColumnReader[] _columns;
    private readonly List<(nint Row, long Rank, int Weight)> _before = [];
    private readonly List<int> _starts = [];
    private readonly List<(nint Row, long Rank, int Weight)> _after = [];
    private readonly List<uint> _nodes = [];
    private RowBuilder? _builder;

    /// <param name="width">Columns of the input that are given; those behind it are keys that were computed.</param>
    public TopOperator(string fingerprint, RowLayout layout, Operator input, int width, RankKind rank, IReadOnlyList<int> partition, IReadOnlyList<OrderColumn> order, long first, long last, bool emitsRank, StateMemory memory)
        : base("Top", fingerprint, layout, [input])
    {
        (_rank, _first, _last, _emitsRank) = (rank, first, last, emitsRank);
        _partitions = new PartitionedRows(new RowKey(input.Layout, partition), new ColumnOrder(input.Layout, order), keptBytes: 0, memory, IsIncremental ? input.Layout : null);
        _rows = _partitions.Rows;
        _isCopied = emitsRank || width != input.Layout.Count;
        _isPruned = input.IsAppendOnly && rank == RankKind.RowNumber;
        _columns = [.. Enumerable.Range(0, width).Select(column => new RowColumnReader(input.Layout, column))];
        if (rank == RankKind.RowNumber && first == 1 && last == 1) UniqueColumns = partition.All(column => column < width) ? partition : null;
        else if (input.UniqueColumns is { } unique) UniqueColumns = unique;
    }

    public override long StateBytes => _partitions.Bytes;

    public override long StateRows => _rows.Count;

    private bool IsIncremental => _rank == RankKind.RowNumber && !_emitsRank;

    public override void Step(StepContext context)
    {
        _builder ??= new RowBuilder(Layout, context.Arena);
        _builder.Arena = context.Arena;
        foreach (ref readonly var change in Inputs[0].Output.Each)
        {
            ref uint root = ref _partitions.Root(_partitions.Touch(change.Row, out _, out bool isFirst));
            if (IsIncremental)
            {
                ChangeOne(ref root, change.Row, change.Weight);
                continue;
            }

            if (isFirst)
            {
                _starts.Add(_before.Count);
                List(root, _before);
            }

            _rows.Change(ref root, change.Row, change.Weight);
            if (_isPruned) Prune(ref root);
        }

        if (IsIncremental) return;
        _starts.Add(_before.Count);
        for (int index = 0; index < _partitions.TouchedCount; index++)
        {
            _after.Clear();
            List(_partitions.Root(_partitions.TouchedAt(index)), _after);
            EmitDifference(_before, _starts[index], _starts[index + 1]);
        }
    }

    public override void Settle()
    {
        _partitions.Settle();
        _before.Clear();
        _starts.Clear();
    }

    public override void Transfer(StateTransfer transfer) => _partitions.Transfer(transfer);

    public override void Dispose()
    {
        _partitions.Dispose();
        _builder?.Dispose();
        base.Dispose();
    }

    public override void EmitContents(StepContext context)
    {
        _builder ??= new RowBuilder(Layout, context.Arena);
        _builder.Arena = context.Arena;
        foreach (uint handle in _partitions.Handles())
        {
            _after.Clear();
            List(_partitions.Root(handle), _after);
            foreach (var (row, rank, weight) in _after) Emit(row, rank, weight);
        }
    }

    /// <summary>A change of one row, told at once: itself where it is in the range, and what it pushes over the range's ends.</summary>
    private void ChangeOne(ref uint root, nint row, int weight)
    {
        for (; weight > 0; weight--)
        {
            long place = _rows.Rank(root, row);
            if (place >= _last && _isPruned) return;
            _rows.Change(ref root, row, 1);
            if (place >= _last) continue;
            // What stood at the range's ends before stands one further now.
            if (place >= _first - 1) Emit(row, 0, 1);
            else if (_rows.At(root, _first - 1) is not 0 and uint entered) Emit(_rows.Row(entered), 0, 1);
            if (_rows.At(root, _last) is not 0 and uint left) Emit(_rows.Row(left), 0, -1);
            if (_isPruned) Prune(ref root);
        }

        for (; weight < 0; weight++)
        {
            long place = _rows.Rank(root, row);
            if (place < _last)
            {
                if (place >= _first - 1) Emit(row, 0, -1);
                else if (_rows.At(root, _first - 1) is not 0 and uint left) Emit(_rows.Row(left), 0, -1);
                if (_rows.At(root, _last) is not 0 and uint entered) Emit(_rows.Row(entered), 0, 1);
            }

            _rows.Change(ref root, row, -1);
        }
    }

    private void Prune(ref uint root)
    {
        while (_rows.Size(root) > _last)
        {
            uint last = _rows.Last(root);
            _rows.Change(ref root, _rows.Row(last), -1);
        }
    }

    /// <summary>The rows of the range with their numbers.</summary>
    private void List(uint root, List<(nint Row, long Rank, int Weight)> rows)
    {
        _nodes.Clear();
        _rows.Walk(root, _nodes, _rank == RankKind.RowNumber ? _last : long.MaxValue);
        long before = 0, rank = 0, dense = 0;
        nint former = 0;
        foreach (uint node in _nodes)
        {
            nint row = _rows.Row(node);
            int weight = _rows.Weight(node);
            if (weight <= 0) continue;
            if (former == 0 || _rows.Order.CompareKeys(former, row) != 0)
            {
                rank = before + 1;
                dense++;
            }

            former = row;
            if (_rank == RankKind.RowNumber)
            {
                for (int copy = 0; copy < weight; copy++)
                    if (before + copy + 1 >= _first && before + copy + 1 <= _last) rows.Add((row, before + copy + 1, 1));
            }
            else
            {
                long number = _rank == RankKind.Rank ? rank : dense;
                if (number > _last) break;
                if (number >= _first) rows.Add((row, number, weight));
            }

            before += weight;
        }
    }

    /// <summary>Both lists are in the order of the rows, the one before from a place to another.</summary>
    private void EmitDifference(List<(nint Row, long Rank, int Weight)> before, int start, int end)
    {
        int left = start, right = 0;
        while (left < end || right < _after.Count)
        {
            int order = left == end ? 1 : right == _after.Count ? -1 : _rows.Order.Compare(before[left].Row, _after[right].Row);
            if (order == 0 && _emitsRank) order = before[left].Rank.CompareTo(_after[right].Rank);
            if (order == 0)
            {
                int by = _after[right].Weight - before[left].Weight;
                if (by != 0) Emit(_after[right].Row, _after[right].Rank, by);
                left++;
                right++;
            }
            else if (order < 0)
            {
                Emit(before[left].Row, before[left].Rank, -before[left].Weight);
                left++;
            }
            else
            {
                Emit(_after[right].Row, _after[right].Rank, _after[right].Weight);
                right++;
            }
        }
    }

    private void Emit(nint row, long rank, int weight)
    {
        if (!_isCopied)
        {
            Output.Add(row, weight);
            return;
        }

        var builder = _builder!;
        builder.Begin();
        for (int column = 0; column < _columns.Length; column++) _columns[column].CopyTo(row, builder, column);
        if (_emitsRank) builder.SetInt64(_columns.Length, rank);
        Output.Add(builder.End(), weight);
    }
}

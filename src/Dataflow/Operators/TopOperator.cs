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
/// <code>block of a partition: uint32 root; int32 place among the partitions of this step, plus one; uint32 hash</code>
/// </summary>
internal sealed unsafe class TopOperator : Operator
{
    private readonly RowKey _key;
    private readonly OrderedRows _rows;
    private readonly PageStore _pages;
    private readonly HashSlots _slots;
    private readonly RankKind _rank;
    private readonly long _first;
    private readonly long _last;
    private readonly bool _emitsRank;
    private readonly bool _isPruned;
    private readonly bool _isCopied;
    private readonly RowColumnReader[] _columns;
    private readonly NativeList<uint> _touched = new();
    private readonly List<(nint Row, long Rank, int Weight)> _before = [];
    private readonly List<int> _starts = [];
    private readonly List<(nint Row, long Rank, int Weight)> _after = [];
    private readonly List<uint> _nodes = [];
    private RowBuilder? _builder;

    private struct Partition
    {
        public uint Root;
        public int TouchedPlace;
        public uint Hash;
    }

    /// <param name="width">Columns of the input that are given; those behind it are keys that were computed.</param>
    public TopOperator(string fingerprint, RowLayout layout, Operator input, int width, RankKind rank, IReadOnlyList<int> partition, IReadOnlyList<OrderColumn> order, long first, long last, bool emitsRank, StateMemory memory)
        : base("Top", fingerprint, layout, [input])
    {
        _key = new RowKey(input.Layout, partition);
        _rows = new OrderedRows(new ColumnOrder(input.Layout, order), memory);
        _pages = new PageStore(memory);
        _slots = new HashSlots(memory);
        (_rank, _first, _last, _emitsRank) = (rank, first, last, emitsRank);
        _isCopied = emitsRank || width != input.Layout.Count;
        _isPruned = input.IsAppendOnly && rank == RankKind.RowNumber;
        _columns = [.. Enumerable.Range(0, width).Select(column => new RowColumnReader(input.Layout, column))];
        if (rank == RankKind.RowNumber && first == 1 && last == 1) UniqueColumns = partition.All(column => column < width) ? partition : null;
        else if (input.UniqueColumns is { } unique) UniqueColumns = unique;
    }

    public override long StateBytes => _rows.Bytes + _pages.ReservedBytes + _slots.Bytes;

    public override long StateRows => _rows.Count;

    private bool IsIncremental => _rank == RankKind.RowNumber && !_emitsRank;

    public override void Step(StepContext context)
    {
        _builder ??= new RowBuilder(Layout, context.Arena);
        _builder.Arena = context.Arena;
        foreach (ref readonly var change in Inputs[0].Output.Changes)
        {
            uint handle = Find(change.Row);
            if (IsIncremental)
            {
                Touch(handle);
                ChangeOne(&At(handle)->Root, change.Row, change.Weight);
            }
            else
            {
                if (Touch(handle)) List(At(handle)->Root, _before);
                _rows.Change(ref At(handle)->Root, change.Row, change.Weight);
                if (_isPruned) Prune(&At(handle)->Root);
            }
        }

        if (IsIncremental) return;
        _starts.Add(_before.Count);
        for (int index = 0; index < _touched.Count; index++)
        {
            _after.Clear();
            List(At(_touched[index])->Root, _after);
            EmitDifference(_before, _starts[index], _starts[index + 1]);
        }
    }

    public override void Settle()
    {
        foreach (uint handle in _touched.Span)
        {
            var partition = At(handle);
            partition->TouchedPlace = 0;
            if (partition->Root != 0) continue;
            _slots.Remove(partition->Hash, handle);
            _pages.Free(handle, sizeof(Partition));
        }

        _touched.Clear();
        _before.Clear();
        _starts.Clear();
        _rows.Settle();
    }

    public override void Transfer(StateTransfer transfer)
    {
        _rows.Transfer(transfer);
        _pages.Transfer(transfer);
        _slots.Transfer(transfer);
    }

    public override void Dispose()
    {
        _rows.Dispose();
        _pages.Dispose();
        _slots.Dispose();
        _touched.Dispose();
        _builder?.Dispose();
        base.Dispose();
    }

    public override void EmitContents(StepContext context)
    {
        _builder ??= new RowBuilder(Layout, context.Arena);
        _builder.Arena = context.Arena;
        foreach (uint handle in _slots.Handles())
        {
            _after.Clear();
            List(At(handle)->Root, _after);
            foreach (var (row, rank, weight) in _after) Emit(row, rank, weight);
        }
    }

    private Partition* At(uint handle) => (Partition*)_pages.Address(handle);

    private uint Find(nint row)
    {
        uint hash = _key.Hash(row);
        for (int place = _slots.First(hash, out uint handle); place >= 0; place = _slots.Next(place, hash, out handle))
        {
            // A partition that became empty in this step has no row to compare with; another one is made beside it.
            uint root = At(handle)->Root;
            if (root != 0 && _key.AreEqual(row, _key, _rows.Row(root))) return handle;
        }

        uint fresh = _pages.Allocate(sizeof(Partition));
        *At(fresh) = new Partition { Hash = hash };
        _slots.Add(hash, fresh);
        return fresh;
    }

    private bool Touch(uint handle)
    {
        if (At(handle)->TouchedPlace != 0) return false;
        _touched.Add(handle);
        At(handle)->TouchedPlace = _touched.Count;
        _starts.Add(_before.Count);
        return true;
    }

    /// <summary>A change of one row, told at once: itself where it is in the range, and what it pushes over the range's ends.</summary>
    private void ChangeOne(uint* root, nint row, int weight)
    {
        for (; weight > 0; weight--)
        {
            long place = _rows.Rank(*root, row);
            if (place >= _last && _isPruned) return;
            _rows.Change(ref *root, row, 1);
            if (place >= _last) continue;
            // What stood at the range's ends before stands one further now.
            if (place >= _first - 1) Emit(row, 0, 1);
            else if (_rows.At(*root, _first - 1) is not 0 and uint entered) Emit(_rows.Row(entered), 0, 1);
            if (_rows.At(*root, _last) is not 0 and uint left) Emit(_rows.Row(left), 0, -1);
            if (_isPruned) Prune(root);
        }

        for (; weight < 0; weight++)
        {
            long place = _rows.Rank(*root, row);
            if (place < _last)
            {
                if (place >= _first - 1) Emit(row, 0, -1);
                else if (_rows.At(*root, _first - 1) is not 0 and uint left) Emit(_rows.Row(left), 0, -1);
                if (_rows.At(*root, _last) is not 0 and uint entered) Emit(_rows.Row(entered), 0, 1);
            }

            _rows.Change(ref *root, row, -1);
        }
    }

    private void Prune(uint* root)
    {
        while (_rows.Size(*root) > _last)
        {
            uint last = _rows.Last(*root);
            _rows.Change(ref *root, _rows.Row(last), -1);
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

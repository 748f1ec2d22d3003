using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Operators;

/// <summary>
/// What depends on all rows of a partition in an order. When a step first touches a partition its result is computed as it was, at the end as it is, and the difference is given: the work of a step is in the
/// rows of the partitions that it touches, so that these should be bounded (a day, an order, a device).
/// <code>block of a partition: uint32 root of its rows; int32 whether this step has touched it; uint32 hash</code>
/// </summary>
internal abstract unsafe class PartitionOperator : Operator
{
    private readonly RowKey _key;
    private readonly OrderedRows _rows;
    private readonly PageStore _pages;
    private readonly HashSlots _slots;
    private readonly NativeList<uint> _touched = new();
    private readonly List<uint> _nodes = [];
    private readonly List<nint> _listed = [];
    private readonly StepKeys _results = new();
    private readonly List<int> _weights = [];
    private readonly RowKey _whole;
    private int _sign;

    private struct Partition
    {
        public uint Root;
        public int IsTouched;
        public uint Hash;
    }

    protected PartitionOperator(string kind, string fingerprint, RowLayout layout, Operator input, IReadOnlyList<int> partition, IReadOnlyList<OrderColumn> order, StateMemory memory)
        : base(kind, fingerprint, layout, [input])
    {
        _key = new RowKey(input.Layout, partition);
        _rows = new OrderedRows(new ColumnOrder(input.Layout, order), memory);
        _pages = new PageStore(memory);
        _slots = new HashSlots(memory);
        _whole = RowKey.Whole(layout);
    }

    public override long StateBytes => _rows.Bytes + _pages.ReservedBytes + _slots.Bytes;

    public override long StateRows => _rows.Count;

    protected ColumnOrder Order => _rows.Order;

    public override void Step(StepContext context)
    {
        foreach (ref readonly var change in Inputs[0].Output.Changes)
        {
            if (!IsTaken(change.Row)) continue;
            uint handle = Find(change.Row);
            if (At(handle)->IsTouched == 0)
            {
                At(handle)->IsTouched = 1;
                _touched.Add(handle);
                List(handle, -1, context);
            }

            _rows.Change(ref At(handle)->Root, change.Row, change.Weight);
        }

        foreach (uint handle in _touched.Span) List(handle, 1, context);
        for (int index = 0; index < _weights.Count; index++)
            if (_weights[index] != 0) Output.Add(_results.Rows[index], _weights[index]);
        _results.Clear();
        _weights.Clear();
    }

    public override void EmitContents(StepContext context)
    {
        foreach (uint handle in _slots.Handles()) List(handle, 1, context);
        for (int index = 0; index < _weights.Count; index++) Output.Add(_results.Rows[index], _weights[index]);
        _results.Clear();
        _weights.Clear();
    }

    public override void Settle()
    {
        foreach (uint handle in _touched.Span)
        {
            var partition = At(handle);
            partition->IsTouched = 0;
            if (partition->Root != 0) continue;
            _slots.Remove(partition->Hash, handle);
            _pages.Free(handle, sizeof(Partition));
        }

        _touched.Clear();
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
        base.Dispose();
    }

    /// <summary>Whether a row is in any partition.</summary>
    protected virtual bool IsTaken(nint row) => true;

    /// <summary>Computes the results of a partition: its rows in order, each as often as it is there; told by <see cref="Give"/>.</summary>
    protected abstract void Compute(List<nint> rows, StepContext context);

    /// <summary>A result row, good until the step ends.</summary>
    protected void Give(nint row)
    {
        if (_results.Add(_whole, row, _whole.Hash(row), out int index)) _weights.Add(0);
        _weights[index] += _sign;
    }

    private void List(uint handle, int sign, StepContext context)
    {
        uint root = At(handle)->Root;
        if (root == 0) return;
        _nodes.Clear();
        _listed.Clear();
        _rows.Walk(root, _nodes);
        foreach (uint node in _nodes)
            for (int weight = _rows.Weight(node); weight > 0; weight--) _listed.Add(_rows.Row(node));
        _sign = sign;
        Compute(_listed, context);
    }

    private Partition* At(uint handle) => (Partition*)_pages.Address(handle);

    private uint Find(nint row)
    {
        uint hash = _key.Hash(row);
        for (int place = _slots.First(hash, out uint handle); place >= 0; place = _slots.Next(place, hash, out handle))
        {
            uint root = At(handle)->Root;
            if (root != 0 && _key.AreEqual(row, _key, _rows.Row(root))) return handle;
        }

        uint fresh = _pages.Allocate(sizeof(Partition));
        *At(fresh) = new Partition { Hash = hash };
        _slots.Add(hash, fresh);
        return fresh;
    }
}

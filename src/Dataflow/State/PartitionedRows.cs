using System.Runtime.CompilerServices;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.State;

/// <summary>
/// Rows by partition, those of each in an ordered tree, and which partitions a step has touched. A partition that a step leaves without rows goes when the step ends.
/// <code>block of a partition: uint32 root of its rows; int32 place among the partitions of this step, plus one; what the operator keeps of it</code>
/// For one thread at a time.
/// </summary>
internal sealed unsafe class PartitionedRows : IDisposable
{
    private readonly RowKey _key;
    private readonly PageStore _pages;
    private readonly HashSlots _slots;
    private readonly NativeList<TouchedPartition> _touched = new();
    private readonly int _blockBytes;

    private struct Partition
    {
        public uint Root;
        public int TouchedPlace;
    }

    private readonly record struct TouchedPartition(uint Handle, nint Row);

    /// <param name="packed">The rows' layout, where they are kept packed.</param>
    /// <param name="keptBytes">What the operator keeps of a partition, zero at first.</param>
    public PartitionedRows(RowKey key, ColumnOrder order, int keptBytes, StateMemory memory, RowLayout? packed = null)
    {
        _key = key;
        Rows = new OrderedRows(order, memory, packed);
        _pages = new PageStore(memory);
        _slots = new HashSlots(memory);
        _blockBytes = sizeof(Partition) + keptBytes;
    }

    public OrderedRows Rows { get; }

    public long Bytes => Rows.Bytes + _pages.ReservedBytes + _slots.Bytes;

    /// <summary>Partitions that this step has touched.</summary>
    public int TouchedCount => _touched.Count;

    /// <summary>The partition that this step has touched at a place from 0.</summary>
    public uint TouchedAt(int place) => _touched[place].Handle;

    /// <summary>The root of a partition's tree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref uint Root(uint handle) => ref At(handle)->Root;

    /// <summary>What the operator keeps of a partition.</summary>
    public nint Kept(uint handle) => (nint)(At(handle) + 1);

    /// <summary>The partition of a row, made if there is none. The row must be good until the step ends.</summary>
    /// <param name="place">Its place among those that this step touches.</param>
    /// <param name="isFirst">Whether the step touches it now for the first time.</param>
    public uint Touch(nint row, out int place, out bool isFirst)
    {
        uint hash = _key.Hash(row);
        if (!TryFind(row, hash, out uint handle)) handle = Create(hash);
        isFirst = Touch(handle, row);
        place = At(handle)->TouchedPlace - 1;
        return handle;
    }

    /// <summary>As <see cref="Touch(nint, out int, out bool)"/>, where the partition is there.</summary>
    public bool TryTouch(nint row, uint hash, out uint handle, out bool isFirst)
    {
        isFirst = false;
        if (!TryFind(row, hash, out handle)) return false;
        isFirst = Touch(handle, row);
        return true;
    }

    /// <summary>A partition that is not there, for rows that are put into it at once.</summary>
    public uint Add(nint row) => Create(_key.Hash(row));

    /// <summary>The partition of a row, if there is one.</summary>
    public bool TryFind(nint row, uint hash, out uint handle)
    {
        for (int place = _slots.First(hash, out handle); place >= 0; place = _slots.Next(place, hash, out handle))
        {
            // One without rows is new in this step, or lost them in it: it has the row that touched it first.
            var partition = At(handle);
            nint known = partition->Root != 0 ? Rows.Look(partition->Root) : _touched[partition->TouchedPlace - 1].Row;
            if (_key.AreEqual(row, _key, known)) return true;
        }

        handle = 0;
        return false;
    }

    /// <summary>All partitions, in the order of the index.</summary>
    public IEnumerable<uint> Handles() => _slots.Handles();

    /// <summary>Ends a step; <paramref name="leave"/> is told what was kept of a partition that goes.</summary>
    public void Settle(Action<nint>? leave = null)
    {
        foreach (ref readonly var touched in _touched.Span)
        {
            var partition = At(touched.Handle);
            partition->TouchedPlace = 0;
            if (partition->Root != 0) continue;
            leave?.Invoke((nint)(partition + 1));
            _slots.Remove(_key.Hash(touched.Row), touched.Handle);
            _pages.Free(touched.Handle, _blockBytes);
        }

        _touched.Clear();
        Rows.Settle();
    }

    public void Transfer(StateTransfer transfer)
    {
        Rows.Transfer(transfer);
        _pages.Transfer(transfer);
        _slots.Transfer(transfer);
    }

    public void Dispose()
    {
        Rows.Dispose();
        _pages.Dispose();
        _slots.Dispose();
        _touched.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Partition* At(uint handle) => (Partition*)_pages.Address(handle);

    /// <summary>Whether the step touches it now for the first time.</summary>
    private bool Touch(uint handle, nint row)
    {
        var partition = At(handle);
        if (partition->TouchedPlace != 0) return false;
        _touched.Add(new TouchedPartition(handle, row));
        partition->TouchedPlace = _touched.Count;
        return true;
    }

    private uint Create(uint hash)
    {
        uint fresh = _pages.Allocate(_blockBytes);
        new Span<byte>(At(fresh), _blockBytes).Clear();
        _slots.Add(hash, fresh);
        return fresh;
    }
}

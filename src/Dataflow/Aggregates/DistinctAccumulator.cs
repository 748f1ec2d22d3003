using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Aggregates;

/// <summary>
/// DISTINCT around another aggregate: how often each value of each group is there, in one table; the aggregate within is told when a value comes first or goes last.
/// <code>block: 40 bits count; 48 bits number of the group; the value as a row of one column, packed (see RowPacking)</code>
/// </summary>
internal sealed unsafe class DistinctAccumulator : Accumulator
{
    private readonly Accumulator _inner;
    private readonly RowColumnReader _argument;
    private readonly PageStore _pages;
    private readonly HashSlots _slots;
    private readonly RowGather _gather;
    private readonly RowPacking _packing;
    private readonly RowArena _arena = new();
    private readonly bool _keepsNulls;
    private long _groups;

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Value
    {
        private ulong _low;
        private ushort _middle;
        private byte _high;

        public const long GroupMax = (1L << 48) - 1;

        public readonly long Group => (long)(_low >> 40) | ((long)_middle << 24) | ((long)_high << 40);

        /// <summary>A sign and 39 bits.</summary>
        public readonly long Count => (long)(_low << 24) >> 24;

        public void Set(long group, long count)
        {
            if (count << 24 >> 24 != count) throw new RowMemoryException($"One value of DISTINCT is {count:N0} times in its group, more than the {(1L << 39) - 1:N0} that are counted.");
            _low = ((ulong)count & 0xFF_FFFF_FFFF) | ((ulong)group << 40);
            _middle = (ushort)(group >> 24);
            _high = (byte)(group >> 40);
        }
    }

    public DistinctAccumulator(Accumulator inner, RowColumnReader argument, bool keepsNulls, RowLayout input, StateMemory memory)
    {
        _inner = inner;
        _argument = argument;
        _keepsNulls = keepsNulls;
        _pages = new PageStore(memory);
        _slots = new HashSlots(memory);
        var layout = new RowLayout(new RowSchema([input.Schema[argument.Column]]));
        _gather = new RowGather(layout, [input], [(0, argument.Column)]);
        _packing = new RowPacking(layout, _pages, memory);
    }

    public override int StateBytes => sizeof(long) + _inner.StateBytes;

    public override long OwnBytes => _pages.ReservedBytes + _packing.Bytes + _slots.Bytes + _inner.OwnBytes;

    public override void Change(nint state, nint row, int weight)
    {
        if (_argument.IsNull(row) && !_keepsNulls) return;
        ref long group = ref *(long*)state;
        // Groups are numbered by their first value; handles of groups are used again.
        if (group == 0) group = ++_groups;
        nint value = _gather.Make(row, 0, _arena);
        uint hash = RowHash.Fold(RowHash.Mix(PackedRow.Hash(value), (ulong)group * 0x9E3779B97F4A7C15));
        long before = 0;
        uint handle;
        int place = _slots.First(hash, out handle);
        for (; place >= 0; place = _slots.Next(place, hash, out handle))
            if (At(handle)->Group == group && _packing.AreEqual(_pages.Address(handle) + sizeof(Value), value)) break;
        if (place < 0)
        {
            if (group > Value.GroupMax) throw new RowMemoryException($"DISTINCT has had {group:N0} groups, more than the {Value.GroupMax:N0} that it can number. Make the view anew.");
            nint packed = _packing.Pack(value, out int bytes);
            handle = _pages.Allocate(sizeof(Value) + bytes);
            At(handle)->Set(group, weight);
            Unsafe.CopyBlockUnaligned((void*)(_pages.Address(handle) + sizeof(Value)), (void*)packed, (uint)bytes);
            _slots.Add(hash, handle);
        }
        else
        {
            before = At(handle)->Count;
            At(handle)->Set(group, before + weight);
        }

        long after = before + weight;
        if (after == 0)
        {
            _slots.Remove(hash, handle);
            _pages.Free(handle, sizeof(Value) + _packing.PackedBytes(_pages.Address(handle) + sizeof(Value)));
        }

        if (before > 0 != after > 0) _inner.Change(state + sizeof(long), row, after > 0 ? 1 : -1);
        _arena.Reset();
    }

    public override void Write(nint state, RowBuilder builder, int column) => _inner.Write(state + sizeof(long), builder, column);

    public override void Free(nint state) => _inner.Free(state + sizeof(long));

    public override void Settle() => _inner.Settle();

    public override void Transfer(StateTransfer transfer)
    {
        _pages.Transfer(transfer);
        _packing.Transfer(transfer);
        _slots.Transfer(transfer);
        transfer.Value(ref _groups);
        _inner.Transfer(transfer);
    }

    public override void Dispose()
    {
        _packing.Dispose();
        _pages.Dispose();
        _slots.Dispose();
        _arena.Dispose();
        _inner.Dispose();
    }

    private Value* At(uint handle) => (Value*)_pages.Address(handle);
}

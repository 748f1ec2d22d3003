using System.Runtime.CompilerServices;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Aggregates;

/// <summary>
/// DISTINCT around another aggregate: how often each value of each group is there, in one table; the aggregate within is told when a value comes first or goes last.
/// <code>block: int64 count; int64 number of the group; the value as a row of one column</code>
/// </summary>
internal sealed unsafe class DistinctAccumulator : Accumulator
{
    private readonly Accumulator _inner;
    private readonly RowColumnReader _argument;
    private readonly PageStore _pages;
    private readonly HashSlots _slots;
    private readonly RowGather _gather;
    private readonly RowArena _arena = new();
    private readonly bool _keepsNulls;
    private long _groups;

    private struct Value
    {
        public long Count;
        public long Group;
    }

    public DistinctAccumulator(Accumulator inner, RowColumnReader argument, bool keepsNulls, RowLayout input, StateMemory memory)
    {
        _inner = inner;
        _argument = argument;
        _keepsNulls = keepsNulls;
        _pages = new PageStore(memory);
        _slots = new HashSlots(memory);
        _gather = new RowGather(new RowLayout(new RowSchema([input.Schema[argument.Column]])), [input], [(0, argument.Column)]);
    }

    public override int StateBytes => sizeof(long) + _inner.StateBytes;

    public override long OwnBytes => _pages.ReservedBytes + _slots.Bytes + _inner.OwnBytes;

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
            if (At(handle)->Group == group && PackedRow.AreEqual(_pages.Address(handle) + sizeof(Value), value)) break;
        if (place < 0)
        {
            int bytes = PackedRow.Length(value);
            handle = _pages.Allocate(sizeof(Value) + bytes);
            *At(handle) = new Value { Group = group, Count = weight };
            Unsafe.CopyBlockUnaligned((void*)(_pages.Address(handle) + sizeof(Value)), (void*)value, (uint)bytes);
            _slots.Add(hash, handle);
        }
        else
        {
            before = At(handle)->Count;
            At(handle)->Count += weight;
        }

        long after = before + weight;
        if (after == 0)
        {
            _slots.Remove(hash, handle);
            _pages.Free(handle, sizeof(Value) + PackedRow.Length(value));
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
        _slots.Transfer(transfer);
        transfer.Value(ref _groups);
        _inner.Transfer(transfer);
    }

    public override void Dispose()
    {
        _pages.Dispose();
        _slots.Dispose();
        _arena.Dispose();
        _inner.Dispose();
    }

    private Value* At(uint handle) => (Value*)_pages.Address(handle);
}

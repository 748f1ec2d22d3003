using System.Runtime.CompilerServices;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Aggregates;

/// <summary>MIN and MAX over rows that are only added: the extreme alone is kept, a copy of the value's bytes.</summary>
internal sealed unsafe class ExtremeAccumulator(RowColumnReader argument, RowLayout input, bool isMinimum, StateMemory memory) : Accumulator
{
    private readonly PageStore _pages = new(memory);
    private readonly RowLayout _value = new(new RowSchema([input.Schema[argument.Column]]));
    private readonly int _sign = isMinimum ? 1 : -1;
    private RowGather? _gather;
    private RowArena? _arena;

    private struct State
    {
        public uint Block;
        public int Bytes;
    }

    public override int StateBytes => sizeof(State);

    public override long OwnBytes => _pages.ReservedBytes;

    public override void Change(nint state, nint row, int weight)
    {
        if (argument.IsNull(row)) return;
        var at = (State*)state;
        if (at->Block != 0)
        {
            var kept = new RowColumnReader(_value, 0);
            if (argument.Compare(row, kept, _pages.Address(at->Block)) * _sign >= 0) return;
        }

        _gather ??= new RowGather(_value, [input], [(0, argument.Column)]);
        _arena ??= new RowArena();
        nint value = _gather.Make(row, 0, _arena);
        int bytes = PackedRow.Length(value);
        if (at->Block == 0 || !PageStore.SameClass(bytes, at->Bytes))
        {
            Free(state);
            at->Block = _pages.Allocate(bytes);
        }

        at->Bytes = bytes;
        Unsafe.CopyBlockUnaligned((void*)_pages.Address(at->Block), (void*)value, (uint)bytes);
        _arena.Reset();
    }

    public override void Write(nint state, RowBuilder builder, int column)
    {
        var at = (State*)state;
        if (at->Block != 0) new RowColumnReader(_value, 0).CopyTo(_pages.Address(at->Block), builder, column);
    }

    public override void Free(nint state)
    {
        var at = (State*)state;
        if (at->Block != 0) _pages.Free(at->Block, at->Bytes);
        *at = default;
    }

    public override void Transfer(StateTransfer transfer) => _pages.Transfer(transfer);

    public override void Dispose()
    {
        _pages.Dispose();
        _arena?.Dispose();
    }
}

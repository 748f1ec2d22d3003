using Orrery.Dataflow.State;

namespace Orrery.Dataflow.Operators;

/// <summary>The different keys that a step has met, in the order in which it met them; forgotten all at once.</summary>
internal sealed class StepKeys
{
    private Slot[] _slots = new Slot[64];
    private nint[] _rows = new nint[32];
    private uint _step = 1;

    private struct Slot
    {
        public uint Step;
        public uint Hash;
        public nint Row;
        public int Index;
    }

    public int Count { get; private set; }

    /// <summary>The rows that brought the keys.</summary>
    public ReadOnlySpan<nint> Rows => _rows.AsSpan(0, Count);

    /// <summary>Whether the key of this row is new; <paramref name="index"/> is its place in <see cref="Rows"/>. The row must be good until <see cref="Clear"/>.</summary>
    public bool Add(RowKey key, nint row, uint hash, out int index)
    {
        if (Count * 2 >= _slots.Length) Grow();
        uint mask = (uint)_slots.Length - 1;
        for (uint at = hash & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref _slots[at];
            if (slot.Step != _step)
            {
                if (Count == _rows.Length) Array.Resize(ref _rows, Count * 2);
                index = Count;
                slot = new Slot { Step = _step, Hash = hash, Row = row, Index = Count };
                _rows[Count++] = row;
                return true;
            }

            if (slot.Hash != hash || !key.AreEqual(slot.Row, key, row)) continue;
            index = slot.Index;
            return false;
        }
    }

    public void Clear()
    {
        Count = 0;
        if (++_step != 0) return;
        Array.Clear(_slots);
        _step = 1;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        uint mask = (uint)_slots.Length - 1;
        foreach (ref readonly var slot in old.AsSpan())
        {
            if (slot.Step != _step) continue;
            uint at = slot.Hash & mask;
            while (_slots[at].Step == _step) at = (at + 1) & mask;
            _slots[at] = slot;
        }
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;

namespace Orrery.Dataflow.State;

/// <summary>
/// An open-addressing table of (hash, handle), 8 bytes a slot, probed one after the other. What a handle stands for and what equal means is the caller's: it walks the slots of a hash with
/// <see cref="First"/> and <see cref="Next"/>. Removing shifts later slots back, so that there are no graves. It doubles at seven eighths.
/// </summary>
internal sealed unsafe class HashSlots(StateMemory memory) : IDisposable
{
    private Slot* _slots;
    private uint _mask;
    private int _capacity;
    private int _limit;

    internal struct Slot
    {
        public uint Hash;
        public uint Handle;
    }

    public int Count { get; private set; }

    public long Bytes => (long)_capacity * sizeof(Slot);

    /// <summary>The place of the first slot of this hash; -1: there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int First(uint hash, out uint handle)
    {
        if (_capacity == 0)
        {
            handle = 0;
            return -1;
        }

        return Seek(hash & _mask, hash, out handle);
    }

    /// <summary>The place of the next slot of this hash behind another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int place, uint hash, out uint handle) => Seek(((uint)place + 1) & _mask, hash, out handle);

    /// <summary>Brings the slots of a hash into the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(uint hash)
    {
        if (_capacity > 0 && System.Runtime.Intrinsics.X86.Sse.IsSupported) System.Runtime.Intrinsics.X86.Sse.Prefetch0(_slots + (hash & _mask));
    }

    public void Add(uint hash, uint handle)
    {
        if (Count >= _limit) Grow();
        uint at = hash & _mask;
        while (_slots[at].Handle != 0) at = (at + 1) & _mask;
        _slots[at].Hash = hash;
        _slots[at].Handle = handle;
        Count++;
    }

    /// <summary>Lets a slot stand for another handle of the same hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Replace(int place, uint handle) => _slots[place].Handle = handle;

    /// <summary>Removes the slot of this handle, which must be there.</summary>
    public void Remove(uint hash, uint handle) => RemoveAt(PlaceOf(hash, handle));

    public int PlaceOf(uint hash, uint handle)
    {
        uint at = hash & _mask;
        while (_slots[at].Handle != handle)
        {
            if (_slots[at].Handle == 0) throw new InvalidOperationException($"An index of {Count:N0} slots does not know handle {handle} of hash {hash:x8}: its row was changed while it was kept.");
            at = (at + 1) & _mask;
        }

        return (int)at;
    }

    public void RemoveAt(int place)
    {
        uint hole = (uint)place;
        uint at = hole;
        while (true)
        {
            at = (at + 1) & _mask;
            if (_slots[at].Handle == 0) break;
            // A slot may fill the hole unless its own place lies behind the hole.
            uint home = _slots[at].Hash & _mask;
            if (((at - home) & _mask) < ((at - hole) & _mask)) continue;
            _slots[hole] = _slots[at];
            hole = at;
        }

        _slots[hole] = default;
        Count--;
    }

    /// <summary>Makes place for so many more at once.</summary>
    public void Reserve(int count)
    {
        long wanted = (long)BitOperations.RoundUpToPowerOf2((ulong)((long)(Count + count) * 8 / 7 + 1));
        if (wanted > _capacity) Resize((int)Math.Min(wanted, CapacityMax));
    }

    /// <summary>Slots of one index, at most.</summary>
    public const int CapacityMax = 1 << 30;

    /// <summary>All handles, slot by slot.</summary>
    public IEnumerable<uint> Handles()
    {
        for (int index = 0; index < _capacity; index++)
        {
            uint handle = HandleAt(index);
            if (handle != 0) yield return handle;
        }
    }

    /// <summary>Lets the slots stand for other handles, where the map says so.</summary>
    public void Rename(IReadOnlyDictionary<uint, uint> names)
    {
        for (int index = 0; index < _capacity; index++)
            if (_slots[index].Handle != 0) _slots[index].Handle = names[_slots[index].Handle];
    }

    public void Clear()
    {
        if (_capacity > 0) memory.Give((nint)_slots, Bytes);
        _slots = null;
        (_capacity, _limit, _mask, Count) = (0, 0, 0, 0);
    }

    public void Transfer(StateTransfer transfer)
    {
        if (transfer.IsRestoring) Clear();
        int count = Count;
        transfer.Value(ref count);
        transfer.Value(ref _capacity);
        if (transfer.IsRestoring && _capacity > 0)
        {
            _slots = (Slot*)memory.Take(Bytes);
            Count = count;
            _mask = (uint)_capacity - 1;
            _limit = LimitOf(_capacity);
        }

        transfer.BeginStore();
        transfer.Memory((nint)_slots, Bytes);
    }

    public void Dispose() => Clear();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Seek(uint at, uint hash, out uint handle)
    {
        while (true)
        {
            var slot = _slots[at];
            handle = slot.Handle;
            if (handle == 0) return -1;
            if (slot.Hash == hash) return (int)at;
            at = (at + 1) & _mask;
        }
    }

    private static int LimitOf(int capacity) => (int)((long)capacity * 7 / 8);

    private uint HandleAt(int index) => _slots[index].Handle;

    private void Grow()
    {
        if (_capacity == CapacityMax) throw new Sql.Rows.RowMemoryException($"An index of {Count:N0} rows cannot grow beyond {CapacityMax:N0} slots. Cut the view into more partitions.");
        Resize(Math.Max(16, _capacity * 2));
    }

    private void Resize(int capacity)
    {
        var old = _slots;
        int oldCapacity = _capacity;
        _slots = (Slot*)memory.Take((long)capacity * sizeof(Slot));
        _capacity = capacity;
        _mask = (uint)capacity - 1;
        _limit = LimitOf(capacity);
        for (int index = 0; index < oldCapacity; index++)
        {
            if (old[index].Handle == 0) continue;
            uint at = old[index].Hash & _mask;
            while (_slots[at].Handle != 0) at = (at + 1) & _mask;
            _slots[at] = old[index];
        }

        if (oldCapacity > 0) memory.Give((nint)old, (long)oldCapacity * sizeof(Slot));
    }
}

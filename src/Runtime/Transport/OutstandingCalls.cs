using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime.Transport;

/// <summary>
/// The calls of one connection that wait for their answers. An id is a place in the table and, above it, how often ids were given: an answer that comes
/// after its call was given up meets another id and is dropped. All under the connection's lock.
/// </summary>
internal sealed class OutstandingCalls
{
    private const int PlaceBits = 24;
    private const ulong PlaceMask = (1 << PlaceBits) - 1;

    private Slot[] _slots = new Slot[64];
    private ulong _given;
    private int _free = -1;
    private int _used;

    public int Count { get; private set; }

    /// <param name="number">The number of the frame that carries the call.</param>
    public ulong Add(CallBase call, uint number)
    {
        int place = _free;
        if (place >= 0)
        {
            _free = _slots[place].NextFree;
        }
        else
        {
            if (_used == _slots.Length) Array.Resize(ref _slots, _used * 2);
            place = _used++;
        }

        ref var slot = ref _slots[place];
        slot.Id = ++_given << PlaceBits | (uint)place;
        slot.Call = call;
        slot.Number = number;
        Count++;
        return slot.Id;
    }

    /// <summary>The call of this id, which is no longer outstanding; null where there is none.</summary>
    public CallBase? Take(ulong id)
    {
        int place = (int)(id & PlaceMask);
        if (place >= _used || _slots[place].Id != id) return null;
        ref var slot = ref _slots[place];
        var call = slot.Call;
        slot.Call = null;
        slot.Id = 0;
        slot.NextFree = _free;
        _free = place;
        Count--;
        return call;
    }

    /// <summary>Takes all that were sent later than a frame, oldest first.</summary>
    public List<CallBase> TakeLaterThan(uint number)
    {
        var ids = new List<ulong>();
        foreach (ref readonly var slot in _slots.AsSpan(0, _used))
            if (slot.Call is not null && FrameHeader.IsLater(slot.Number, number)) ids.Add(slot.Id);
        ids.Sort(static (left, right) => (left >> PlaceBits).CompareTo(right >> PlaceBits));
        return ids.ConvertAll(id => Take(id)!);
    }

    /// <summary>Takes all, oldest first.</summary>
    public List<CallBase> TakeAll()
    {
        var ids = new List<ulong>();
        foreach (ref readonly var slot in _slots.AsSpan(0, _used))
            if (slot.Call is not null) ids.Add(slot.Id);
        ids.Sort(static (left, right) => (left >> PlaceBits).CompareTo(right >> PlaceBits));
        return ids.ConvertAll(id => Take(id)!);
    }

    private struct Slot
    {
        public CallBase? Call;
        public ulong Id;
        public uint Number;
        public int NextFree;
    }
}

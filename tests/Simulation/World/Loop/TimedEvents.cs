namespace Orrery.Simulation;

/// <summary>Events by time, those of one time in the order in which they were added: a binary heap.</summary>
internal sealed class TimedEvents
{
    private Entry[] _heap = new Entry[1024];
    private long _added;

    public int Count { get; private set; }

    public long FirstTime => _heap[0].Time;

    public void Add(long time, in LoopItem item)
    {
        if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
        var entry = new Entry(time, _added++, item);
        int hole = Count++;
        while (hole > 0)
        {
            int parent = (hole - 1) >> 1;
            if (!entry.IsBefore(_heap[parent])) break;
            _heap[hole] = _heap[parent];
            hole = parent;
        }

        _heap[hole] = entry;
    }

    public LoopItem Take()
    {
        var first = _heap[0].Item;
        var last = _heap[--Count];
        _heap[Count] = default;
        int hole = 0;
        while (true)
        {
            int child = hole * 2 + 1;
            if (child >= Count) break;
            if (child + 1 < Count && _heap[child + 1].IsBefore(_heap[child])) child++;
            if (!_heap[child].IsBefore(last)) break;
            _heap[hole] = _heap[child];
            hole = child;
        }

        if (Count > 0) _heap[hole] = last;
        return first;
    }

    private readonly record struct Entry(long Time, long Order, LoopItem Item)
    {
        public bool IsBefore(in Entry other) => Time < other.Time || (Time == other.Time && Order < other.Order);
    }
}

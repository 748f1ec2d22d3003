namespace Orrery.Simulation;

/// <summary>
/// Events by time, those of one time in the order in which they were added: a binary heap of places, so that what it moves about holds no references, which
/// would cost a write barrier each.
/// </summary>
internal sealed class TimedEvents
{
    private Entry[] _heap = new Entry[1024];
    private LoopItem[] _items = new LoopItem[1024];
    private int[] _free = new int[1024];
    private int _freeCount;
    private int _used;
    private long _added;

    public int Count { get; private set; }

    public long FirstTime => _heap[0].Time;

    public void Add(long time, in LoopItem item)
    {
        if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
        var entry = new Entry(time, _added++, Keep(item));
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
        int place = _heap[0].Place;
        var last = _heap[--Count];
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
        var item = _items[place];
        _items[place] = default;
        _free[_freeCount++] = place;
        return item;
    }

    private int Keep(in LoopItem item)
    {
        if (_freeCount == 0 && _used == _items.Length)
        {
            Array.Resize(ref _items, _used * 2);
            Array.Resize(ref _free, _used * 2);
        }

        int place = _freeCount > 0 ? _free[--_freeCount] : _used++;
        _items[place] = item;
        return place;
    }

    private readonly record struct Entry(long Time, long Order, int Place)
    {
        public bool IsBefore(in Entry other) => Time < other.Time || (Time == other.Time && Order < other.Order);
    }
}

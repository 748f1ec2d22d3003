using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orrery.Dataflow.Memory;

/// <summary>A growing list of plain values in native memory, kept from step to step. For one thread at a time.</summary>
internal sealed unsafe class NativeList<T> : IDisposable
    where T : unmanaged
{
    private T* _items;
    private int _capacity;

    ~NativeList() => Dispose();

    public int Count { get; private set; }

    public long Bytes => (long)_capacity * sizeof(T);

    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _items[index];
    }

    public Span<T> Span => new(_items, Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T item)
    {
        if (Count == _capacity) Grow();
        _items[Count++] = item;
    }

    public T RemoveLast() => _items[--Count];

    /// <summary>Empties it. What grew beyond <see cref="KeptBytesMax"/> is given back.</summary>
    public void Clear()
    {
        Count = 0;
        if (Bytes > KeptBytesMax) Free();
    }

    /// <summary>Bytes that an empty list keeps.</summary>
    public const long KeptBytesMax = 1024 * 1024;

    public void Dispose()
    {
        Free();
        Count = 0;
        GC.SuppressFinalize(this);
    }

    private void Grow()
    {
        _capacity = Math.Max(16, checked(_capacity * 2));
        _items = (T*)NativeMemory.Realloc(_items, (nuint)((long)_capacity * sizeof(T)));
    }

    private void Free()
    {
        NativeMemory.Free(_items);
        _items = null;
        _capacity = 0;
    }
}

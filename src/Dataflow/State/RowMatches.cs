using System.Runtime.CompilerServices;
using Orrery.Dataflow.Memory;

namespace Orrery.Dataflow.State;

/// <summary>Goes through the rows of a key: <see cref="Move"/> until it says false. The collection's weights may change meanwhile, its rows may not.</summary>
internal unsafe ref struct RowMatches
{
    private readonly Collection _collection;
    private readonly RowKey? _key;
    private readonly nint _probe;
    private readonly uint _hash;
    private readonly int _index;
    private int _place;
    private uint _next;
    private readonly RowBuffer _into;
    private nint _row;

    public RowMatches(Collection collection, int index, uint head, RowBuffer into)
    {
        _into = into;
        _collection = collection;
        _index = index;
        _next = head;
    }

    public RowMatches(Collection collection, RowKey key, nint probe, uint hash, int place, uint candidate, RowBuffer into)
    {
        _into = into;
        _collection = collection;
        _key = key;
        _probe = probe;
        _hash = hash;
        _place = place;
        _next = candidate;
        _index = -1;
    }

    public uint Handle { get; private set; }

    /// <summary>The row, good until the next one is.</summary>
    public nint Row
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _row != 0 ? _row : _row = _collection.Row(Handle, _into);
    }

    /// <summary>The row, good until the step ends.</summary>
    public readonly nint KeptRow => _collection.Row(Handle);

    public readonly RowEntry* Entry
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _collection.Entry(Handle);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Move()
    {
        _row = 0;
        if (_index >= 0)
        {
            Handle = _next;
            if (Handle == 0) return false;
            _next = _collection.NextOf(Handle, _index);
            return true;
        }

        while (_place >= 0)
        {
            Handle = _next;
            _place = _collection.NextCandidate(_place, _hash, out _next);
            if (_collection.HasKey(Handle, _collection.Primary, _key!, _probe)) return true;
        }

        return false;
    }
}

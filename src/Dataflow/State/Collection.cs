using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orrery.Dataflow.Memory;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.State;

/// <summary>
/// A multiset of rows in native memory: an arrangement. Each row is kept once, with its weight, however many keys it is found by:
/// <code>
/// block: int32 weight, int32 change of this step; for each chain index uint32 next, uint32 former; the row, packed (see RowPacking)
/// primary index: a slot for each row, by the hash of the primary columns (a unique key if one is known, else all columns)
/// chain index: a slot for each key, to the newest row of it
/// </code>
/// <para>Within a step both the state before it and the one after the changes so far can be read: a row that goes stays linked with weight 0 until <see cref="Settle"/>. So that several readers of one
/// collection can each take the changes and the other side as they need them, without copies and whatever the order.</para>
/// <para>Weights below zero are kept as they are: an input without a key may take a row back before it comes. Rows given are copied, and read they are copies. For one thread at a time.</para>
/// </summary>
internal sealed unsafe partial class Collection : IDisposable
{
    private readonly StateMemory _memory;
    private readonly PageStore _pages;
    private readonly HashSlots _primary;
    private readonly RowPacking _packing;
    private readonly RowBuffer _compared = new();
    private readonly RowBuffer _settled = new();
    private readonly List<ChainIndex?> _chains = [];
    private readonly NativeList<uint> _touched = new();
    private int _headBytes = sizeof(RowEntry);

    public Collection(RowLayout layout, IReadOnlyList<int>? uniqueColumns, StateMemory memory)
    {
        Layout = layout;
        _memory = memory;
        _pages = new PageStore(memory);
        _packing = new RowPacking(layout, _pages, memory);
        _primary = new HashSlots(memory);
        Primary = uniqueColumns is null ? RowKey.Whole(layout) : new RowKey(layout, uniqueColumns);
        IsUnique = uniqueColumns is not null;
    }

    public RowLayout Layout { get; }

    /// <summary>The columns of the primary index.</summary>
    public RowKey Primary { get; }

    /// <summary>Whether the primary columns are a unique key between steps (within one, the row that goes and the one that comes may both be there).</summary>
    public bool IsUnique { get; }

    /// <summary>Different rows, those included that go at the end of the step.</summary>
    public int Count => _primary.Count;

    /// <summary>Bytes of all that it holds.</summary>
    public long Bytes => _pages.ReservedBytes + _packing.Bytes + _primary.Bytes + _touched.Bytes + _chains.Sum(chain => chain?.Slots.Bytes ?? 0);

    /// <summary>Bytes of blocks in use and of indexes.</summary>
    public long UsedBytes => _pages.UsedBytes + _packing.Bytes + _primary.Bytes + _chains.Sum(chain => chain?.Slots.Bytes ?? 0);

    /// <summary>The rows that this step has changed; each once.</summary>
    public ReadOnlySpan<uint> Touched => _touched.Span;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowEntry* Entry(uint handle) => (RowEntry*)_pages.Address(handle);

    /// <summary>The row, good until the step ends.</summary>
    public nint Row(uint handle) => _packing.Read(Packed(handle), _memory.Rows);

    /// <summary>The row, good until the next one is read into the same buffer.</summary>
    public nint Row(uint handle, RowBuffer into) => _packing.Read(Packed(handle), into);

    /// <summary>Whether a row is this one.</summary>
    public bool IsRow(uint handle, nint row) => _packing.AreEqual(Packed(handle), row);

    /// <summary>Adds so many of a row that is there, or takes them away.</summary>
    public void ChangeAt(uint handle, int weight)
    {
        if (Entry(handle)->Change(weight)) _touched.Add(handle);
    }

    /// <summary>Adds so many of a row, or takes them away.</summary>
    public void Apply(nint row, int weight) => Apply(row, weight, Primary.Hash(row));

    /// <summary>As <see cref="Apply(nint, int)"/>, with the hash of the primary key.</summary>
    public void Apply(nint row, int weight, uint hash)
    {
        for (int place = _primary.First(hash, out uint handle); place >= 0; place = _primary.Next(place, hash, out handle))
        {
            if (!IsRow(handle, row)) continue;
            ChangeAt(handle, weight);
            return;
        }

        Insert(row, weight, hash);
    }

    /// <summary>The handle of an equal row; 0: there is none.</summary>
    public uint Find(nint row)
    {
        uint hash = Primary.Hash(row);
        for (int place = _primary.First(hash, out uint handle); place >= 0; place = _primary.Next(place, hash, out handle))
            if (IsRow(handle, row)) return handle;
        return 0;
    }

    /// <summary>A row with the primary key of another row that has weight now; 0: there is none. <paramref name="key"/> says where the columns lie in that row.</summary>
    public uint FindKey(RowKey key, nint row)
    {
        uint hash = key.Hash(row);
        for (int place = _primary.First(hash, out uint handle); place >= 0; place = _primary.Next(place, hash, out handle))
        {
            if (Entry(handle)->Weight > 0 && HasKey(handle, Primary, key, row)) return handle;
        }

        return 0;
    }

    /// <summary>The rows whose columns of an index (-1: the primary one) equal those of a row of another collection, which are read into a buffer one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowMatches Matches(int index, RowKey key, nint row, RowBuffer into) => Matches(index, key, row, key.Hash(row), into);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowMatches Matches(int index, RowKey key, nint row, uint hash, RowBuffer into)
    {
        if (index < 0)
        {
            int place = _primary.First(hash, out uint candidate);
            return new RowMatches(this, key, row, hash, place, candidate, into);
        }

        return new RowMatches(this, index, FindChain(_chains[index]!, key, row, hash), into);
    }

    /// <summary>Asks for the slots of a key that will be looked up soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchSlot(int index, uint hash) => (index < 0 ? _primary : _chains[index]!.Slots).Prefetch(hash);

    /// <summary>Asks for the first row of a key whose slots are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchRow(int index, uint hash)
    {
        if ((index < 0 ? _primary : _chains[index]!.Slots).First(hash, out uint handle) >= 0 && System.Runtime.Intrinsics.X86.Sse.IsSupported)
            System.Runtime.Intrinsics.X86.Sse.Prefetch0((void*)_pages.Address(handle));
    }

    /// <summary>An index for these columns: -1 if the primary one is it, else its number. One that is there is shared; a new one is filled, for which the rows are laid out anew (only between steps).</summary>
    public int AddIndex(IReadOnlyList<int> columns)
    {
        // Whole rows are hashed in another way than keys.
        if (!Primary.IsWhole && Primary.Columns.AsSpan().SequenceEqual([.. columns])) return -1;
        int found = _chains.FindIndex(chain => chain is not null && chain.Key.Columns.AsSpan().SequenceEqual([.. columns]));
        if (found < 0)
        {
            if (_touched.Count > 0) throw new InvalidOperationException("An index is added to a collection between steps, not within one.");
            found = _chains.IndexOf(null);
            bool isWider = found < 0;
            if (isWider) found = _chains.Count;
            var chain = new ChainIndex(new RowKey(Layout, columns), _memory);
            if (isWider) _chains.Add(chain);
            else _chains[found] = chain;
            if (isWider) Widen();
            Fill(found);
        }

        _chains[found]!.Users++;
        return found;
    }

    /// <summary>Ends what <see cref="AddIndex"/> began; without readers left an index goes, and its links are free for the next one.</summary>
    public void RemoveIndex(int index)
    {
        if (index < 0 || --_chains[index]!.Users > 0) return;
        _chains[index]!.Slots.Dispose();
        _chains[index] = null;
    }

    /// <summary>Ends a step: what was before is forgotten, rows without weight go.</summary>
    public void Settle()
    {
        foreach (uint handle in _touched.Span)
        {
            nint address = _pages.Address(handle);
            var entry = (RowEntry*)address;
            entry->Settle();
            if (entry->Weight == 0) Remove(handle, address);
        }

        _touched.Clear();
    }

    /// <summary>Takes back what this step has changed.</summary>
    public void Revert()
    {
        foreach (uint handle in _touched.Span)
        {
            var entry = Entry(handle);
            entry->Change(entry->OldWeight - entry->Weight);
        }
    }

    /// <summary>A row of each key of an index (-1: all rows). Nothing may be changed meanwhile.</summary>
    public IEnumerable<uint> Heads(int index) => (index < 0 ? _primary : _chains[index]!.Slots).Handles();

    /// <summary>All rows, in the order of the primary index. Nothing may be changed meanwhile.</summary>
    public IEnumerable<uint> Handles() => _primary.Handles();

    public void Dispose()
    {
        _touched.Dispose();
        _primary.Dispose();
        _packing.Dispose();
        foreach (var chain in _chains) chain?.Slots.Dispose();
        _pages.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint NextOf(uint handle, int index) => Links(_pages.Address(handle), index)[0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int NextCandidate(int place, uint hash, out uint handle) => _primary.Next(place, hash, out handle);

    private static uint* Links(nint address, int index) => (uint*)(address + sizeof(RowEntry)) + index * 2;

    /// <summary>Whether a row of this collection has the same key as another one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool HasKey(uint handle, RowKey own, RowKey other, nint row) => own.AreEqual(_packing.ReadColumns(Packed(handle), _compared, own.ColumnsMax), other, row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private nint Packed(uint handle) => _pages.Address(handle) + _headBytes;

    private void Insert(nint row, int weight, uint hash)
    {
        nint packed = _packing.Pack(row, out int length);
        uint handle = _pages.Allocate(_headBytes + length);
        nint address = _pages.Address(handle);
        *(RowEntry*)address = default;
        ((RowEntry*)address)->Change(weight);
        Unsafe.CopyBlockUnaligned((void*)(address + _headBytes), (void*)packed, (uint)length);
        _primary.Add(hash, handle);
        _touched.Add(handle);
        for (int index = 0; index < _chains.Count; index++)
            if (_chains[index] is { } chain) Link(chain, index, handle, address, row);
    }

    private void Link(ChainIndex chain, int index, uint handle, nint address, nint row)
    {
        uint hash = chain.Key.Hash(row);
        uint* links = Links(address, index);
        links[0] = links[1] = 0;
        for (int place = chain.Slots.First(hash, out uint head); place >= 0; place = chain.Slots.Next(place, hash, out head))
        {
            if (!HasKey(head, chain.Key, chain.Key, row)) continue;
            links[0] = head;
            Links(_pages.Address(head), index)[1] = handle;
            chain.Slots.Replace(place, handle);
            return;
        }

        chain.Slots.Add(hash, handle);
    }

    private void Remove(uint handle, nint address)
    {
        nint row = _packing.Read(address + _headBytes, _settled);
        _primary.Remove(Primary.Hash(row), handle);
        for (int index = 0; index < _chains.Count; index++)
        {
            if (_chains[index] is not { } chain) continue;
            uint* links = Links(address, index);
            if (links[0] != 0) Links(_pages.Address(links[0]), index)[1] = links[1];
            if (links[1] != 0) Links(_pages.Address(links[1]), index)[0] = links[0];
            if (links[1] != 0) continue;
            uint hash = chain.Key.Hash(row);
            int place = chain.Slots.PlaceOf(hash, handle);
            if (links[0] != 0) chain.Slots.Replace(place, links[0]);
            else chain.Slots.RemoveAt(place);
        }

        _pages.Free(handle, _headBytes + _packing.PackedBytes(address + _headBytes));
    }

    private uint FindChain(ChainIndex chain, RowKey key, nint row, uint hash)
    {
        for (int place = chain.Slots.First(hash, out uint head); place >= 0; place = chain.Slots.Next(place, hash, out head))
            if (HasKey(head, chain.Key, key, row)) return head;
        return 0;
    }

    /// <summary>Moves each row to a block with room for one more pair of links.</summary>
    private void Widen()
    {
        int formerBytes = _headBytes;
        _headBytes = sizeof(RowEntry) + 2 * sizeof(uint) * _chains.Count;
        if (Count == 0) return;
        var moves = new Dictionary<uint, uint>(Count);
        foreach (uint handle in _primary.Handles())
        {
            nint address = _pages.Address(handle);
            int length = _packing.PackedBytes(address + formerBytes);
            uint moved = _pages.Allocate(_headBytes + length);
            nint target = _pages.Address(moved);
            Unsafe.CopyBlockUnaligned((void*)target, (void*)address, (uint)formerBytes);
            new Span<byte>((void*)(target + formerBytes), _headBytes - formerBytes).Clear();
            Unsafe.CopyBlockUnaligned((void*)(target + _headBytes), (void*)(address + formerBytes), (uint)length);
            moves.Add(handle, moved);
        }

        foreach (var (former, moved) in moves)
        {
            nint target = _pages.Address(moved);
            for (int index = 0; index < _chains.Count; index++)
            {
                uint* links = Links(target, index);
                if (links[0] != 0) links[0] = moves[links[0]];
                if (links[1] != 0) links[1] = moves[links[1]];
            }

            _pages.Free(former, formerBytes + _packing.PackedBytes(target + _headBytes));
        }

        _primary.Rename(moves);
        foreach (var chain in _chains) chain?.Slots.Rename(moves);
    }

    private void Fill(int index)
    {
        foreach (uint handle in _primary.Handles()) Link(_chains[index]!, index, handle, _pages.Address(handle), Row(handle, _settled));
    }
}

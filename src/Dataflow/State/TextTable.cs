using System.Runtime.CompilerServices;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.State;

/// <summary>
/// Short texts that come again and again in the rows of a collection, kept once, by numbers from 0 in the order in which they came. None goes again; <see cref="CountMax"/> bounds them.
/// <code>block: byte length; the bytes</code>
/// </summary>
internal sealed unsafe class TextTable(StateMemory memory, PageStore pages) : IDisposable
{
    private readonly HashSlots _slots = new(memory);
    private uint* _blocks;
    private int _capacity;
    private int _count;

    /// <summary>Texts of one table, at most.</summary>
    public const int CountMax = 1 << 16;

    /// <summary>Bytes of a text, at least: a shorter one takes no more where it is.</summary>
    public const int TextBytesMin = 2;

    /// <summary>Bytes of a text, at most.</summary>
    public const int TextBytesMax = 64;

    /// <summary>Bytes beside those of the store.</summary>
    public long Bytes => _slots.Bytes + (long)_capacity * sizeof(uint);

    public bool IsFull => _count == CountMax;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Bytes At(int number)
    {
        byte* block = (byte*)pages.Address(_blocks[number]);
        return new Bytes((nint)(block + 1), *block);
    }

    public static uint Hash(Bytes text) => RowHash.Fold(PackedRow.Hash(text.Address, text.Length));

    /// <summary>The number of a text; -1: it is not there.</summary>
    public int Find(Bytes text, uint hash)
    {
        for (int place = _slots.First(hash, out uint handle); place >= 0; place = _slots.Next(place, hash, out handle))
        {
            var known = At((int)handle - 1);
            if (known.Length == text.Length && RowHash.AreEqual(known.Address, text.Address, text.Length)) return (int)handle - 1;
        }

        return -1;
    }

    /// <summary>Takes a text that is not there, while it is not full.</summary>
    public int Add(Bytes text, uint hash)
    {
        if (_count == _capacity) Grow(Math.Max(64, _capacity * 2));
        uint handle = pages.Allocate(1 + text.Length);
        byte* block = (byte*)pages.Address(handle);
        *block = (byte)text.Length;
        Unsafe.CopyBlockUnaligned(block + 1, (void*)text.Address, (uint)text.Length);
        _blocks[_count] = handle;
        _slots.Add(hash, (uint)_count + 1);
        return _count++;
    }

    /// <summary>As its store has it: the store's blocks are transferred before.</summary>
    public void Transfer(StateTransfer transfer)
    {
        if (transfer.IsRestoring) Clear();
        int capacity = _capacity;
        transfer.Value(ref capacity);
        transfer.Value(ref _count);
        if (transfer.IsRestoring && capacity > 0) Grow(capacity);
        _slots.Transfer(transfer);
        transfer.BeginStore();
        transfer.Memory((nint)_blocks, (long)_capacity * sizeof(uint));
    }

    public void Dispose()
    {
        Clear();
        _slots.Dispose();
    }

    private void Clear()
    {
        if (_capacity > 0) memory.Give((nint)_blocks, (long)_capacity * sizeof(uint));
        _blocks = null;
        (_capacity, _count) = (0, 0);
    }

    private void Grow(int capacity)
    {
        uint* grown = (uint*)memory.Take((long)capacity * sizeof(uint));
        if (_capacity > 0)
        {
            Unsafe.CopyBlockUnaligned(grown, _blocks, (uint)_capacity * sizeof(uint));
            memory.Give((nint)_blocks, (long)_capacity * sizeof(uint));
        }

        _blocks = grown;
        _capacity = capacity;
    }
}

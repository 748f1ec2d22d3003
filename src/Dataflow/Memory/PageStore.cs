using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orrery.Dataflow.Checkpoints;

namespace Orrery.Dataflow.Memory;

/// <summary>
/// Blocks of native memory for the state of one operator, named by handles of 32 bits: the segment above, the place in it in units of 8 bytes below. Handle 0 is no block.
/// Blocks of a size are cut off the end of the newest segment, or taken from the list of freed blocks of that size; sizes are multiples of 8 bytes up to
/// <see cref="FineBytesMax"/>, then grow by an eighth. What is larger than a quarter of a segment has segments of its own. Who frees a block says its size again, so that blocks have no header.
/// A segment may be read 16 bytes beyond its end. For one thread at a time.
/// </summary>
internal sealed unsafe class PageStore : IDisposable
{
    private const int UnitShift = 3;
    private const int SegmentShift = 17;
    private const int SegmentUnits = 1 << SegmentShift;
    private const int SlackBytes = 16;
    private const int ClassesCount = 192;

    private readonly StateMemory _memory;
    private readonly uint[] _free = new uint[ClassesCount];
    private readonly Dictionary<uint, long> _large = [];
    private readonly Queue<int> _freeSegments = new();
    private nint* _bases;
    private long[] _sizes = new long[4];
    private int _segments;
    private int _current = -1;
    private uint _nextUnit;
    private uint _endUnit;

    public PageStore(StateMemory memory)
    {
        _memory = memory;
        _bases = (nint*)NativeMemory.AllocZeroed(4, (nuint)sizeof(nint));
    }

    ~PageStore() => Dispose();

    /// <summary>Sizes up to this are multiples of 8.</summary>
    public const int FineBytesMax = 512;

    /// <summary>Bytes of a segment; the first ones of a store are smaller.</summary>
    public const int SegmentBytes = SegmentUnits << UnitShift;

    /// <summary>Segments of one store, at most: 32 GiB.</summary>
    public const int SegmentsMax = 1 << (32 - SegmentShift);

    /// <summary>Bytes in blocks that are in use.</summary>
    public long UsedBytes { get; private set; }

    /// <summary>Bytes of segments.</summary>
    public long ReservedBytes { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Address(uint handle) => _bases[handle >> SegmentShift] + (nint)((handle & (SegmentUnits - 1)) << UnitShift);

    /// <summary>A block of at least so many bytes, not cleared.</summary>
    public uint Allocate(int bytes)
    {
        int slot = ClassOf(bytes, out int size);
        if (slot < 0) return AllocateLarge(size);
        UsedBytes += size;
        uint handle = _free[slot];
        if (handle != 0)
        {
            _free[slot] = *(uint*)Address(handle);
            return handle;
        }

        uint units = (uint)size >> UnitShift;
        if (_nextUnit + units > _endUnit) AddSegment();
        handle = ((uint)_current << SegmentShift) | _nextUnit;
        _nextUnit += units;
        return handle;
    }

    /// <summary>Gives a block back; <paramref name="bytes"/> as it was asked for, or anything of the same class.</summary>
    public void Free(uint handle, int bytes)
    {
        int slot = ClassOf(bytes, out int size);
        if (slot < 0)
        {
            FreeLarge(handle);
            return;
        }

        UsedBytes -= size;
        nint address = Address(handle);
        if (StateMemory.IsPoisoned) NativeMemory.Fill((void*)address, (nuint)size, 0xDD);
        *(uint*)address = _free[slot];
        _free[slot] = handle;
    }

    /// <summary>Whether two sizes share a class, so that a block of the one can take the other.</summary>
    public static bool SameClass(int bytes, int others)
    {
        int slot = ClassOf(bytes, out _);
        return slot >= 0 && slot == ClassOf(others, out _);
    }

    /// <summary>Frees all blocks at once.</summary>
    public void Clear()
    {
        for (int segment = 0; segment < _segments; segment++)
        {
            if (_bases[segment] != 0) _memory.Give(_bases[segment], _sizes[segment]);
            _bases[segment] = 0;
        }

        Array.Clear(_free);
        _large.Clear();
        _freeSegments.Clear();
        (_segments, _current, _nextUnit, _endUnit, UsedBytes, ReservedBytes) = (0, -1, 0, 0, 0, 0);
    }

    public void Transfer(StateTransfer transfer)
    {
        if (transfer.IsRestoring) Clear();
        long used = UsedBytes;
        transfer.Value(ref used);
        UsedBytes = used;
        int segments = _segments;
        transfer.Value(ref segments);
        transfer.Value(ref _current);
        transfer.Value(ref _nextUnit);
        transfer.Value(ref _endUnit);
        TransferFree(transfer);
        if (transfer.IsRestoring) Reserve(segments);
        _segments = segments;
        transfer.BeginStore();
        for (int segment = 0; segment < segments; segment++)
        {
            long bytes = _bases[segment] == 0 ? 0 : _sizes[segment];
            transfer.Value(ref bytes);
            if (transfer.IsRestoring && bytes > 0)
            {
                _sizes[segment] = bytes;
                _bases[segment] = _memory.Take(bytes);
                ReservedBytes += bytes;
            }

            transfer.Memory(_bases[segment], bytes == 0 ? 0 : segment == _current ? (long)_nextUnit << UnitShift : bytes - SlackBytes);
        }
    }

    public void Dispose()
    {
        if (_bases == null) return;
        Clear();
        NativeMemory.Free(_bases);
        _bases = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>The lists of free blocks, the large blocks, the numbers of segments that are free.</summary>
    private void TransferFree(StateTransfer transfer)
    {
        int count = _free.Count(handle => handle != 0);
        transfer.Value(ref count);
        for (int index = 0, slot = -1; index < count; index++)
        {
            if (!transfer.IsRestoring) slot = Array.FindIndex(_free, slot + 1, handle => handle != 0);
            transfer.Value(ref slot);
            transfer.Value(ref _free[slot]);
        }

        (uint Handle, long Bytes)[] large = [.. _large.Select(pair => (pair.Key, pair.Value))];
        int[] numbers = [.. _freeSegments];
        TransferAll(transfer, ref large);
        TransferAll(transfer, ref numbers);
        if (!transfer.IsRestoring) return;
        foreach (var (handle, bytes) in large) _large.Add(handle, bytes);
        foreach (int number in numbers) _freeSegments.Enqueue(number);
    }

    private static void TransferAll<T>(StateTransfer transfer, ref T[] items)
        where T : unmanaged
    {
        int count = items.Length;
        transfer.Value(ref count);
        if (transfer.IsRestoring) items = new T[count];
        for (int index = 0; index < count; index++) transfer.Value(ref items[index]);
    }

    /// <summary>Room for so many segments.</summary>
    private void Reserve(int segments)
    {
        int former = _sizes.Length;
        if (segments <= former) return;
        Array.Resize(ref _sizes, segments);
        _bases = (nint*)NativeMemory.Realloc(_bases, (nuint)(segments * sizeof(nint)));
        new Span<byte>(_bases + former, (segments - former) * sizeof(nint)).Clear();
    }

    private static int ClassOf(int bytes, out int size)
    {
        if (bytes <= FineBytesMax)
        {
            int units = Math.Max(1, (bytes + 7) >> UnitShift);
            size = units << UnitShift;
            return units;
        }

        // Eight classes for each power of two.
        int power = 31 - System.Numerics.BitOperations.LeadingZeroCount((uint)(bytes - 1));
        int step = 1 << (power - 3);
        size = (bytes + step - 1) & ~(step - 1);
        if (size > SegmentBytes / 4) return -1;
        return 64 + (power - 9) * 8 + ((size >> (power - 3)) - 8);
    }

    private void AddSegment()
    {
        // What is left of the present one goes to the free blocks of its size.
        if (_current >= 0 && _endUnit > _nextUnit)
        {
            int left = (int)Math.Min(_endUnit - _nextUnit, FineBytesMax >> UnitShift);
            uint handle = ((uint)_current << SegmentShift) | _nextUnit;
            *(uint*)Address(handle) = _free[left];
            _free[left] = handle;
        }

        // The first segments are small: a node holds thousands of small views. A quarter of a segment must fit behind unit 0.
        int bytes = _segments switch { 0 => SegmentBytes / 2, _ => SegmentBytes };
        _current = Place(bytes);
        _nextUnit = 2;
        _endUnit = (uint)bytes >> UnitShift;
    }

    private uint AllocateLarge(int bytes)
    {
        int segment = Place(bytes);
        uint handle = (uint)segment << SegmentShift;
        // Unit 0 of segment 0 would be handle 0, which is no block.
        if (handle == 0)
        {
            uint second = AllocateLarge(bytes);
            _memory.Give(_bases[0], _sizes[0]);
            ReservedBytes -= _sizes[0];
            _bases[0] = 0;
            return second;
        }

        _large.Add(handle, bytes);
        UsedBytes += bytes;
        return handle;
    }

    private void FreeLarge(uint handle)
    {
        _large.Remove(handle, out long bytes);
        int segment = (int)(handle >> SegmentShift);
        UsedBytes -= bytes;
        ReservedBytes -= _sizes[segment];
        _memory.Give(_bases[segment], _sizes[segment]);
        _bases[segment] = 0;
        _freeSegments.Enqueue(segment);
    }

    private int Place(int bytes)
    {
        if (!_freeSegments.TryDequeue(out int segment))
        {
            if (_segments == SegmentsMax)
                throw new Sql.Rows.RowMemoryException($"A state of {ReservedBytes:N0} bytes in {_segments:N0} segments cannot grow: one store has at most {SegmentsMax:N0}. Cut the view into more partitions.");
            segment = _segments++;
            if (segment == _sizes.Length)
            {
                Array.Resize(ref _sizes, segment * 2);
                _bases = (nint*)NativeMemory.Realloc(_bases, (nuint)(segment * 2 * sizeof(nint)));
            }
        }

        _sizes[segment] = bytes + SlackBytes;
        _bases[segment] = _memory.Take(bytes + SlackBytes);
        ReservedBytes += bytes + SlackBytes;
        return segment;
    }
}

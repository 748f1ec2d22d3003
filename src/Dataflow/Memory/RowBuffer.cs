using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orrery.Dataflow.Memory;

/// <summary>Room for one row at a time, which grows to the largest. For one thread at a time.</summary>
internal sealed unsafe class RowBuffer
{
    // A row is read and written some bytes beyond its end.
    private const int SlackBytes = 16;

    private nint _address;
    private int _bytes;

    ~RowBuffer() => NativeMemory.Free((void*)_address);

    /// <summary>At least so many bytes, not cleared; what was in it before is forgotten.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Take(int bytes) => bytes <= _bytes ? _address : Grow(bytes);

    private nint Grow(int bytes)
    {
        int wanted = (int)Math.Min(int.MaxValue - SlackBytes, Math.Max(256L, bytes * 2L));
        NativeMemory.Free((void*)_address);
        _bytes = 0;
        _address = (nint)NativeMemory.Alloc((nuint)(wanted + SlackBytes));
        _bytes = wanted;
        return _address;
    }
}

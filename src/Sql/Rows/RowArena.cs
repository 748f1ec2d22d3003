using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Orrery.Sql.Rows;

/// <summary>
/// Native memory for the rows of one step: taken piece by piece, given back all at once by <see cref="Reset"/>. Pages stay for the next step up to
/// <see cref="KeptBytesMax"/>. A row in it is good until the next reset; whoever needs it longer copies it.
/// An arena that nothing refers to any more gives its memory back with all rows in it: who has rows keeps their arena. For one thread at a time.
/// <para>With the switch <c>Orrery.Sql.PoisonRows</c> of <see cref="AppContext"/> or the environment's <c>ORRERY_POISON_ROWS=1</c> memory is filled with 0xDD when it is given back, so
/// that a use after the reset shows.</para>
/// </summary>
public sealed unsafe class RowArena(long bytesMax = RowArena.DefaultBytesMax) : IDisposable
{
    private readonly List<Page> _pages = [];
    private readonly List<Page> _large = [];
    private byte* _start;
    private byte* _next;
    private byte* _end;
    private int _current = -1;
    private long _bytes;
    private bool _isDisposed;

    /// <summary>Bytes that an arena may hold when nothing else is said: 4 GiB.</summary>
    public const long DefaultBytesMax = 4L * 1024 * 1024 * 1024;

    /// <summary>Bytes of pages that a reset keeps for the next step.</summary>
    public const long KeptBytesMax = 64 * 1024 * 1024;

    /// <summary>Bytes of the first page; each further one is twice as large, up to <see cref="PageBytesMax"/>.</summary>
    public const int PageBytesMin = 16 * 1024;

    /// <summary>Bytes of a page; what is larger than half of it has its own and is given back with the reset.</summary>
    public const int PageBytesMax = 1024 * 1024;

    private readonly record struct Page(nint Address, nint Bytes);

    /// <summary>Whether given back memory is overwritten.</summary>
    public static bool IsPoisoned { get; } =
        (AppContext.TryGetSwitch("Orrery.Sql.PoisonRows", out bool isOn) && isOn) || Environment.GetEnvironmentVariable("ORRERY_POISON_ROWS") == "1";

    /// <summary>Bytes of native memory that it holds, used or not.</summary>
    public long ReservedBytes => _bytes;

    /// <summary>Memory for so many bytes, aligned to 8, not cleared.</summary>
    /// <exception cref="RowMemoryException">The arena's bound is reached.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public nint Allocate(int bytes)
    {
        byte* address = _next;
        nint size = (nint)(((uint)bytes + 7) & ~7u);
        if (size > _end - address) return AllocateSlow(bytes);
        _next = address + size;
        return (nint)address;
    }

    /// <summary>Gives back the end of the piece that was taken last: of its <paramref name="bytes"/> only the first <paramref name="used"/> stay. Does nothing for an older piece.</summary>
    public void Shrink(nint address, int bytes, int used)
    {
        nint size = (nint)(((uint)bytes + 7) & ~7u);
        if (address + size == (nint)_next) _next = (byte*)address + (((uint)used + 7) & ~7u);
    }

    /// <summary>Makes all that was taken free again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reset()
    {
        if (_next == _start && _current <= 0 && _large.Count == 0) return;
        ResetSlow();
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        foreach (var page in _pages) Free(page);
        foreach (var page in _large) Free(page);
        _pages.Clear();
        _large.Clear();
        _start = _next = _end = null;
        _current = -1;
        GC.SuppressFinalize(this);
    }

    ~RowArena() => Dispose();

    private nint AllocateSlow(int bytes)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes > PageBytesMax / 2)
        {
            var own = Take(((nint)bytes + 7) & ~7);
            _large.Add(own);
            return own.Address;
        }

        while (_current + 1 < _pages.Count)
        {
            Enter(_current + 1);
            if (bytes + 7 <= _end - _next) return Allocate(bytes);
        }

        int size = PageBytesMin << Math.Min(_pages.Count, 6);
        while (size < bytes + 7) size *= 2;
        _pages.Add(Take(size));
        Enter(_pages.Count - 1);
        return Allocate(bytes);
    }

    private void Enter(int index)
    {
        _current = index;
        _start = _next = (byte*)_pages[index].Address;
        _end = _start + _pages[index].Bytes;
    }

    private Page Take(nint bytes)
    {
        if (_bytes + bytes > bytesMax)
            throw new RowMemoryException($"An arena that holds {_bytes:N0} bytes was asked for {bytes:N0} more, over its bound of {bytesMax:N0}. Take smaller steps, or a larger bound.");
        var page = new Page((nint)NativeMemory.Alloc((nuint)bytes), bytes);
        _bytes += bytes;
        return page;
    }

    private void Free(Page page)
    {
        _bytes -= page.Bytes;
        NativeMemory.Free((void*)page.Address);
    }

    private void ResetSlow()
    {
        if (IsPoisoned)
        {
            foreach (var page in _large) NativeMemory.Fill((void*)page.Address, (nuint)page.Bytes, 0xDD);
            for (int index = 0; index <= _current; index++) NativeMemory.Fill((void*)_pages[index].Address, (nuint)_pages[index].Bytes, 0xDD);
        }

        foreach (var page in _large) Free(page);
        _large.Clear();
        while (_pages.Count > 1 && _bytes > KeptBytesMax)
        {
            Free(_pages[^1]);
            _pages.RemoveAt(_pages.Count - 1);
        }

        if (_pages.Count > 0) Enter(0);
    }
}

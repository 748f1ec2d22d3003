using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Orrery.Dataflow.Memory;

/// <summary>
/// Where the state of a graph takes its memory. Up to <see cref="ResidentBytesMax"/> it is the process's own; what is asked for beyond comes from a memory-mapped file in the spill
/// folder, so that the system may write it out: the pointers are the same, only slower. Without a folder there is no beyond, and the memory stays the process's own (views have bounds of their own).
/// For one thread at a time.
/// </summary>
public sealed unsafe class StateMemory(long residentBytesMax = long.MaxValue, string? spillFolder = null) : IDisposable
{
    private readonly Dictionary<nint, SpillFile> _spilled = [];
    private int _files;

    private sealed record SpillFile(MemoryMappedFile Map, MemoryMappedViewAccessor View, string Path);

    /// <summary>Bytes from which on memory is taken from the spill folder.</summary>
    public long ResidentBytesMax { get; } = residentBytesMax;

    /// <summary>Where rows of the state are read that are good until the step ends.</summary>
    internal Sql.Rows.RowArena Rows { get; set; } = new();

    /// <summary>Bytes of the process's own memory that are taken.</summary>
    public long ResidentBytes { get; private set; }

    /// <summary>Bytes of memory-mapped files that are taken.</summary>
    public long SpilledBytes { get; private set; }

    /// <summary>Whether freed state is overwritten with 0xDD; see <see cref="Sql.Rows.RowArena.IsPoisoned"/>.</summary>
    public static bool IsPoisoned => Sql.Rows.RowArena.IsPoisoned;

    /// <summary>Memory of zeros, aligned to 16.</summary>
    public nint Take(long bytes)
    {
        if (spillFolder is null || ResidentBytes + bytes <= ResidentBytesMax || bytes < SpillBytesMin)
        {
            ResidentBytes += bytes;
            return (nint)NativeMemory.AllocZeroed((nuint)bytes);
        }

        Directory.CreateDirectory(spillFolder);
        string path = Path.Combine(spillFolder, $"state-{Environment.ProcessId}-{GetHashCode():x}-{_files++}.spill");
        var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        stream.SetLength(bytes);
        var map = MemoryMappedFile.CreateFromFile(stream, null, bytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        var view = map.CreateViewAccessor(0, bytes);
        byte* address = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        _spilled.Add((nint)address, new SpillFile(map, view, path));
        SpilledBytes += bytes;
        return (nint)address;
    }

    /// <summary>Gives back what <see cref="Take"/> gave, with the same number of bytes.</summary>
    public void Give(nint address, long bytes)
    {
        if (_spilled.Remove(address, out var file))
        {
            SpilledBytes -= bytes;
            file.View.SafeMemoryMappedViewHandle.ReleasePointer();
            file.View.Dispose();
            file.Map.Dispose();
            return;
        }

        ResidentBytes -= bytes;
        NativeMemory.Free((void*)address);
    }

    /// <summary>Pieces smaller than this are never spilled: a file each would cost more than it saves.</summary>
    public const long SpillBytesMin = 256 * 1024;

    public void Dispose()
    {
        foreach (nint address in _spilled.Keys.ToArray()) Give(address, 0);
    }
}

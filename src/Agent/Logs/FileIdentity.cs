using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Orrery.Agent.Logs;

/// <summary>What stays the same when a file is renamed: device and inode, or on Windows volume and file index.</summary>
internal readonly partial record struct FileIdentity(ulong Device, ulong Number)
{
    const int EmptyPath = 0x1000, InodeMask = 0x100, StatusBytes = 256;

    /// <exception cref="IOException">The system would not tell.</exception>
    public static unsafe FileIdentity Of(SafeFileHandle file, string path)
    {
        if (OperatingSystem.IsWindows())
            return OfWindows(file);
        // Elsewhere a file is its path: renamed files are found as copies of what they were.
        if (!OperatingSystem.IsLinux())
            return new FileIdentity(ulong.MaxValue, path.Aggregate(14695981039346656037UL, (hash, letter) => unchecked((hash ^ letter) * 1099511628211UL)));
        // The one status call whose layout is the same on every processor.
        Span<byte> status = stackalloc byte[StatusBytes];
        fixed (byte* into = status)
            if (StatusOf((int)file.DangerousGetHandle(), "", EmptyPath, InodeMask, into) != 0)
                throw new IOException($"The identity of an open log file cannot be read: error {Marshal.GetLastPInvokeError()}.");
        uint major = BinaryPrimitives.ReadUInt32LittleEndian(status[136..]), minor = BinaryPrimitives.ReadUInt32LittleEndian(status[140..]);
        return new FileIdentity(((ulong)major << 32) | minor, BinaryPrimitives.ReadUInt64LittleEndian(status[32..]));
    }

    static unsafe FileIdentity OfWindows(SafeFileHandle file)
    {
        // BY_HANDLE_FILE_INFORMATION: volume at byte 28, index at 44 and 48. Written from its documentation; not verified on Windows.
        Span<byte> information = stackalloc byte[52];
        fixed (byte* into = information)
            if (InformationOf(file.DangerousGetHandle(), into) == 0)
                throw new IOException($"The identity of an open log file cannot be read: error {Marshal.GetLastPInvokeError()}.");
        return new FileIdentity(
            BinaryPrimitives.ReadUInt32LittleEndian(information[28..]),
            ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(information[44..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(information[48..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatusOf(int directory, string path, int flags, uint mask, byte* into);

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandle", SetLastError = true)]
    private static unsafe partial int InformationOf(nint file, byte* into);
}

using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Orrery.Agent.Windows;

/// <summary>The documented calls that the Windows collectors read from. Written from their documentation; not verified on Windows.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class NativeWindows
{
    public const int SystemProcessInformation = 5, SystemProcessorPerformanceInformation = 8;
    public const int StatusInfoLengthMismatch = unchecked((int)0xC0000004);
    public const uint DiskPerformance = 0x00070020;
    public const int InsufficientBuffer = 122;
    public const int AddressFamilyV4 = 2, AddressFamilyV6 = 23, TcpTableOwnerPidAll = 5;

    [StructLayout(LayoutKind.Sequential)]
    public struct MemoryStatus
    {
        public uint Length, Load;
        public ulong TotalPhysical, AvailablePhysical, TotalPageFile, AvailablePageFile, TotalVirtual, AvailableVirtual, AvailableExtendedVirtual;
    }

    /// <summary>DISK_PERFORMANCE. Times are in units of 100 ns.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct DiskCounters
    {
        public long BytesRead, BytesWritten, ReadTime, WriteTime, IdleTime;
        public uint ReadCount, WriteCount, QueueDepth, SplitCount;
        public long QueryTime;
        public uint StorageDeviceNumber;
        public fixed char StorageManagerName[8];
    }

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GetSystemTimes(out long idle, out long kernel, out long user);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool GlobalMemoryStatusEx(ref MemoryStatus status);

    [LibraryImport("kernel32")]
    public static partial ulong GetTickCount64();

    [LibraryImport("ntdll")]
    public static partial int NtQuerySystemInformation(int kind, byte* into, int length, out int needed);

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial nint CreateFile(string name, uint access, uint share, nint security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool DeviceIoControl(nint device, uint code, void* input, uint inputBytes, void* output, uint outputBytes, out uint returned, nint overlapped);

    [LibraryImport("kernel32")]
    [return: MarshalAs(UnmanagedType.Bool)]
    public static partial bool CloseHandle(nint handle);

    [LibraryImport("iphlpapi")]
    public static partial int GetExtendedTcpTable(byte* table, ref int bytes, [MarshalAs(UnmanagedType.Bool)] bool order, int family, int kind, int reserved);
}

using System.Globalization;
using System.Runtime.Versioning;
using Orrery.Agent.Collection;
using Orrery.Client;

namespace Orrery.Agent.Windows;

/// <summary>Input and output of physical disks, by IOCTL_DISK_PERFORMANCE, which needs no rights beyond opening the device without access.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsDiskCollector(OrreryClient client, TimeSpan interval) : ICollector
{
    const int DisksMax = 32;
    const uint ShareReadWrite = 3, OpenExisting = 3;

    readonly SeriesSet readBytes = new(client, "disk_read_bytes_per_second", "device");
    readonly SeriesSet writeBytes = new(client, "disk_write_bytes_per_second", "device");
    readonly SeriesSet reads = new(client, "disk_reads_per_second", "device");
    readonly SeriesSet writes = new(client, "disk_writes_per_second", "device");
    readonly SeriesSet busy = new(client, "disk_busy_percent", "device");
    readonly Disk[] disks = new Disk[DisksMax];

    public string Name => "disks";

    public TimeSpan Interval => interval;

    public void Collect(long now)
    {
        for (int i = 0; i < disks.Length; i++)
        {
            string name = "PhysicalDrive" + i.ToString(CultureInfo.InvariantCulture);
            nint device = NativeWindows.CreateFile(@"\\.\" + name, 0, ShareReadWrite, 0, OpenExisting, 0, 0);
            // Disks are numbered from 0 without gaps, but one may be removed: look at all numbers up to the bound.
            if (device == -1)
                continue;
            try
            {
                NativeWindows.DiskCounters counters;
                if (NativeWindows.DeviceIoControl(device, NativeWindows.DiskPerformance, null, 0, &counters, (uint)sizeof(NativeWindows.DiskCounters), out _, 0))
                    Set(name, ref disks[i], counters, now);
            }
            finally
            {
                NativeWindows.CloseHandle(device);
            }
        }
    }

    public void Dispose()
    {
    }

    void Set(string name, ref Disk disk, in NativeWindows.DiskCounters counters, long now)
    {
        readBytes.Set(name, disk.ReadBytes.Next(counters.BytesRead, now), now);
        writeBytes.Set(name, disk.WriteBytes.Next(counters.BytesWritten, now), now);
        reads.Set(name, disk.Reads.Next(counters.ReadCount, now), now);
        writes.Set(name, disk.Writes.Next(counters.WriteCount, now), now);
        busy.Set(name, disk.Busy.Next(counters.IdleTime, counters.QueryTime), now);
    }

    struct Disk
    {
        public Rate ReadBytes, WriteBytes, Reads, Writes;
        public CpuShare Busy;
    }
}

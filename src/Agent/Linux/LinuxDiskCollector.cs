using System.Text;
using Orrery.Agent.Collection;
using Orrery.Client;

namespace Orrery.Agent.Linux;

/// <summary>Input and output of whole disks (partitions are left out), from /proc/diskstats.</summary>
internal sealed class LinuxDiskCollector(OrreryClient client, TimeSpan interval, string proc = "/proc", string sys = "/sys") : ICollector
{
    readonly ProcFile stats = new(proc + "/diskstats", 16384);
    readonly SeriesSet readBytes = new(client, "disk_read_bytes_per_second", "device");
    readonly SeriesSet writeBytes = new(client, "disk_write_bytes_per_second", "device");
    readonly SeriesSet reads = new(client, "disk_reads_per_second", "device");
    readonly SeriesSet writes = new(client, "disk_writes_per_second", "device");
    readonly SeriesSet busy = new(client, "disk_busy_percent", "device");
    readonly List<Disk> disks = [];

    public string Name => "disks";

    public TimeSpan Interval => interval;

    public void Collect(long now)
    {
        var lines = new Fields(stats.Read());
        while (lines.Line(out ReadOnlySpan<byte> line))
        {
            DiskCounters counters = DiskCounters.Parse(line, out ReadOnlySpan<byte> device);
            Disk disk = Find(device);
            if (!disk.Counts)
                continue;
            readBytes.Set(disk.Name, disk.ReadBytes.Next(counters.ReadBytes, now), now);
            writeBytes.Set(disk.Name, disk.WriteBytes.Next(counters.WriteBytes, now), now);
            reads.Set(disk.Name, disk.Reads.Next(counters.Reads, now), now);
            writes.Set(disk.Name, disk.Writes.Next(counters.Writes, now), now);
            // Milliseconds busy per second, as percent.
            busy.Set(disk.Name, Math.Min(100, disk.Busy.Next(counters.BusyMilliseconds, now) / 10), now);
        }
    }

    public void Dispose() => stats.Dispose();

    Disk Find(ReadOnlySpan<byte> device)
    {
        foreach (Disk known in disks)
            if (device.SequenceEqual(known.Device))
                return known;
        string name = Encoding.UTF8.GetString(device);
        var disk = new Disk
        {
            Device = device.ToArray(),
            Name = name,
            Counts = DiskCounters.Counts(device) && (!Directory.Exists(sys + "/block") || Directory.Exists(sys + "/block/" + name)),
        };
        disks.Add(disk);
        return disk;
    }

    sealed class Disk
    {
        public required byte[] Device;
        public required string Name;
        public required bool Counts;
        public Rate ReadBytes, WriteBytes, Reads, Writes, Busy;
    }
}

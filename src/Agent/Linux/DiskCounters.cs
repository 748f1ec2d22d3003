using System.Text;

namespace Orrery.Agent.Linux;

/// <summary>One line of /proc/diskstats.</summary>
internal readonly record struct DiskCounters(long Reads, long ReadBytes, long Writes, long WriteBytes, long BusyMilliseconds)
{
    const int SectorBytes = 512;

    /// <summary>Reads one line; the name is a slice of it.</summary>
    public static DiskCounters Parse(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> device)
    {
        var fields = new Fields(line);
        fields.Skip(2);
        device = fields.Next();
        long reads = fields.Long();
        fields.Skip(1);
        long sectorsRead = fields.Long();
        fields.Skip(1);
        long writes = fields.Long();
        fields.Skip(1);
        long sectorsWritten = fields.Long();
        fields.Skip(2);
        return new DiskCounters(reads, sectorsRead * SectorBytes, writes, sectorsWritten * SectorBytes, fields.Long());
    }

    /// <summary>Loops, RAM disks and optical drives say nothing about the machine's disks, and mappers repeat what is below them.</summary>
    public static bool Counts(ReadOnlySpan<byte> device) =>
        !device.StartsWith("loop"u8) && !device.StartsWith("ram"u8) && !device.StartsWith("zram"u8) && !device.StartsWith("sr"u8)
        && !device.StartsWith("fd"u8) && !device.StartsWith("dm-"u8) && !device.StartsWith("nbd"u8);
}

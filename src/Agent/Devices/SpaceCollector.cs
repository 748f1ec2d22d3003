using Orrery.Agent.Collection;
using Orrery.Client;

namespace Orrery.Agent.Devices;

/// <summary>Space of file systems. A mount that fails does not hide the others; the first failure is thrown once all were read.</summary>
internal sealed class SpaceCollector(OrreryClient client, TimeSpan interval, Func<IReadOnlyList<DiskFact>> listDisks) : ICollector
{
    const long ListEveryMilliseconds = 60_000;
    const int DisksMax = 64;
    readonly SeriesSet total = new(client, "disk_total_bytes", "mount");
    readonly SeriesSet used = new(client, "disk_used_bytes", "mount");
    readonly SeriesSet percent = new(client, "disk_used_percent", "mount");
    List<DriveInfo> drives = [];
    long listedAt = long.MinValue;

    public string Name => "disk space";

    public TimeSpan Interval => interval;

    public void Collect(long now)
    {
        if (listedAt == long.MinValue || now - listedAt >= ListEveryMilliseconds)
        {
            listedAt = now;
            drives = [];
            foreach (DiskFact disk in listDisks())
                if (drives.Count < DisksMax)
                    drives.Add(new DriveInfo(disk.Mount));
        }
        IOException? failure = null;
        foreach (DriveInfo drive in drives)
        {
            try
            {
                Collect(drive, now);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                failure ??= new IOException($"Could not read the space of '{drive.Name}': {error.Message}", error);
            }
        }
        if (failure is not null)
            throw failure;
    }

    public void Dispose()
    {
    }

    void Collect(DriveInfo drive, long now)
    {
        long size = drive.TotalSize, free = drive.TotalFreeSpace, available = drive.AvailableFreeSpace;
        if (size <= 0)
            return;
        long taken = size - free;
        total.Set(drive.Name, size, now);
        used.Set(drive.Name, taken, now);
        // As df does: of what users can fill, without the blocks reserved for root.
        percent.Set(drive.Name, 100.0 * taken / Math.Max(1, taken + available), now);
    }
}

namespace Orrery.Log;

/// <summary>How full the log's disk is, and when it will be.</summary>
/// <param name="FreeBytes">Bytes that may still be written, as the file system counts them for this process.</param>
/// <param name="TotalBytes">Size of the disk.</param>
/// <param name="FreeBytesMin">Below this many free bytes appends are refused with <see cref="LogFullException"/>.</param>
/// <param name="BytesPerSecond">How fast free bytes go, over the last measurements (up to an hour), whoever uses them; negative while space is won.</param>
/// <param name="FullAt">When appends will be refused at that rate; the present once they are. Null while the disk does not fill.</param>
public sealed record DiskForecast(long FreeBytes, long TotalBytes, long FreeBytesMin, double BytesPerSecond, DateTimeOffset? FullAt)
{
    public bool IsFull => FreeBytes < FreeBytesMin;
}

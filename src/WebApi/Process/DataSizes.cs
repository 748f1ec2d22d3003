using Microsoft.Extensions.Options;

namespace Orrery.WebApi.Process;

/// <summary>How much the data folder holds. Looked up at most every ten seconds, since it walks the folder.</summary>
internal sealed class DataSizes(IOptions<OrreryApiOptions> options, TimeProvider time)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    readonly Lock reading = new();
    IReadOnlyDictionary<string, long>? sizes;
    long readAt;

    public IReadOnlyDictionary<string, long> Read()
    {
        lock (reading)
        {
            if (sizes is not null && time.GetElapsedTime(readAt) < Lifetime)
                return sizes;
            readAt = time.GetTimestamp();
            return sizes = Walk(options.Value.DataDirectory);
        }
    }

    static Dictionary<string, long> Walk(string? directory)
    {
        var found = new Dictionary<string, long>();
        if (directory is null || !Directory.Exists(directory))
            return found;
        foreach (FileSystemInfo entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
            found[entry.Name] = SizeOf(entry);
        return found;
    }

    static long SizeOf(FileSystemInfo entry)
    {
        try
        {
            return entry is FileInfo file ? file.Length : ((DirectoryInfo)entry).EnumerateFiles("*", SearchOption.AllDirectories).Sum(inner => inner.Length);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Segments and journals come and go while they are counted.
            return 0;
        }
    }
}

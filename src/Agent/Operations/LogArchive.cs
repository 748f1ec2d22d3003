using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Orrery.Agent.Operations;

/// <summary>
/// Packs a folder's files, the newest first, until the archive has its bytes. Of a file that is too long its end is taken; what did not fit is told in the archive's <c>LEFT-OUT.txt</c>.
/// </summary>
internal static class LogArchive
{
    const int FilesMax = 2_000, BlockBytes = 64 << 10, NamesMax = 200;

    /// <summary>Kept free for what stands behind the files: the list of what was left out, and the archive's own directory with a name of each file.</summary>
    const int ReservedBytes = 8 << 10, EntryBytes = 128;

    /// <param name="folder">What may be read.</param>
    /// <param name="bytesMax">Of the archive.</param>
    /// <param name="file">Where it is written.</param>
    /// <param name="tell">Told the share of files that were looked at, 0 to 1, and how many were taken.</param>
    /// <param name="stopping">Ends the work.</param>
    /// <returns>What is in it, in a sentence.</returns>
    public static async Task<string> WriteAsync(LogFolder folder, long bytesMax, string file, Func<double, int, Task> tell, CancellationToken stopping)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device, IgnoreInaccessible = true, MaxRecursionDepth = 8 };
        // What has no length may be a pipe, which would be waited for.
        FileInfo[] files = [.. new DirectoryInfo(folder.Path).EnumerateFiles(folder.Pattern, options).Where(static each => each is { LinkTarget: null, Length: > 0 }).OrderByDescending(static each => each.LastWriteTimeUtc).Take(FilesMax)];
        var leftOut = new List<string>();
        int taken = 0, looked = 0;
        var stream = new FileStream(file, FileMode.Create, FileAccess.ReadWrite, FileShare.None, BlockBytes);
        await using (stream.ConfigureAwait(false))
        {
            using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            {
                long reserved = ReservedBytes;
                foreach (FileInfo each in files)
                {
                    stopping.ThrowIfCancellationRequested();
                    string name = Path.GetRelativePath(folder.Path, each.FullName).Replace('\\', '/');
                    reserved += EntryBytes + (2 * Encoding.UTF8.GetByteCount(name));
                    // What is written into an entry stands in the file before the next block, but for what the compression holds back: at most a block.
                    long room = bytesMax - reserved - (2 * BlockBytes);
                    if (stream.Position >= room)
                        leftOut.Add($"{name}: {each.Length} bytes, the archive is full");
                    else if (await TakeAsync(archive, stream, each, name, folder.FileBytesMax, room, leftOut, stopping).ConfigureAwait(false))
                        taken++;
                    looked++;
                    await tell(files.Length == 0 ? 1 : (double)looked / files.Length, taken).ConfigureAwait(false);
                }

                if (leftOut.Count > 0)
                {
                    using var writer = new StreamWriter(archive.CreateEntry("LEFT-OUT.txt").Open());
                    foreach (string line in leftOut.Take(NamesMax))
                        await writer.WriteLineAsync(line.Length <= 300 ? line : line[..300]).ConfigureAwait(false);
                    if (leftOut.Count > NamesMax)
                        await writer.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"and {leftOut.Count - NamesMax} more")).ConfigureAwait(false);
                }
            }

            return string.Create(CultureInfo.InvariantCulture, $"{taken} of {files.Length} files in {stream.Length} bytes{(leftOut.Count > 0 ? $"; {leftOut.Count} are not whole or left out, see LEFT-OUT.txt" : "")}");
        }
    }

    static async Task<bool> TakeAsync(ZipArchive archive, FileStream stream, FileInfo file, string name, long fileBytesMax, long room, List<string> leftOut, CancellationToken stopping)
    {
        try
        {
            using var source = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // A file that grows meanwhile is taken as long as it was.
            long length = source.Length, left = Math.Min(length, fileBytesMax);
            source.Position = length - left;
            if (left < length)
                leftOut.Add($"{name}: {length - left} of {length} bytes before its end");
            ZipArchiveEntry entry = archive.CreateEntry(name, CompressionLevel.Fastest);
            entry.LastWriteTime = file.LastWriteTimeUtc.Year is >= 1980 and <= 2107 ? new DateTimeOffset(file.LastWriteTimeUtc) : entry.LastWriteTime;
            using Stream target = entry.Open();
            byte[] block = new byte[BlockBytes];
            for (int count; left > 0 && (count = await source.ReadAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), stopping).ConfigureAwait(false)) > 0; left -= count)
            {
                if (stream.Position >= room)
                {
                    leftOut.Add($"{name}: its last {left} bytes, the archive is full");
                    break;
                }

                await target.WriteAsync(block.AsMemory(0, count), stopping).ConfigureAwait(false);
                await target.FlushAsync(stopping).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            leftOut.Add($"{name}: {error.Message}");
            return false;
        }
    }
}

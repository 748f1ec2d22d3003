using System.Globalization;
using System.Runtime.InteropServices;

namespace Orrery.Connectors.ObjectStores;

/// <summary>
/// Objects as files under a folder. A put writes a file beside the others (in <c>.partial</c>), syncs it, renames it, and syncs the
/// folders, so that a crash leaves the old object or the new one. What crashes left in <c>.partial</c> is removed when the store is opened
/// an hour later or more.
/// </summary>
public sealed partial class FolderObjectStore : IObjectStore
{
    const string PartialFolder = ".partial";
    const int ErrorNotPermitted = 1, ErrorExists = 17, ErrorNoSuchCall = 38, ErrorNotSupported = 95;
    static readonly TimeSpan PartialAgeMax = TimeSpan.FromHours(1);

    readonly string root;
    readonly string partial;
    long partials;

    /// <param name="path">The folder; made if it is not there.</param>
    /// <param name="time">The clock by which left-over partial files are judged.</param>
    public FolderObjectStore(string path, TimeProvider time)
    {
        root = Path.GetFullPath(path);
        partial = Path.Combine(root, PartialFolder);
        MakeFolder(partial);
        DateTime oldest = (time.GetUtcNow() - PartialAgeMax).UtcDateTime;
        foreach (string file in Directory.EnumerateFiles(partial))
            if (File.GetLastWriteTimeUtc(file) < oldest)
                File.Delete(file);
    }

    /// <inheritdoc/>
    public string Address => "folder " + root;

    /// <inheritdoc/>
    public ValueTask<ObjectPage> ListAsync(string prefix, string? after, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        var found = new List<ObjectEntry>();
        bool more = false;
        foreach (FileInfo file in Walk(new DirectoryInfo(root), "", prefix, after))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (found.Count == limit)
            {
                more = true;
                break;
            }

            found.Add(Entry(Path.GetRelativePath(root, file.FullName).Replace('\\', '/'), file));
        }

        return ValueTask.FromResult(new ObjectPage(found, more));
    }

    /// <inheritdoc/>
    public ValueTask<ObjectEntry?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        var file = new FileInfo(PathOf(name));
        return ValueTask.FromResult(file.Exists ? Entry(name, file) : null);
    }

    /// <inheritdoc/>
    public ValueTask<Stream> OpenReadAsync(string name, CancellationToken cancellationToken = default)
    {
        string path = PathOf(name);
        try
        {
            return ValueTask.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 << 10));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException && !File.Exists(path))
        {
            throw new ObjectMissingException(name, Address, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed("open", name, error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string name, Stream content, CancellationToken cancellationToken = default) =>
        await WriteAsync(name, content, overwrite: true, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken = default) =>
        WriteAsync(name, content, overwrite: false, cancellationToken);

    /// <inheritdoc/>
    public ValueTask MoveAsync(string from, string to, CancellationToken cancellationToken = default)
    {
        string source = PathOf(from), target = PathOf(to);
        try
        {
            MakeFolder(Path.GetDirectoryName(target)!);
            File.Move(source, target, overwrite: true);
            SyncFolder(Path.GetDirectoryName(target)!);
            SyncFolder(Path.GetDirectoryName(source)!);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException && !File.Exists(source))
        {
            throw new ObjectMissingException(from, Address, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed($"move to '{to}'", from, error);
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        string path = PathOf(name);
        try
        {
            if (File.Exists(path))
            {
                File.Delete(path);
                SyncFolder(Path.GetDirectoryName(path)!);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed("delete", name, error);
        }

        return default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    async ValueTask<bool> WriteAsync(string name, Stream content, bool overwrite, CancellationToken cancellationToken)
    {
        string path = PathOf(name);
        string temporary = Path.Combine(partial, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{GetHashCode():x}-{Interlocked.Increment(ref partials)}"));
        try
        {
            if (!overwrite && File.Exists(path))
                return false;
            await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 0))
            {
                await content.CopyToAsync(file, 128 << 10, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            MakeFolder(Path.GetDirectoryName(path)!);
            if (!Rename(temporary, path, overwrite))
                return false;
            SyncFolder(Path.GetDirectoryName(path)!);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failed("write", name, error);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Without overwrite the file gets its name by a link, which of two writers only one can make; the framework's move looks first and renames then.</summary>
    static bool Rename(string temporary, string path, bool overwrite)
    {
        if (!overwrite && !OperatingSystem.IsWindows())
        {
            if (Link(temporary, path) == 0)
                return true; // The temporary name is removed by the caller.
            int error = Marshal.GetLastPInvokeError();
            if (error == ErrorExists)
                return false;
            if (error is not (ErrorNotPermitted or ErrorNotSupported or ErrorNoSuchCall))
                throw new IOException($"Cannot link '{path}': error {error}.");
            // This file system has no links: its own check and rename are the best there is.
        }

        try
        {
            File.Move(temporary, path, overwrite);
            return true;
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            return false;
        }
    }

    /// <summary>Files below a folder in ordinal order of their whole names; folders that cannot hold a wanted name are not opened.</summary>
    static IEnumerable<FileInfo> Walk(DirectoryInfo folder, string at, string prefix, string? after)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (DirectoryNotFoundException)
        {
            yield break;
        }

        foreach ((string name, FileSystemInfo entry) in entries
            .Select(entry => (Name: at + entry.Name + (entry is DirectoryInfo ? "/" : ""), entry))
            .Where(pair => pair.Name != PartialFolder + "/")
            .OrderBy(pair => pair.Name, StringComparer.Ordinal))
        {
            if (entry is DirectoryInfo inner)
            {
                bool wanted = prefix.StartsWith(name, StringComparison.Ordinal) || name.StartsWith(prefix, StringComparison.Ordinal);
                bool passed = after is not null && string.CompareOrdinal(name, after) < 0 && !after.StartsWith(name, StringComparison.Ordinal);
                if (wanted && !passed)
                    foreach (FileInfo file in Walk(inner, name, prefix, after))
                        yield return file;
            }
            else if (name.StartsWith(prefix, StringComparison.Ordinal) && (after is null || string.CompareOrdinal(name, after) > 0))
            {
                yield return (FileInfo)entry;
            }
        }
    }

    static ObjectEntry Entry(string name, FileInfo file) => new(name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero));

    string PathOf(string name)
    {
        ObjectName.Check(name);
        if (name.StartsWith(PartialFolder, StringComparison.Ordinal))
            throw new ArgumentException($"'{name}': names that begin with '{PartialFolder}' are the store's own.");
        return Path.Combine(root, name.Replace('/', Path.DirectorySeparatorChar));
    }

    ObjectStoreException Failed(string what, string name, Exception error) => new($"Could not {what} object '{name}' in {Address}: {error.Message}", mayPass: true, error);

    static void MakeFolder(string path)
    {
        if (Directory.Exists(path))
            return;
        string? parent = Path.GetDirectoryName(path);
        if (parent is not null)
            MakeFolder(parent);
        Directory.CreateDirectory(path);
        if (parent is not null)
            SyncFolder(parent);
    }

    static void SyncFolder(string path)
    {
        // Windows keeps the entries of folders in its own journal and offers no sync for them.
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = Open(path, 0);
        if (descriptor < 0)
            throw new IOException($"Cannot open the folder '{path}' to sync it: error {Marshal.GetLastPInvokeError()}.");
        try
        {
            if (Sync(descriptor) != 0)
                throw new IOException($"Cannot sync the folder '{path}': error {Marshal.GetLastPInvokeError()}.");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}

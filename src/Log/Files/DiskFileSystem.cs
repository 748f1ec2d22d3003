using System.Runtime.InteropServices;

namespace Orrery.Log.Files;

/// <summary>The machine's own files.</summary>
public sealed partial class DiskFileSystem : ILogFileSystem
{
    // A lock is held for a few file operations only.
    static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(2);

    public void CreateDirectory(string path)
    {
        if (Directory.Exists(path)) return;
        string? parent = Path.GetDirectoryName(Path.GetFullPath(path));
        if (parent is not null) CreateDirectory(parent);
        Directory.CreateDirectory(path);
        if (parent is not null) SyncDirectory(parent);
    }

    public IReadOnlyList<string> ListFiles(string directory) =>
        Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path))] : [];

    public IReadOnlyList<string> ListDirectories(string directory) =>
        Directory.Exists(directory) ? [.. Directory.EnumerateDirectories(directory).Select(path => Path.GetFileName(path))] : [];

    public ILogFile OpenWrite(string path) =>
        new DiskFile(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));

    public ILogFile OpenRead(string path) =>
        new DiskFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    public void Delete(string path) => File.Delete(path);

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public DiskFree Space(string directory)
    {
        // Elsewhere than on Windows any path names the disk that it is on.
        var drive = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(Path.GetFullPath(directory))! : directory);
        return new DiskFree(drive.AvailableFreeSpace, drive.TotalSize);
    }

    public void SyncDirectory(string path)
    {
        // Windows keeps directory entries in its own journal and offers no sync for them.
        if (OperatingSystem.IsWindows()) return;
        int descriptor = Open(path, 0);
        if (descriptor < 0) throw new IOException($"Cannot open directory '{path}' to sync it: error {Marshal.GetLastPInvokeError()}.");
        try
        {
            if (Sync(descriptor) != 0) throw new IOException($"Cannot sync directory '{path}': error {Marshal.GetLastPInvokeError()}.");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    public IDisposable Lock(string path, string owner, TimeSpan wait)
    {
        string ownerPath = path + ".owner";
        int pauses = (int)Math.Min(wait / LockPause, int.MaxValue);
        FileStream stream;
        for (int pause = 0; ; pause++)
        {
            try
            {
                stream = File.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                break;
            }
            catch (IOException error) when (IsSharingViolation(error))
            {
                if (pause >= pauses) throw new LogInUseException($"'{path}' is taken by {ReadOwner(ownerPath)}.", error);
                Thread.Sleep(LockPause);
            }
        }

        try
        {
            File.WriteAllText(ownerPath, owner);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // The number is EAGAIN's: 11 on Linux, 35 on macOS; elsewhere Windows' sharing and lock violations.
    static bool IsSharingViolation(IOException error) => OperatingSystem.IsWindows() ? (error.HResult & 0xffff) is 32 or 33 : error.HResult is 11 or 35;

    static string ReadOwner(string path)
    {
        const int ownerLengthMax = 300;
        try
        {
            string owner = File.ReadAllText(path).Trim();
            return owner.Length is > 0 and <= ownerLengthMax ? owner : "another process";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}

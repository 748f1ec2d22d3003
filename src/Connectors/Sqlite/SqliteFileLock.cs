using System.Globalization;

namespace Orrery.Connectors.Sqlite;

/// <summary>
/// Keeps two processes from working on one file by accident. The operating system holds the lock on <c>FILE.lock</c> and frees it when the
/// process ends, however it ends. <c>FILE.owner</c> says who holds it, for the other's error message.
/// </summary>
sealed class SqliteFileLock : IDisposable
{
    readonly FileStream stream;
    readonly string ownerPath;

    SqliteFileLock(FileStream stream, string ownerPath)
    {
        this.stream = stream;
        this.ownerPath = ownerPath;
    }

    /// <exception cref="SqliteStoreException">Another process, or this one, has the file open; or the lock file cannot be made.</exception>
    public static SqliteFileLock Take(string filePath, TimeProvider time)
    {
        var lockPath = filePath + ".lock";
        var ownerPath = filePath + ".owner";
        FileStream stream;
        try
        {
            stream = SqliteFiles.Create(lockPath, FileShare.None);
        }
        catch (IOException error) when (IsSharingViolation(error))
        {
            throw new SqliteStoreException(SqliteFault.InUse, filePath, $"Could not open '{filePath}': it is in use by {ReadOwner(ownerPath)}. Two processes cannot share one data directory: stop the other, or choose another directory with --data.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SqliteFiles.CannotWrite(filePath, lockPath, error);
        }

        try
        {
            File.WriteAllText(ownerPath, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName} since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            stream.Dispose();
            throw SqliteFiles.CannotWrite(filePath, ownerPath, error);
        }

        return new(stream, ownerPath);
    }

    public void Dispose()
    {
        // The lock file stays: removing it would let a third process lock a new file of the same name while a second waits for the old one.
        File.Delete(ownerPath);
        stream.Dispose();
    }

    // The number is EAGAIN's: 11 on Linux, 35 on macOS; elsewhere Windows' sharing and lock violations.
    static bool IsSharingViolation(IOException error) => OperatingSystem.IsWindows() ? (error.HResult & 0xffff) is 32 or 33 : error.HResult is 11 or 35;

    static string ReadOwner(string ownerPath)
    {
        try
        {
            var owner = File.ReadAllText(ownerPath).Trim();
            return owner.Length is > 0 and < 200 ? owner : "another process";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}

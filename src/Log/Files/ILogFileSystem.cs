namespace Orrery.Log.Files;

/// <summary>The few things that the embedded log does with files, so that tests can lose power, fill the disk and fail it. Errors are <see cref="IOException"/>s.</summary>
public interface ILogFileSystem
{
    /// <summary>Creates a directory and those above it, durably.</summary>
    void CreateDirectory(string path);

    /// <summary>Names (without the path) of a directory's files; empty where there is no directory.</summary>
    IReadOnlyList<string> ListFiles(string directory);

    /// <summary>Names (without the path) of a directory's directories; empty where there is no directory.</summary>
    IReadOnlyList<string> ListDirectories(string directory);

    /// <summary>Opens a file to read and write, creating it where missing.</summary>
    ILogFile OpenWrite(string path);

    /// <summary>Opens a file to read.</summary>
    /// <exception cref="FileNotFoundException">It is not there.</exception>
    ILogFile OpenRead(string path);

    /// <summary>Deletes a file; one that is not there is no error.</summary>
    void Delete(string path);

    /// <summary>Gives a file another name, replacing what had it, in one step.</summary>
    void Rename(string from, string to);

    /// <summary>How much of the disk that holds a directory is free.</summary>
    DiskFree Space(string directory);

    /// <summary>Returns once files created and deleted in a directory are so on the disk.</summary>
    void SyncDirectory(string path);

    /// <summary>Takes a file's lock until disposed, or until this process ends, however it ends.</summary>
    /// <param name="path">The lock file, made where it is missing.</param>
    /// <param name="owner">Who takes it, for those who find it taken.</param>
    /// <param name="wait">How long to wait for whoever has it.</param>
    /// <exception cref="LogInUseException">It is taken; the message names the owner.</exception>
    IDisposable Lock(string path, string owner, TimeSpan wait);
}

/// <summary>How much of a disk is free.</summary>
/// <param name="FreeBytes">Bytes that this process may still write.</param>
/// <param name="TotalBytes">Size of the disk.</param>
public readonly record struct DiskFree(long FreeBytes, long TotalBytes);

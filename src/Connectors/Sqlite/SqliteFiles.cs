namespace Orrery.Connectors.Sqlite;

/// <summary>The files around a database: made so that only this user can read them.</summary>
static class SqliteFiles
{
    /// <summary>Opens a file for writing; makes it where there is none.</summary>
    public static FileStream Create(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }

    /// <summary>Makes the directory, where there is none, for this user only.</summary>
    /// <exception cref="SqliteStoreException">It cannot be made.</exception>
    public static void CreateDirectory(string filePath)
    {
        var directory = Path.GetDirectoryName(filePath)!;
        try
        {
            if (Directory.Exists(directory)) return;
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(directory);
            else Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(filePath, directory, error);
        }
    }

    public static SqliteStoreException CannotWrite(string filePath, string path, Exception error)
    {
        if (error is IOException && SqliteErrors.FreeBytes(filePath) is < 4096)
        {
            return new(SqliteFault.DiskFull, filePath, $"Could not write '{path}': the disk is full. Free some space and start again. ({error.Message})", error);
        }

        var fault = error is UnauthorizedAccessException || error.Message.Contains("Read-only", StringComparison.OrdinalIgnoreCase) ? SqliteFault.ReadOnly : SqliteFault.CannotOpen;
        return new(fault, filePath, $"Could not write '{path}': {error.Message} Give this user write permission on the directory, or choose another data directory.", error);
    }
}

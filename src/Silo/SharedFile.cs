namespace Orrery.Silo;

/// <summary>Small files that several processes may make at the same moment: one of them wins, whole.</summary>
static class SharedFile
{
    /// <summary>Makes the file, readable by its owner only. False where another process made it first.</summary>
    public static bool TryCreate(string path, byte[] content)
    {
        string draft = $"{path}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(draft, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        try
        {
            // Whole or not at all: a torn key would lose the secrets sealed since.
            File.Move(draft, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
            return false;
        }
    }
}

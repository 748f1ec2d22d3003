namespace Orrery.Silo;

/// <summary>Names of the files that an installation keeps in its data folder.</summary>
public static class InstallationFiles
{
    /// <summary>The key that opens sealed secrets.</summary>
    public const string KeyFileName = "installation.key";

    /// <summary>The folder of the log of samples.</summary>
    public const string LogFolderName = "log";
}

using System.Diagnostics;

namespace Orrery.Architecture.Tests;

/// <summary>The repository that these tests read: its root, and the files that git tracks or would track.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"Cluster.sln stands in no folder above {AppContext.BaseDirectory}.");
    }

    static string[] ListFiles()
    {
        using var git = Process.Start(new ProcessStartInfo("git", "ls-files --cached --others --exclude-standard")
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        })!;
        string[] files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return [.. files.Where(file => File.Exists(Path.Combine(Root, file)))];
    }
}

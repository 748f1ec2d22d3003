using System.Runtime.CompilerServices;

namespace Orrery.Connectors.Tests.LogFormats;

/// <summary>Folders of real logs with what they should give. Tests are left out where they are not.</summary>
static class LogSamples
{
    public static string Folder(string name, [CallerFilePath] string here = "")
    {
        string root = Environment.GetEnvironmentVariable("ORRERY_TEST_DATA") ?? Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../../shared/data"));
        string folder = Path.Combine(root, name);
        Assert.SkipUnless(Directory.Exists(folder), $"the sample logs '{name}' are not here; ORRERY_TEST_DATA names the folder that holds them");
        return folder;
    }

    public static string[] Lines(string folder)
    {
        string file = Directory.EnumerateFiles(folder, "*.log").Single();
        return [.. File.ReadAllLines(file).Where(line => line.Trim().Length > 0)];
    }
}

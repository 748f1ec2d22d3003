namespace Orrery.Connectors.Tests.ChangeCapture;

/// <summary>Real change data: named by ORRERY_TEST_DATA, else <c>../shared/data</c> beside the repository.</summary>
static class TestData
{
    public static string Folder(string name)
    {
        string? root = Environment.GetEnvironmentVariable("ORRERY_TEST_DATA");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null && root is null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
                root = Path.Combine(folder.FullName, "..", "shared", "data");
        string path = Path.Combine(root ?? ".", name);
        Assert.SkipUnless(Directory.Exists(path), $"The test data '{name}' is not here; name its folder by ORRERY_TEST_DATA.");
        return path;
    }

    public static IEnumerable<(string File, byte[] Message)> Lines(string folder, string pattern = "*.jsonl")
    {
        foreach (string file in Directory.EnumerateFiles(Folder(folder), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            foreach (string line in File.ReadLines(file).Where(line => line.Trim().Length > 0))
                yield return (file, System.Text.Encoding.UTF8.GetBytes(line));
    }
}

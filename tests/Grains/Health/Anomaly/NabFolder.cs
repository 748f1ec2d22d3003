namespace Orrery.Grains.Tests.Health.Anomaly;

/// <summary>Where the Numenta Anomaly Benchmark's files lie, if they do.</summary>
internal static class NabFolder
{
    public static string Find()
    {
        var data = Environment.GetEnvironmentVariable("ORRERY_TEST_DATA") ?? BesideTheRepository();
        var folder = Path.Combine(data, "nab");
        Assert.SkipUnless(File.Exists(Path.Combine(folder, "combined_windows.json")), $"The anomaly benchmark's data is not in {folder}; ORRERY_TEST_DATA can name its parent.");
        return folder;
    }

    private static string BesideTheRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
                return Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data"));
        }

        return Path.Combine(AppContext.BaseDirectory, "shared", "data");
    }
}

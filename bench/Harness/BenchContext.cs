namespace Orrery.Bench.Harness;

/// <summary>What a bench is given: a scratch folder of its own, removed afterwards, and a place to say what it is doing.</summary>
public sealed class BenchContext : IDisposable
{
    /// <param name="options">What was given on the command line.</param>
    public BenchContext(BenchOptions options)
    {
        Options = options;
        Runs = (int)options.Number("runs", 3, 1, 20);
        Scratch = Directory.CreateTempSubdirectory("orrery-bench-").FullName;
    }

    public BenchOptions Options { get; }

    /// <summary>What the process ends with; a bench that finds what must not be sets 1.</summary>
    public int ExitCode { get; set; }

    /// <summary>How often to repeat what is measured, at least 1.</summary>
    public int Runs { get; }

    /// <summary>An empty folder.</summary>
    public string Scratch { get; }

    /// <summary>Says on standard error what is going on.</summary>
    public void Say(string line) => Console.Error.WriteLine("  " + line);

    /// <summary>The folder of real test data (<c>smd</c>, <c>asd</c>, <c>nab</c> ...), or null where it is absent: named by <c>ORRERY_TEST_DATA</c>, else <c>../shared/data</c> beside the repository.</summary>
    public static string? FindTestData(string name)
    {
        string? root = Environment.GetEnvironmentVariable("ORRERY_TEST_DATA");
        if (root is null)
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null && root is null; folder = folder.Parent)
                if (File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
                    root = Path.Combine(folder.FullName, "..", "shared", "data");
        }

        string path = Path.Combine(root ?? ".", name);
        return Directory.Exists(path) ? Path.GetFullPath(path) : null;
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    public void Dispose() => Directory.Delete(Scratch, recursive: true);
}

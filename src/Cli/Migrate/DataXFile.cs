using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orrery.Jobs.DataX;
using Orrery.Jobs.Running;

namespace Orrery.Cli.Migrate;

/// <summary><c>orrery migrate --datax FILE</c>: a DataX job file, run as it is.</summary>
static class DataXFile
{
    /// <param name="path">The file.</param>
    /// <param name="defined">NAME=VALUE for <c>${NAME}</c>.</param>
    /// <param name="isDryRun">Whether it is told only what would be done.</param>
    /// <param name="job">The job's name; null: made from the file's content.</param>
    public static int Run(string path, IReadOnlyList<string> defined, bool isDryRun, string? job, int chunkRows, string? rejectFile, TimeSpan awayMax, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) throw new WrongInputException($"--datax: there is no file {path}.");
        var definitions = new Dictionary<string, string>();
        foreach (string pair in defined)
        {
            string[] parts = pair.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0) throw new WrongInputException($"--define is '{pair}': NAME=VALUE is needed.");
            definitions[parts[0]] = parts[1];
        }

        string text = File.ReadAllText(path);
        DataXJob read = DataXJob.Parse(text, definitions);
        string told = string.Join('\n', definitions.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
        string name = job ?? $"datax-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{text}\n{told}")).AsSpan(0, 5))}";
        var options = new DataXOptions { Job = name, ChunkRows = chunkRows, RejectFile = rejectFile ?? $"{name}.rejects.jsonl", AwayMax = awayMax };
        if (isDryRun)
        {
            Tell(read.Problems);
            DataXPlan plan = new DataXRun(read, options, new JobControl(), TimeProvider.System, null, Console.Out).Assess();
            Console.WriteLine($"{read.Description}: {plan.Parts.Count} parts, {read.Channels} channels, job '{name}'.");
            foreach ((string from, string to, long rows, bool isSplit) in plan.Parts)
                Console.WriteLine($"  {from} to {to}  {(rows > 0 ? string.Create(CultureInfo.InvariantCulture, $"about {rows:N0} rows") : "")}{(isSplit ? "  in ranges of splitPk" : "")}");
            Console.WriteLine("Nothing stands in the way.");
            return 0;
        }

        Tell(read.Problems);
        DataXReport report;
        using (var line = new ProgressLine()) report = new DataXRun(read, options, new JobControl(), TimeProvider.System, line, Console.Out).Run(cancellationToken);
        double seconds = Math.Max(0.001, report.Elapsed.TotalSeconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{read.Description}: {report.Rows:N0} rows; {report.RowsOfRun:N0} of them in this run, in {ProgressLine.Span(report.Elapsed)} ({report.RowsOfRun / seconds:N0} rows/s, {report.Bytes / seconds / 1024:N0} KiB/s)."));
        if (report.Dirty > 0) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Dirty:N0} dirty rows were put aside: {options.RejectFile}."));
        return 0;
    }

    /// <summary>What is wrong, and what is left out.</summary>
    public static void Tell(IReadOnlyList<DataXProblem> problems)
    {
        foreach (DataXProblem problem in problems.OrderBy(problem => !problem.IsError)) Console.Error.WriteLine($"{(problem.IsError ? "wrong" : "note")}: {problem}");
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Bench.Harness;

/// <summary>Prints figures for people, and as one JSON line for machines.</summary>
public static class BenchReport
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static void PrintTable(IReadOnlyList<Figure> figures)
    {
        int width = figures.Select(figure => figure.Name.Length).DefaultIfEmpty(0).Max();
        foreach (Figure figure in figures)
        {
            string goal = figure.Goal is { } bound ? $"goal {Show(bound)}, {(figure.Met == true ? "met" : "missed")}" : "";
            string against = figure.AgainstName is { } peer ? $"  [{peer}: {Show(figure.AgainstValue!.Value)}]" : "";
            Console.WriteLine($"{figure.Name.PadRight(width)}  {Show(figure.Value),14} {figure.Unit,-12} {goal}{against}");
        }
    }

    public static void PrintJson(string bench, IReadOnlyList<Figure> figures) => Console.WriteLine(JsonSerializer.Serialize(
        new
        {
            bench,
            commit = Commit(),
            machine = Machine(),
            figures = figures.Select(figure => new
            {
                figure.Name,
                Value = Round(figure.Value),
                figure.Unit,
                figure.Better,
                figure.Goal,
                figure.Met,
                Against = figure.AgainstName is null ? null : new { Name = figure.AgainstName, Value = Round(figure.AgainstValue!.Value) },
            }),
        },
        Json));

    static string Show(double value) => value.ToString(Math.Abs(value) >= 1000 ? "N0" : "G5", CultureInfo.InvariantCulture);

    static double Round(double value) => Math.Abs(value) >= 1000 ? Math.Round(value) : double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    static string Commit()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", "rev-parse --short HEAD") { RedirectStandardOutput = true, RedirectStandardError = true });
            string commit = git!.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? commit : "unknown";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown"; // No git on this machine: the figure stands without its commit.
        }
    }

    static string Machine()
    {
        string model = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
            : RuntimeInformation.ProcessArchitecture.ToString();
        return $"{Environment.ProcessorCount} x {model}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Orrery.Simulation.Tests;

public sealed class SeedTests
{
    private static readonly TimeSpan s_freshTime = TimeSpan.FromSeconds(60);

    [Fact]
    public void About_a_minute_of_fresh_seeds_is_clean()
    {
        ulong from = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() * 100_000;
        var run = new SeedRun(new SimulationOptions()) { FailuresLimit = 3 };
        long began = Stopwatch.GetTimestamp();
        run.Execute(from, long.MaxValue, Math.Min(Environment.ProcessorCount, 4), () => Stopwatch.GetElapsedTime(began) > s_freshTime);
        TestContext.Current.TestOutputHelper!.WriteLine($"{run.Run} seeds from {from}: {run.Calls} calls, {run.Faults} faults.");
        run.Run.ShouldBeGreaterThan(0);
        run.Failed.Select(Describe).ShouldBeEmpty();
    }

    [Fact]
    public void Seeds_that_once_failed_are_clean()
    {
        var run = new List<string>();
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "KeptSeeds.txt")))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var outcome = Simulation.Run(ulong.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture), new SimulationOptions());
            if (outcome.Violations.Count > 0) run.Add(Describe(outcome));
        }

        run.ShouldBeEmpty();
    }

    private static string Describe(SimulationOutcome outcome) => $"Seed {outcome.Seed}: {string.Join("; ", outcome.Violations)}. Replay: {SeedRun.ReplayCommand(outcome.Seed, Plant.None)}";
}

using System.Diagnostics;
using System.Globalization;
using Orrery.Bench.Harness;
using Orrery.Simulation;

namespace Orrery.Bench.Simulate;

/// <summary>
/// Runs the simulation of tests/Simulation over many seeds and says how many a second. A failing seed is printed with the command that replays it, and the
/// process ends with 1; with a planted bug it ends with 1 where the bug was not found.
/// </summary>
static class SimulateBench
{
    const int SeedsGoal = 20;

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        bool trace = context.Options.Has("trace");
        ulong from = (ulong)context.Options.Number("from", 1, 0);
        long seeds = context.Options.Number("seeds", trace ? 1 : 500);
        int workers = trace ? 1 : (int)context.Options.Number("workers", 1, 1, 64);
        var plant = context.Options.Find("plant") is { } name ? SimulationOptions.ParsePlant(name) : Plant.None;
        var options = new SimulationOptions { Plant = plant, Trace = trace ? Console.WriteLine : null };

        var run = new SeedRun(options)
        {
            FailuresLimit = plant == Plant.None ? 10 : 1,
            OnFailed = outcome =>
            {
                Console.WriteLine($"Seed {outcome.Seed} fails: {outcome.Violations[0]}");
                foreach (string more in outcome.Violations.Skip(1).Take(4)) Console.WriteLine($"  and {more}");
                Console.WriteLine($"  Replay: {SeedRun.ReplayCommand(outcome.Seed, plant)}");
            },
        };
        long started = Stopwatch.GetTimestamp();
        var said = Stopwatch.StartNew();
        run.Execute(from, seeds, workers, () =>
        {
            lock (said)
            {
                if (said.Elapsed.TotalSeconds < 10) return false;
                said.Restart();
            }

            context.Say($"{run.Run:N0} of {seeds:N0} seeds, {run.Failed.Count} failed, {run.Run / Stopwatch.GetElapsedTime(started).TotalSeconds:F1}/s");
            return false;
        });
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (trace) Console.WriteLine(Simulation.Simulation.Run(from, new SimulationOptions { Plant = plant }).Summary);
        context.Say(string.Create(CultureInfo.InvariantCulture, $"seeds {from} to {from + (ulong)run.Run - 1}: {run.Failed.Count} failed; {run.Calls / Math.Max(run.Run, 1)} calls, {run.Faults / (double)Math.Max(run.Run, 1):F1} faults and {run.Events / Math.Max(run.Run, 1)} events each"));
        context.ExitCode = plant == Plant.None == (run.Failed.Count == 0) ? 0 : 1;
        List<Figure> figures =
        [
            new Figure("seeds per second and core", run.Run / seconds / workers, "seeds/s", "higher", plant == Plant.None ? SeedsGoal : null),
            new Figure("seeds that fail", run.Failed.Count, "seeds", plant == Plant.None ? "lower" : "higher", plant == Plant.None ? 0 : 1),
        ];
        if (plant != Plant.None) figures.Add(new Figure("seeds until it was found", run.Run, "seeds", "lower", 10_000));
        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }
}
